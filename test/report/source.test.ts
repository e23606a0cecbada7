import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { guideSchema } from "../../report/guide-schema";
import { planOfFile, readBaselineFile, readTimes } from "../../report/source";
import { baselineChangedStorage } from "../support/baseline";

const folder = mkdtempSync(join(tmpdir(), "guide-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const baseline = baselineChangedStorage();
const asJson = file("baseline.json", JSON.stringify(baseline));

describe("a recorded baseline as a file", () => {
  test("is read as JSON, and as the ConfigMap that an upgrade leaves", () => {
    const { bundle, ...rest } = baseline;
    const map = { kind: "ConfigMap", data: { "baseline.json": JSON.stringify(rest), "bundle.yaml": bundle } };
    expect(readBaselineFile(asJson)).toEqual(baseline);
    expect(readBaselineFile(file("map.yaml", stringify(map)))).toEqual(baseline);
  });

  test.each([
    ["{", "no recorded baseline"],
    ["{}", "schema: "],
    [JSON.stringify({ ...baseline, relations: 7 }), "relations: "],
    [stringify({ data: { other: "{}" } }), "no recorded baseline"],
  ])("is refused with the file and what is wrong: %.20s", (text, why) => {
    const path = file("wrong.json", text);
    expect(() => readBaselineFile(path)).toThrow(path);
    expect(() => readBaselineFile(path)).toThrow(why);
  });

  test("is planned with the default settings, and those that are given", () => {
    const phases = (given: Record<string, string>): string[] =>
      planOfFile(asJson, given).plan.steps.map(({ phase }) => phase);
    expect(phases({})).not.toContain("finalize");
    expect(phases({ finalize: "true" })).toContain("finalize");
    expect(() => planOfFile(asJson, { databses: "mysql" })).toThrow('the nearest that is: "databases"');
  });
});

test("what is no record of a rehearsal gives no durations", () => {
  expect(() => readTimes(file("times.json", "{}"))).toThrow("no record of a rehearsal");
});

describe("npm run plan", () => {
  const command = ["--import", "tsx", join(__dirname, "..", "..", "report", "plan.ts")];
  const options = { encoding: "utf8", env: { PATH: process.env.PATH, HOME: folder } } as const;

  test("prints a guide with nothing but a file, uncoloured where it is no terminal", () => {
    const text = execFileSync(process.execPath, [...command, "--baseline", asJson], options);
    expect(text).toContain("Charmed Kubeflow 1.6 to 1.7, model kubeflow");
    expect(text).not.toContain("\u001b");
    const json = execFileSync(process.execPath, [...command, "--baseline", asJson, "--format", "json"], options);
    expect(guideSchema.parse(JSON.parse(json)).stepCount).toBeGreaterThan(100);
  });

  test("without a stack or a file says what to give", () => {
    const { status, stderr } = spawnSync(process.execPath, command, options);
    expect([status, stderr]).toEqual([1, expect.stringContaining("Give one of them")]);
  });
});
