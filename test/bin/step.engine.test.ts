import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isRunning } from "../../rehearsal/processes";
import { type Project, eventually, makeProject } from "../rehearsal/plugins/engine";

// The real engine, and a plugin that ends what it runs as the official one does.
jest.setTimeout(300_000);

const launcher = resolve(__dirname, "..", "..", "bin", "step.js");

/** In the place of the steps' own code: works until it is told that it may end. */
const step = `
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
const left = process.env.TEST_DIR + "/";
const [name] = process.argv.slice(2);
writeFileSync(left + name, String(process.pid));
const timer = setInterval(() => {
  if (!existsSync(left + "may-end")) return;
  clearInterval(timer);
  appendFileSync(left + "ended", name + " ");
  console.log("evidence of " + name);
  process.exitCode = Number(process.env.EXIT_CODE ?? 0);
}, 50);
`;

let project: Project;
beforeEach(async () => {
  project = await makeProject();
  project.program(`
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { local } from "@pulumi/command";
for (const folder of ["bin", "steps"]) mkdirSync(folder, { recursive: true });
writeFileSync("package-lock.json", "");
copyFileSync(${JSON.stringify(launcher)}, "bin/step.js");
writeFileSync("steps/main.ts", ${JSON.stringify(step)});
const slow = new local.Command("slow", { interpreter: ["node", "bin/step.js"], create: "slow" });
new local.Command("next", { interpreter: ["node", "bin/step.js"], create: "next" }, { dependsOn: [slow] });
`);
});
afterEach(() => project.remove());

const left = (name: string): string => join(project.dir, name);
const mayEnd = (): void => writeFileSync(left("may-end"), "");

/** A run in the middle of its first step, told to stop. @returns that run, and the process of the step */
async function interrupted(): Promise<{ run: ReturnType<Project["start"]>; pid: number }> {
  const run = project.start();
  let printed = "";
  run.all!.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await eventually("slow runs", () => existsSync(left("slow")) && readFileSync(left("slow"), "utf8") !== "");
  run.kill("SIGINT");
  await eventually("pulumi says that it was told to stop", () => printed.includes("^C received; cancelling"));
  return { run, pid: Number(readFileSync(left("slow"), "utf8")) };
}

test("after one Ctrl-C the running step comes to its end, no other begins, and the next up goes on without more ado", async () => {
  const { run } = await interrupted();
  mayEnd();
  const { exitCode, all } = await run;
  expect(exitCode).not.toBe(0);
  expect(all).toContain("evidence of slow");
  expect(readFileSync(left("ended"), "utf8")).toBe("slow ");
  expect(existsSync(left("next"))).toBe(false);
  expect((await project.pulumi(["up", "--yes", "--skip-preview"])).exitCode).toBe(0);
  expect(readFileSync(left("ended"), "utf8")).toBe("slow slow next ");
});

test("after two the step is ended at once", async () => {
  const { run, pid } = await interrupted();
  run.kill("SIGINT");
  await run;
  await eventually("the step is gone", () => !isRunning(pid));
  mayEnd();
  expect(existsSync(left("ended"))).toBe(false);
});

test("a step that fails fails its resource with its own code", async () => {
  mayEnd();
  const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview"], { EXIT_CODE: "3" });
  expect(exitCode).not.toBe(0);
  expect(output).toContain('exit status 3: running "slow"');
});
