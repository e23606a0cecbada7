import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Project, makeProject } from "../rehearsal/plugins/engine";

// The real engine: what a run asks anew, and what a change of that does to the steps that wait for it.
jest.setTimeout(300_000);

const steps = JSON.stringify(join(resolve(__dirname, "..", ".."), "components", "steps"));

let project: Project;
beforeAll(async () => {
  project = await makeProject();
  project.program(`
import { mkdirSync, writeFileSync } from "node:fs";
import { ComponentResource } from "@pulumi/pulumi";
import { makeStep } from ${steps};
mkdirSync("bin", { recursive: true });
writeFileSync("bin/step.js", 'const { appendFileSync, existsSync } = require("node:fs"); const { id, action } = JSON.parse(process.env.CKF_STEP); appendFileSync(process.env.TEST_DIR + "/ran", id + " "); if (action.kind === "preflight" && existsSync(process.env.TEST_DIR + "/work")) { console.error("Notebook alice/lab is running"); process.exit(1); }');
const parent = new ComponentResource("ckf:upgrade:Upgrade", "all");
const context = { plan: { model: "kubeflow" }, settings: {}, made: new Map(), anew: process.env.ANEW } as never;
const step = (id: string, kind: string) => ({ type: "command", id, action: { kind }, needs: [] }) as never;
const preflight = makeStep(step("preflight", "preflight"), context, { parent, dependsOn: [] });
makeStep(step("refresh-minio", "refresh"), context, { parent, dependsOn: [preflight] });
`);
});
afterAll(() => project.remove());

/** What `up` ran, by step. */
async function up(
  anew: string | undefined,
  ...more: string[]
): Promise<{ exitCode: number; output: string; ran: string }> {
  const file = join(project.dir, "ran");
  rmSync(file, { force: true });
  writeFileSync(file, "");
  const result = await project.pulumi(["up", "--yes", ...more], anew === undefined ? {} : { ANEW: anew });
  return { ...result, ran: readFileSync(file, "utf8").trim() };
}

test("each run asks preflight anew while nothing has changed, and is refused by it; once something has, nothing is asked or changed", async () => {
  const work = join(project.dir, "work");
  expect(await up("first")).toMatchObject({ exitCode: 0, ran: "preflight refresh-minio" });
  writeFileSync(work, "");
  const refused = await up("second");
  expect(refused.exitCode).not.toBe(0);
  expect(refused.output).toContain("Notebook alice/lab is running");
  expect(await up("third")).toMatchObject({ ran: "preflight" });
  expect(await up(undefined, "--expect-no-changes")).toMatchObject({ exitCode: 0, ran: "" });
  rmSync(work);
  expect(await up("fourth")).toMatchObject({ exitCode: 0, ran: "preflight" });
  expect(await up(undefined, "--expect-no-changes")).toMatchObject({ exitCode: 0, ran: "" });
});
