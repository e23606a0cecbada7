import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import execa from "execa";
import { executable } from "../../rehearsal/pulumi/files";
import { preparePulumi } from "../../rehearsal/pulumi/prepare";
import { ensureToolchain } from "../../rehearsal/toolchain";

// The program itself, run by the real engine, and its steps: with a kubeconfig or a model that is not the one that is meant.
jest.setTimeout(600_000);

const root = join(__dirname, "..", "..");
const stack = "in-a-wrong-place";
const uuid = "0b1c7e1e-6a39-4c8e-8a1a-3a0a4a0f3b11";

let dir: string;
let engine: Record<string, string>;
let server: Server;
/** What the cluster answers, by path; anything else is not there. */
let answers: Record<string, object>;
let asked: string[];
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "ckf-wrong-"));
  // A client that knows the model, or with CKF_TEST_UNKNOWN none of that name.
  executable(dir, "juju", `#!/bin/sh\necho "$*" >>${join(dir, "juju.log")}\nif [ "$1" = version ]; then echo 2.9.42; elif [ -n "$CKF_TEST_UNKNOWN" ]; then echo 'ERROR model admin/kubeflow not found' >&2; exit 1; elif [ "$1" = show-model ]; then echo '{"kubeflow": {"model-uuid": "${uuid}"}}'; else echo "ERROR unexpected: $*" >&2; exit 1; fi\n`);
  const before = process.env.CKF_PLUGINS;
  process.env.CKF_PLUGINS = "local";
  const { bin } = await ensureToolchain({ log: () => undefined, parts: ["engine"] });
  engine = (await preparePulumi({ dir: join(dir, "pulumi"), toolchainBin: bin, log: () => undefined })).env;
  if (before === undefined) delete process.env.CKF_PLUGINS;
  else process.env.CKF_PLUGINS = before;
  await execa("pulumi", ["stack", "init", stack, "--no-select", "--non-interactive"], { cwd: root, env: engine });
  server = createServer(({ method, url = "" }, response) => {
    asked.push(`${method} ${url.split("?")[0]}`);
    const found = method === "GET" ? answers[url.split("?")[0]] : undefined;
    response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(found ?? { kind: "Status", code: 404, message: `${url} not found` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}, 40 * 60_000);
afterAll(() => {
  server.close();
  for (const path of [dir, join(root, `Pulumi.${stack}.yaml`)]) rmSync(path, { recursive: true, force: true });
});

beforeEach(() => {
  [answers, asked] = [{}, []];
  writeFileSync(join(dir, "juju.log"), "");
});

const kubeconfigOf = (port: number): string =>
  JSON.stringify({ apiVersion: "v1", kind: "Config", "current-context": "c", contexts: [{ name: "c", context: { cluster: "c", user: "u" } }], clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }], users: [{ name: "u", user: {} }] });

/** A file for KUBECONFIG; undefined for one that is not there. */
function kubeconfig(content: string | undefined): string {
  const file = join(mkdtempSync(join(dir, "kube-")), "config");
  if (content !== undefined) writeFileSync(file, content);
  return file;
}

const environment = (env: Record<string, string>): Record<string, string> => ({ ...engine, PATH: `${dir}${delimiter}${engine.PATH}`, CKF_POLL_MS: "1", ...env });

interface Ended {
  exitCode: number;
  said: string;
  evidence: string;
}

/** `pulumi preview`, then `pulumi up`, each as a user runs it. */
async function program(env: Record<string, string>): Promise<Ended[]> {
  const runs: Ended[] = [];
  for (const words of [["preview"], ["up", "--yes", "--skip-preview"]]) {
    const { exitCode, all = "" } = await execa("pulumi", [...words, "--stack", stack, "--non-interactive", "--color", "never"], { cwd: root, env: environment(env), stdin: "ignore", reject: false, all: true });
    runs.push({ exitCode, said: all, evidence: "" });
  }
  return runs;
}

/** One step, as the graph runs it. */
async function step(action: object, env: Record<string, string>): Promise<Ended> {
  const order = JSON.stringify({ id: "a-step", model: "kubeflow", action });
  const { exitCode, stdout, stderr } = await execa(process.execPath, ["bin/step.js", order], { cwd: root, env: environment(env), input: '{"prove-backup":{"kind":"prove-backup","digest":"d"}}', reject: false });
  return { exitCode, said: stderr, evidence: stdout };
}

const trust = { kind: "trust", application: "kfp-ui" };

/** Each ended with an error in words, left nothing in the state, and only looked; a step also tries to leave its failure. */
async function expectRefused(runs: Ended[], told: RegExp): Promise<void> {
  for (const { exitCode, said, evidence } of runs) {
    expect(exitCode).not.toBe(0);
    expect(said).toMatch(told);
    expect(said).not.toMatch(/TypeError|unhandled|\n {4}at |hunter2/);
    expect(evidence).toBe("");
  }
  const { stdout } = await execa("pulumi", ["stack", "export", "--stack", stack], { cwd: root, env: engine });
  const { resources = [] } = (JSON.parse(stdout) as { deployment: { resources?: { type: string }[] } }).deployment;
  expect(resources.filter(({ type }) => !/^pulumi:pulumi:Stack$|^ckf:/.test(type))).toEqual([]);
  expect(asked.filter((one) => !one.startsWith("GET ") && one !== "PATCH /api/v1/namespaces/kubeflow/configmaps/ckf-upgrade-failures")).toEqual([]);
  const verbs = readFileSync(join(dir, "juju.log"), "utf8").split("\n").filter((line) => line !== "").map((line) => line.split(" ")[0]);
  expect(verbs.filter((verb) => !["version", "show-model", "status", "config", "disabled-commands"].includes(verb))).toEqual([]);
}

test.each<[string, string | undefined, RegExp]>([
  ["that is not there", undefined, /: no cluster is named \(.*ENOENT.*\); check KUBECONFIG and its current context/],
  ["that is no YAML", "users: [\n  token: hunter2\n", /: no cluster is named \(.*\); check KUBECONFIG and its current context/],
  ["of something else", "kind: Config\nclusters: []\n", /: no cluster is named \(.*\); check KUBECONFIG and its current context/],
])("preview, up and a step with a kubeconfig %s end with an error that names it", async (_name, content, told) => {
  const env = { KUBECONFIG: kubeconfig(content) };
  await expectRefused([...(await program(env)), await step(trust, env)], told);
});

test("preview, up and a step with a kubeconfig of a server that refuses the connection end with an error that names it", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const env = { KUBECONFIG: kubeconfig(kubeconfigOf(port)) };
  const [runs, one] = await Promise.all([program(env), step(trust, env)]);
  await expectRefused([...runs, one], /: the cluster cannot be reached \(.*ECONNREFUSED.*\); check KUBECONFIG and its current context/);
});

const here = (): Record<string, string> => ({ KUBECONFIG: kubeconfig(kubeconfigOf((server.address() as { port: number }).port)) });

test("preview and up on a cluster without the model's namespace are refused: juju and KUBECONFIG mean different places", async () => {
  await expectRefused(await program(here()), /juju's model "kubeflow" has the id 0b1c7e1e-.*, the cluster's namespace "kubeflow" belongs to no model or is not there: juju and KUBECONFIG point to different places/);
  expect(asked).toContain("GET /api/v1/namespaces/kubeflow");
});

test("a step on a cluster without the model's namespace does nothing, for no backup of that model was proven there", async () => {
  await expectRefused([await step(trust, here())], /No backup of model "kubeflow" was proven: there is no ConfigMap kubeflow\/ckf-upgrade-backup-proof/);
  expect(readFileSync(join(dir, "juju.log"), "utf8")).toBe("");
});

test("preview, up and a step with a model that juju does not know end with an error that names the setting", async () => {
  for (const [name, data] of Object.entries({ "backup-proof": { digest: "d" }, begun: { first: "trust" } })) answers[`/api/v1/namespaces/kubeflow/configmaps/ckf-upgrade-${name}`] = { data };
  const env = { ...here(), CKF_TEST_UNKNOWN: "yes" };
  await expectRefused([...(await program(env)), await step(trust, env)], /model admin\/kubeflow not found\. The juju client does not know this model\. Compare the setting "model" with `juju models`/);
});
