import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import execa from "execa";
import { type Workspace, dropEmptyAttributes } from "../../rehearsal/run";
import { ensureToolchain } from "../../rehearsal/toolchain";
import { exportStack } from "../../status/pulumi";

// The real engine, and its backend in a folder as a killed run may leave it.
jest.setTimeout(60_000);

const project = resolve(__dirname, "../..");
const stack = "emptied-by-a-test";
const before = { ...process.env };
let dir: string;
beforeAll(async () => {
  const { bin } = await ensureToolchain({ log: () => undefined, parts: ["engine"] });
  dir = mkdtempSync(join(tmpdir(), "emptied-"));
  Object.assign(process.env, {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    PULUMI_BACKEND_URL: `file://${dir}`,
    PULUMI_HOME: join(dir, "home"),
    PULUMI_CONFIG_PASSPHRASE: "of a test",
  });
  await execa("pulumi", ["stack", "init", stack, "--no-select", "--non-interactive"], { cwd: project });
}, 40 * 60_000);
afterAll(() => {
  process.env = before;
  for (const path of [dir, join(project, `Pulumi.${stack}.yaml`)]) rmSync(path, { recursive: true, force: true });
});

test("a state that cannot be read for an empty file beside it is told so, and is read without that file", async () => {
  const workspace = { project, stack, env: { PULUMI_BACKEND_URL: `file://${dir}` } } as unknown as Workspace;
  const whole = await exportStack(stack, "1.6-1.7");
  expect(whole).toEqual({ done: [], unready: {}, pending: {} });
  dropEmptyAttributes(workspace);
  truncateSync(join(dir, ".pulumi/stacks/charmed-kubeflow-upgrade", `${stack}.json.attrs`));
  await expect(exportStack(stack, "1.6-1.7")).rejects.toThrow(
    /failed to load checkpoint: EOF\. .*'\*\.attrs' -empty -delete/,
  );
  dropEmptyAttributes(workspace);
  expect(await exportStack(stack, "1.6-1.7")).toEqual(whole);
});
