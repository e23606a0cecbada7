import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [cluster],
    contexts: [{ name: "none", context: { cluster: "none", user: "none" } }],
    // The plugin asks its terminal for the name of a user without credentials, and waits for ever.
    users: [{ name: "none", user: { token: "none" } }],
    "current-context": "none",
  };
  writeFileSync(join(dir, "kubeconfig"), JSON.stringify(kubeconfig));

  process.env.CKF_PLUGINS = "local";
  const log = (): void => undefined;
  const toolchain = await ensureToolchain({ log, parts: ["engine"] });
  const pulumi = await preparePulumi({ dir: join(dir, "pulumi"), toolchainBin: toolchain.bin, log });
  env = { ...pulumi.env, KUBECONFIG: join(dir, "kubeconfig") };
  pack = pulumi.policyPackArgument;
  await execa("pulumi", ["stack", "init", "test", "--non-interactive"], { cwd: project, env });
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What to give as --policy-pack for a folder with the pack: the same as for the checkout's, whose folder is named in it where the host cannot start packs. */
function servedBy(folder: string): string {
  if (pack === join(root, "policy")) return folder;
  const script = join(dir, "published-pack");
  writeFileSync(
    script,
    readFileSync(pack, "utf8")
      .replaceAll(join(root, "policy"), folder)
      .replaceAll(join(root, "node_modules"), join(folder, "node_modules")),
    { mode: 0o755 },
  );
  return script;
}

interface Extra {
  name: string;
  args: Record<string, unknown>;
  secret?: { variable: string; value: string; marked: boolean };
}

/** What `pulumi` ends with when policies do not let a preview pass. */
const refused = 1;

interface Preview {
  exitCode: number;
  /** Everything printed, in one line, so that no text is missed for where it was broken. */
  text: string;
}

async function preview(change: {
  plan?: Plan;
  commands?: Extra[];
  config?: Record<string, unknown>;
  policyPack?: string;
}): Promise<Preview> {
  const upgrade = {
    plan: change.plan ?? planOf(baselineChangedStorage()),
    baseline: baselineChangedStorage(),
    settings: { ...settings, moverImage: digest },
  };
  writeFileSync(join(project, "program.json"), JSON.stringify({ upgrade, commands: change.commands ?? [] }));
  writeFileSync(join(dir, "config.json"), JSON.stringify(change.config ?? {}));
  const args = [
    "preview",
    "--stack",
    "test",
    "--non-interactive",
    "--color",
    "never",
    "--policy-pack",
    change.policyPack ?? pack,
    "--policy-pack-config",
    join(dir, "config.json"),
  ];
  const { exitCode, all } = await execa("pulumi", args, { cwd: project, env, all: true, reject: false });
  return { exitCode, text: (all ?? "").replace(/\s+/g, " ") };
}

/** The plan with the edges of some steps changed, and without the evidence of steps that they do not wait for any more. */
function replan(change: (step: Step) => string[]): Plan {
  const plan = planOf(baselineChangedStorage());
  const changed = (step: Step, dependsOn: string[]): Step => ({
    ...step,
    dependsOn,
    needs: step.needs.filter((need) => dependsOn.includes(need)),
  });
  return { ...plan, steps: plan.steps.map((step) => changed(step, change(step))) };
}

const forced: Extra = {
  name: "clear-gateway",
  args: { create: "juju remove-application istio-ingressgateway --force" },
};
const keyed = (marked: boolean): Extra => ({
  name: "set-key",
  args: { create: "true" },
  secret: { variable: "MINIO_SECRET_KEY", value: "hunter22", marked },
});

test("the real program passes, with a removal whose force is approved and a key that is marked secret beside it", async () => {
  const { exitCode, text } = await preview({
    commands: [forced, keyed(true)],
    config: { "no-force": { approved: ["clear-gateway"] } },
  });
  expect(text).not.toMatch(/\[(mandatory|advisory)\]/);
  expect(text).toContain("charmed-kubeflow-upgrade@v0.1.0");
  expect(exitCode).toBe(0);
});

test("backup-before-migration stops a preview", async () => {
  const plan = replan(({ id, dependsOn }) => (id === "refresh-argo-server" ? ["preflight"] : dependsOn));
  const { exitCode, text } = await preview({ plan });
  expect(text).toMatch(/\[mandatory\].* backup-before-migration /);
  expect(text).toContain(
    '"refresh-argo-server" changes the model (refresh argo-server). Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  );
  expect(exitCode).toBe(refused);
});

test("retain-before-remove stops a preview", async () => {
  const plan = replan(({ dependsOn }) => dependsOn.map((one) => (one === "check-retain-minio" ? "prove-backup" : one)));
  const { exitCode, text } = await preview({ plan });
  expect(text).toMatch(/\[mandatory\].* retain-before-remove /);
  expect(text).toContain(
    '"remove-minio" removes minio, which holds data in claim minio-data-0837847d-minio-0. Missing: Retain on the volume, set and read back, before it. Fix: let it depend on "check-retain-minio".',
  );
  expect(exitCode).toBe(refused);
});

test("no-force and no-plaintext-secret stop a preview", async () => {
  const { exitCode, text } = await preview({ commands: [forced, keyed(false)] });
  expect(text).toContain(
    '"clear-gateway" uses force: `juju remove-application istio-ingressgateway --force`. Missing: an approval of that name.',
  );
  expect(text).toContain(
    '"set-key" has what looks like a secret in environment.MINIO_SECRET_KEY (the variable MINIO_SECRET_KEY).',
  );
  expect(exitCode).toBe(refused);
});

test("a wrong configuration is told with rule, setting and what is allowed", async () => {
  const wrong = await preview({
    config: { "channels-of-the-release": { allowedRisks: ["nightly"] }, "no-force": { approved: "clear-gateway" } },
  });
  expect(wrong.text).toContain(
    'channels-of-the-release: allowedRisks.0: allowedRisks.0 must be one of the following: "stable", "candidate", "beta", "edge"',
  );
  expect(wrong.text).toContain("no-force: approved: Invalid type. Expected: array, given: string");
  const slip = await preview({ config: { "no-force": { aproved: ["clear-gateway"] } } });
  expect(slip.text).toContain(
    'the policy configuration gives no-force a setting "aproved". Missing: a rule that knows it. Fix: its settings are approved.',
  );
  expect([wrong.exitCode, slip.exitCode]).toEqual([refused, refused]);
});

test("the pack holds all it needs: packed, unpacked elsewhere, with its own dependencies only, it judges the same", async () => {
  const elsewhere = join(dir, "published");
  mkdirSync(elsewhere);
  const { stdout } = await execa("npm", ["pack", "--silent", "--pack-destination", elsewhere], {
    cwd: join(root, "policy"),
  });
  await execa("tar", ["-xzf", join(elsewhere, stdout.trim()), "-C", elsewhere]);
  const published = join(elsewhere, "package");
  const { dependencies } = JSON.parse(readFileSync(join(published, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(join(published, "node_modules", name, ".."), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(published, "node_modules", name));
  }
  const good = await preview({ policyPack: servedBy(published) });
  expect(good).toMatchObject({
    exitCode: 0,
    text: expect.stringContaining("charmed-kubeflow-upgrade@v0.1.0") as string,
  });
  const bad = await preview({ policyPack: servedBy(published), commands: [forced] });
  expect(bad).toMatchObject({
    exitCode: refused,
    text: expect.stringContaining('"clear-gateway" uses force') as string,
  });
});
