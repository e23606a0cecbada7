import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseStack } from "../../status/stack";
import { type Project, makeProject } from "../rehearsal/plugins/engine";

// The real engine: a stack that goes on to the next hop runs each of its steps, though one of the last hop has the same name and
// the same action.
jest.setTimeout(300_000);

const file = (...path: string[]): string => JSON.stringify(join(resolve(__dirname, "..", ".."), ...path));

let project: Project;
beforeAll(async () => {
  project = await makeProject();
  project.program(`
import { mkdirSync, writeFileSync } from "node:fs";
import { ComponentResource } from "@pulumi/pulumi";
import { makeStep } from ${file("components", "steps")};
import { upgradeType } from ${file("plan", "names")};
mkdirSync("bin", { recursive: true });
writeFileSync("bin/step.js", 'const { appendFileSync } = require("node:fs"); const { id, hop } = JSON.parse(process.env.CKF_STEP); appendFileSync(process.env.TEST_DIR + "/ran", id + "/" + hop + " "); console.log("{}");');
const [from, to] = process.env.HOP!.split("-");
const parent = new ComponentResource(upgradeType(process.env.HOP!), "all");
const context = { plan: { model: "kubeflow", from, to }, settings: {}, made: new Map() } as never;
makeStep({ type: "command", id: "lift-guard", action: { kind: "lift-guard" }, needs: [] } as never, context, { parent, dependsOn: [] });
`);
});
afterAll(() => project.remove());

async function up(hop: string, ...more: string[]): Promise<{ exitCode: number; ran: string }> {
  const ran = join(project.dir, "ran");
  writeFileSync(ran, "");
  const { exitCode } = await project.pulumi(["up", "--yes", ...more], { HOP: hop });
  return { exitCode, ran: readFileSync(ran, "utf8").trim() };
}

test("each hop runs its own steps, and what is done is told of the one that is asked for", async () => {
  expect(await up("1.6-1.7")).toEqual({ exitCode: 0, ran: "lift-guard/undefined" });
  expect(await up("1.6-1.7", "--expect-no-changes")).toEqual({ exitCode: 0, ran: "" });
  expect(await up("1.10-1.11")).toEqual({ exitCode: 0, ran: "lift-guard/1.10-1.11" });
  expect(await up("1.10-1.11", "--expect-no-changes")).toEqual({ exitCode: 0, ran: "" });
  const { output } = await project.pulumi(["stack", "export"], {});
  expect(parseStack(output, "1.10-1.11").done).toEqual(["lift-guard"]);
  expect(parseStack(output, "1.6-1.7").done).toEqual([]);
});
