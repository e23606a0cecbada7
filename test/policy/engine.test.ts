import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import execa from "execa";
import type { Plan, Step } from "../../plan/types";
import { preparePulumi } from "../../rehearsal/pulumi/prepare";
import { ensureToolchain } from "../../rehearsal/toolchain";
import { baselineChangedStorage, settings } from "../support/baseline";
import { digest, planOf } from "./support";

// The engine, the language host and the pack as a user runs them; nothing is made, so no cluster and no juju is needed.
jest.setTimeout(1_800_000);

const root = resolve(__dirname, "..", "..");
const dir = mkdtempSync(join(tmpdir(), "ckf-policy-"));
const project = join(dir, "project");
let env: Record<string, string>;
let pack: string;

const program = `
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const command = require("@pulumi/command");
const { Upgrade } = require(${JSON.stringify(join(root, "components", "upgrade.ts"))});
const { upgrade, commands } = JSON.parse(readFileSync("program.json", "utf8"));
const upgraded = new Upgrade("1.6-to-1.7", upgrade);
for (const { name, args, secret } of commands) {
  const environment = secret && { [secret.variable]: secret.marked ? pulumi.secret(secret.value) : secret.value };
  new command.local.Command(name, { ...args, environment }, { dependsOn: upgraded });
}
`;

beforeAll(async () => {
  mkdirSync(project);
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: charmed-kubeflow-upgrade\nruntime: nodejs\n");
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, "index.js"), program);
  const cluster = { name: "none", cluster: { server: "https://127.0.0.1:1" } };
  const kubeconfig = { apiVersion: "v1", kind: "Config", clusters: [cluster], contexts: [{ name: "none", context: { cluster: "none", user: "none" } }], users: [{ name: "none", user: {} }], "current-context": "none" };
  writeFileSync(join(dir, "kubeconfig"), JSON.stringify(kubeconfig));

  process.env.CKF_PLUGINS = "stand-in";
  const log = (): void => undefined;
  const toolchain = await ensureToolchain({ log, parts: ["engine"] });
  const pulumi = await preparePulumi({ dir: join(dir, "pulumi"), toolchainBin: toolchain.bin, log });
  env = { ...pulumi.env, KUBECONFIG: join(dir, "kubeconfig") };
  pack = pulumi.policyPackArgument;
  await execa("pulumi", ["stack", "init", "test", "--non-interactive"], { cwd: project, env });
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Extra {
  name: string;
  args: Record<string, unknown>;
  secret?: { variable: string; value: string; marked: boolean };
}

interface Preview {
  exitCode: number;
  /** Everything printed, in one line, so that no text is missed for where it was broken. */
  text: string;
}

async function preview(change: { plan?: Plan; commands?: Extra[]; config?: Record<string, unknown> }): Promise<Preview> {
  const upgrade = { plan: change.plan ?? planOf(baselineChangedStorage()), baseline: baselineChangedStorage(), settings: { ...settings, moverImage: digest } };
  writeFileSync(join(project, "program.json"), JSON.stringify({ upgrade, commands: change.commands ?? [] }));
  writeFileSync(join(dir, "config.json"), JSON.stringify(change.config ?? {}));
  const args = ["preview", "--stack", "test", "--non-interactive", "--color", "never", "--policy-pack", pack, "--policy-pack-config", join(dir, "config.json")];
  const { exitCode, all } = await execa("pulumi", args, { cwd: project, env, all: true, reject: false });
  return { exitCode, text: (all ?? "").replace(/\s+/g, " ") };
}

/** The plan with the edges of some steps changed. */
function replan(change: (step: Step) => string[]): Plan {
  const plan = planOf(baselineChangedStorage());
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, dependsOn: change(step) })) };
}

const forced: Extra = { name: "clear-gateway", args: { create: "juju remove-application istio-ingressgateway --force" } };
const keyed = (marked: boolean): Extra => ({ name: "set-key", args: { create: "true" }, secret: { variable: "MINIO_SECRET_KEY", value: "hunter22", marked } });

test("the real program passes, with a removal whose force is approved and a key that is marked secret beside it", async () => {
  const { exitCode, text } = await preview({ commands: [forced, keyed(true)], config: { "no-force": { approved: ["clear-gateway"] } } });
  expect(text).not.toMatch(/\[(mandatory|advisory)\]/);
  expect(text).toContain("charmed-kubeflow-upgrade@v0.1.0");
  expect(exitCode).toBe(0);
});

test("backup-before-migration stops a preview", async () => {
  const plan = replan(({ id, dependsOn }) => (id === "refresh-argo-server" ? ["preflight"] : dependsOn));
  const { exitCode, text } = await preview({ plan });
  expect(text).toMatch(/\[mandatory\].* backup-before-migration /);
  expect(text).toContain('"refresh-argo-server" changes the model (refresh argo-server). Missing: a proven backup before it. Fix: let it depend on "prove-backup".');
  expect(exitCode).not.toBe(0);
});

test("retain-before-remove stops a preview", async () => {
  const plan = replan(({ id, dependsOn }) => (/^(unrelate|remove)-/.test(id) ? dependsOn.map((one) => (one === "check-retain-minio" ? "prove-backup" : one)) : dependsOn));
  const { exitCode, text } = await preview({ plan });
  expect(text).toMatch(/\[mandatory\].* retain-before-remove /);
  expect(text).toContain('"remove-minio" removes minio, which holds data in claim minio-data-0837847d-minio-0. Missing: Retain on the volume, set and read back, before it. Fix: let it depend on "check-retain-minio".');
  expect(exitCode).not.toBe(0);
});

test("no-force and no-plaintext-secret stop a preview", async () => {
  const { exitCode, text } = await preview({ commands: [forced, keyed(false)] });
  expect(text).toContain('"clear-gateway" uses force: `juju remove-application istio-ingressgateway --force`. Missing: an approval of that name.');
  expect(text).toContain('"set-key" has what looks like a secret in environment.MINIO_SECRET_KEY (the variable MINIO_SECRET_KEY).');
  expect(exitCode).not.toBe(0);
});
