import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePlan } from "../../guide/plan";
import { makeRollback } from "../../guide/rollback/plan";
import type { Baseline } from "../../plan/types";
import { chapters } from "../../report/chapters";
import { recordedTimes } from "../../report/durations";
import { makeGuide } from "../../report/guide";
import { guideJsonSchema, guideSchema, type Guide } from "../../report/guide-schema";
import { guideMarkdown } from "../../report/markdown";
import { guideMermaid } from "../../report/mermaid";
import { guideText } from "../../report/text";
import {
  baseline16,
  baselineChangedStorage,
  baselineKatib,
  baselineUpgraded,
  hop,
  settings as defaults,
} from "../support/baseline";

function guideOf(
  baseline: Baseline,
  changed: Partial<typeof defaults> = {},
  recorded?: Parameters<typeof makeGuide>[2],
): Guide {
  const settings = { ...defaults, ...changed };
  return makeGuide(makePlan(hop, baseline, settings), { hop, baseline, settings }, recorded);
}

const stepsOf = ({ chapters: all }: Guide): Guide["chapters"][number]["steps"] => all.flatMap(({ steps }) => steps);

function golden(name: string, text: string): void {
  const file = join(__dirname, "golden", name);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}

describe("the guide of an upgrade", () => {
  const guide = guideOf(baselineChangedStorage());

  test("tells every step once, and none before a step that it waits for", () => {
    const plan = makePlan(hop, baselineChangedStorage(), defaults);
    const told: string[] = [];
    for (const { steps } of chapters(plan.steps))
      for (const { id, dependsOn } of steps) {
        expect(told).toEqual(expect.arrayContaining(dependsOn));
        told.push(id);
      }
    expect([...told].sort()).toEqual(plan.steps.map(({ id }) => id).sort());
    expect(
      stepsOf(guide)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...told].sort());
  });

  test("refuses steps that are not in order instead of leaving some out", () => {
    const { steps } = makePlan(hop, baseline16(), defaults);
    const circle = steps.map((step) => (step.id === "preflight" ? { ...step, dependsOn: ["verify"] } : step));
    expect(() => chapters(circle)).toThrow("not in order");
  });

  test("begins a step when the last of those before it has ended, and ends with the last of the critical ones", () => {
    const all = new Map(stepsOf(guide).map((step) => [step.id, step]));
    for (const { from, after } of all.values())
      expect(from).toBe(Math.max(0, ...after.map((id) => all.get(id)!.from + all.get(id)!.seconds)));
    const critical = [...all.values()].filter((step) => step.critical);
    expect(critical.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(guide.seconds);
  });

  test("says how long which service is away, from the first step that takes it away to the last that brings it back", () => {
    const all = new Map(stepsOf(guide).map((step) => [step.id, step]));
    const minio = guide.outages.find(({ application }) => application === "minio")!;
    expect(minio.begins).toMatch(/^unrelate-.*minio/);
    expect(minio.ends).toContain("relate-kfp-api-minio");
    expect(minio.from + minio.seconds).toBe(
      Math.max(...minio.ends.map((id) => all.get(id)!.from + all.get(id)!.seconds)),
    );
    expect(guide.outages.map(({ application }) => application)).toEqual(
      expect.arrayContaining(["istio-ingressgateway", "kfp-api", "kubeflow-dashboard"]),
    );
    // Charms that are only refreshed restart.
    expect(guide.outages.map(({ application }) => application)).not.toContain("argo-controller");
  });

  test("a database that moves is away from its last client's leaving to its first coming", () => {
    const moved = guideOf(baselineKatib(), { databases: "mysql" }).outages.find(
      ({ application }) => application === "kfp-db",
    );
    expect(moved).toMatchObject({ begins: "unrelate-kfp-api-kfp-db", ends: ["relate-kfp-api-kfp-db-mysql"] });
  });

  test("says what cannot be undone as the way back itself would, and what is asked of people", () => {
    expect(guide.irreversible.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["schema-kfp-api", "definition-owners", "users-work"]),
    );
    const asked = guide.asked.map(({ what }) => what).join("\n");
    expect(asked).toContain("Pin the setting moverImage");
    expect(asked).toContain("set finalize to true");
    const pinned = guideOf(baselineChangedStorage(), { moverImage: `rclone@sha256:${"a".repeat(64)}`, finalize: true });
    expect(pinned.asked.map(({ what }) => what).join("\n")).not.toMatch(/Pin the setting|set finalize to true/);
    expect(pinned.irreversible.map(({ name }) => name)).toContain("finalize");
    expect(pinned.seconds).toBe(guide.seconds);
  });

  test("takes durations that were recorded, of the step itself before those of its kind, and of no step that failed", () => {
    const recorded = recordedTimes("a test", [
      { id: "refresh-dex-auth", kind: "refresh", seconds: 7, status: "done" },
      { id: "refresh-other", kind: "refresh", seconds: 11, status: "done" },
      { id: "refresh-another", kind: "refresh", seconds: 13, status: "done" },
      { id: "verify", kind: "verify", seconds: 999, status: "failed" },
    ]);
    const steps = new Map(stepsOf(guideOf(baselineChangedStorage(), {}, recorded)).map((step) => [step.id, step]));
    expect(steps.get("refresh-dex-auth")!.seconds).toBe(7);
    expect(steps.get("refresh-kfp-ui")!.seconds).toBe(11);
    expect(steps.get("verify")!.seconds).toBe(stepsOf(guide).find(({ id }) => id === "verify")!.seconds);
  });

  test("a larger volume takes longer to back up and to copy", () => {
    const large = baselineChangedStorage();
    large.volumes.minio[0].capacityMiB *= 10;
    const of = (one: Guide, id: string): number => stepsOf(one).find((step) => step.id === id)!.seconds;
    for (const id of ["minio-backup", "minio-presync", "minio-migration"])
      expect(of(guideOf(large), id)).toBeGreaterThan(2 * of(guide, id));
  });

  test("a model without anything to do gives a guide without chapters", () => {
    const nothing = guideOf(baselineUpgraded());
    expect(nothing).toMatchObject({ stepCount: 0, seconds: 0, chapters: [], outages: [], asked: [] });
    expect(guideText(nothing, { color: false, width: 100 })).toContain("nothing to do");
  });
});

test("the guide of a way back names its own direction and what must be accepted", () => {
  const baseline = baseline16();
  const settings = { ...defaults, rollback: true };
  const plan = makeRollback({ hop, baseline, found: baselineUpgraded() }, settings, []);
  const guide = makeGuide(plan, { hop, baseline, settings });
  expect(guide).toMatchObject({ from: "1.7", to: "1.6" });
  expect(guide.irreversible).toEqual(plan.irreversible);
  expect(guide.asked.map(({ what }) => what).join("\n")).toContain("acceptIrreversible: ");
});

describe("formats", () => {
  const guide = guideOf(baselineChangedStorage(), { finalize: true });

  test("text, without a colour and in the given width", () => {
    const text = guideText(guide, { color: false, width: 100 });
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    golden("guide.txt", text);
  });

  test("text, coloured where it is asked for, says the same", () => {
    const coloured = guideText(guide, { color: true, width: 100 });
    expect(coloured).toContain("\u001b[");
    const plain = coloured.replace(/\u001b\[\d+m/g, "");
    const words = (text: string): string => text.replace(/\s+/g, " ");
    expect(words(plain)).toBe(words(guideText(guide, { color: false, width: 100 })));
  });

  test("Markdown, in which no name or message is markup", () => {
    golden("guide.md", guideMarkdown(guide));
    const odd = { ...guide, notes: ["a <script> | *b* [c](d)"] };
    expect(guideMarkdown(odd)).toContain("a \\<script\\> \\| \\*b\\* \\[c\\](d)");
  });

  test("Mermaid has each step once and each edge that no other implies", () => {
    const text = guideMermaid(guide);
    expect(text.match(/^ {4}s\d+\[/gm)).toHaveLength(guide.stepCount);
    expect(text.match(/-->/g)).toHaveLength(stepsOf(guide).reduce((sum, { after }) => sum + after.length, 0));
    expect(guideMermaid({ ...guide, chapters: [{ ...guide.chapters[0], title: 'a "b" <c> #d' }] })).toContain(
      '"1. a #quot;b#quot; #lt;c> #35;d"',
    );
  });

  test("JSON is of the documented schema, which `npm run docs:plan` writes", () => {
    expect(guideSchema.strict().parse(JSON.parse(JSON.stringify(guide)))).toEqual(guide);
    expect(readFileSync(join(__dirname, "..", "..", "docs", "plan.schema.json"), "utf8")).toBe(guideJsonSchema());
  });
});
