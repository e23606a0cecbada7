import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import execa from "execa";
import { parseRelations, withoutSecrets } from "../../juju/bundle";
import { parseConfig } from "../../juju/config";
import { parseInfo } from "../../juju/info";
import { parseStatus } from "../../juju/status";
import { parseResult } from "../../objectstore/result";
import { makePlan } from "../../guide/plan";
import { detectRelease } from "../../plan/release";
import { levels } from "../../releases/line";
import { canonicalJson } from "../../components/canonical";
import { executable } from "../../rehearsal/pulumi/files";
import { parseStack } from "../../status/stack";
import { baselineSchema } from "../../steps/schema";
import { baseline16, hop, settings } from "../support/baseline";

const root = join(__dirname, "..", "..");
const text = (name: string): string => readFileSync(join(__dirname, name), "utf8");

test.each<[string, (input: string) => unknown, RegExp]>([
  ["status-truncated.json", parseStatus, /^`juju status` printed no JSON but "\{/],
  ["status-juju-4.json", parseStatus, /^model "kubeflow" has version "4\.1\.0"\. Only Juju 2\.9 and 3\.x are known here/],
  ["status-other-tool.json", parseStatus, /^`juju status` is not understood: model: /],
  ["bundle-truncated.yaml", parseRelations, /^`juju export-bundle` is not understood: no YAML at \d+:\d+/],
  ["bundle-truncated.yaml", withoutSecrets, /^`juju export-bundle` is not understood: no YAML at \d+:\d+/],
  ["bundle-alias.yaml", withoutSecrets, /^`juju export-bundle` is not understood: .*nowhere/],
  ["bundle-three-ends.yaml", parseRelations, /^`juju export-bundle` is not understood: relations\.0/],
  ["config-html.txt", (input) => parseConfig("minio", input), /^`juju config minio` is not understood/],
  ["info-truncated.json", (input) => parseInfo("minio", input), /^`juju info minio` is not understood/],
  ["result-truncated.json", parseResult, /^the mover's termination message is no JSON but .*was cut off$/],
  ["result-other-program.json", parseResult, /^the mover's result .* is not understood/],
  ["export-encrypted.json", (text: string): unknown => parseStack(text, "1.6-1.7"), /^`pulumi stack export` is not understood: deployment: /],
])("%s is refused, the input is named, and no secret in it is shown", (name, parse, told) => {
  expect(() => parse(text(name))).toThrow(told);
  expect(() => parse(text(name))).not.toThrow(/hunter2/);
});

test("a bundle with fields that nobody here knows is understood, keeps them, and loses its secrets", () => {
  expect(parseRelations(text("bundle-unknown-fields.yaml"))).toEqual([["kfp-api:object-storage", "minio:object-storage"]]);
  const kept = withoutSecrets(text("bundle-unknown-fields.yaml"));
  expect(kept).toContain("future-field");
  expect(kept).toContain("unheard-of: true");
  expect(kept).not.toContain("hunter2");
});

test("a model without applications is read as one, and no release is guessed", () => {
  expect(parseStatus(text("status-empty-model.json")).applications).toEqual({});
  expect(() => detectRelease({}, levels)).toThrow(/^the model does not look like Charmed Kubeflow 1\.6 to 1\.11: .*Check the setting "model"$/);
});

test("a model of 300 applications is planned, and its baseline fits into a ConfigMap", () => {
  const baseline = baseline16();
  for (let index = Object.keys(baseline.applications).length; index < 300; index++) {
    baseline.applications[`extra${index}`] = { charm: "extra", channel: "latest/stable", revision: index, generation: "sidecar", scale: 2, trust: false, config: { text: "x".repeat(200) }, configOmitted: ["password"] };
    baseline.relations.push([`extra${index}:object-storage`, "minio:object-storage"]);
  }
  const before = makePlan(hop, baseline16(), settings).steps.map(({ id }) => id);
  const { steps, notes } = makePlan(hop, baseline, settings);
  expect(steps.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
  expect(notes.filter((note) => note.startsWith("extra"))).toHaveLength(300 - Object.keys(baseline16().applications).length);
  const recorded = canonicalJson({ ...baseline, bundle: undefined });
  expect(Buffer.byteLength(recorded)).toBeLessThan(500_000);
  expect(baselineSchema.parse({ ...(JSON.parse(recorded) as object), bundle: "" }).relations).toHaveLength(baseline.relations.length);
});

describe("the command line", () => {
  let dir: string;
  let changes: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "ckf-corpus-"));
    changes = join(dir, "changes");
    writeFileSync(changes, "");
    executable(dir, "pulumi", `#!/bin/sh\ncase "$1 $2" in\n"whoami --json") echo '{"url": "https://pulumi.example.com"}';;\n"config --json") echo '{}';;\n"stack export") echo '{"deployment": {}}';;\n*) echo "$*" >>${changes};;\nesac\n`);
    executable(dir, "juju", `#!/bin/sh\ncase "$1" in\nversion) echo 2.9.42;;\n*) echo 'ERROR model admin/kubeflow not found' >&2; echo "$*" >>${changes}.asked; exit 1;;\nesac\n`);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const status = async (env: Record<string, string>, ...words: string[]) =>
    execa(process.execPath, ["--import", "tsx", "status/main.ts", ...words], { cwd: root, env: { PATH: `${dir}${delimiter}${process.env.PATH}`, CKF_POLL_MS: "1", ...env }, reject: false, stdin: "ignore" });

  test.each([
    ["that is not there", undefined],
    ["that is no YAML", "clusters: [\n"],
    ["of something else", "kind: Config\nclusters: []\n"],
  ])("status with a kubeconfig %s ends with 1 and names it", async (_name, content) => {
    const file = join(dir, "kubeconfig");
    if (content !== undefined) writeFileSync(file, content);
    const { exitCode, stdout, stderr } = await status({ KUBECONFIG: file }, "--stack", "staging");
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/KUBECONFIG/);
    expect(stderr).not.toMatch(/TypeError|\n {4}at /);
    expect(readFileSync(changes, "utf8")).toBe("");
  }, 240_000);

  test.each([[[]], [["--stack", "../../etc"]], [["--stack", "staging", "--frob"]]])("status with the words %j ends with 2 and changes nothing", async (words) => {
    const { exitCode, stdout, stderr } = await status({}, ...words);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(readFileSync(changes, "utf8")).toBe("");
  }, 240_000);
});
