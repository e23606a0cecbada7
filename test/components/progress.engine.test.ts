import { join, resolve } from "node:path";
import { type Project, makeProject } from "../rehearsal/plugins/engine";

// The real engine, its display and the SDK: what is told of a resource while it is made has to show in its row.
jest.setTimeout(300_000);

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});
afterAll(() => project.remove());

test("progress shows in the row of what is being made, and a look without an end keeps nothing from ending", async () => {
  project.program(`
import { writeFileSync } from "node:fs";
import { local } from "@pulumi/command";
import { createUrn } from "@pulumi/pulumi";
import { tellProgress } from ${JSON.stringify(join(resolve(__dirname, "..", ".."), "components", "progress"))};
const before = new local.Command("before", { create: "true" });
const slow = new local.Command("slow", { create: "until [ -e $TEST_DIR/made ]; do sleep 0.1; done" }, { dependsOn: [before] });
let looked = false;
tellProgress(slow, createUrn("slow", "command:local:Command"), [before], async () => {
  if (looked) writeFileSync(process.env.TEST_DIR + "/made", "");
  if (looked) return new Promise(() => undefined);
  looked = true;
  return 'PROGRESS {"phase":"copy","bytes":10,"totalBytes":100,"rate":0}';
});
`);
  const { exitCode, output } = await project.pulumi(["up", "--yes"]);
  expect(output).toMatch(/command:local:Command slow .*copy: 10 %, 10 B of 100 B, 0 B\/s/);
  expect(exitCode).toBe(0);
});
