import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makePlan } from "../../guide/plan";
import type { Step } from "../../plan/types";
import { type ApiServer, startApiServer } from "../rehearsal/plugins/apiserver";
import { type Project, makeProject } from "../rehearsal/plugins/engine";
import { baselineChangedStorage, hop, settings } from "../support/baseline";

// The engine, the program's own components and steps, and a real API server, without any policy pack and without a preview.
jest.setTimeout(600_000);

const root = resolve(__dirname, "..", "..");
const baseline = baselineChangedStorage();
const plan = makePlan(hop, baseline, { ...settings, finalize: true });
const [{ claim, volume }] = baseline.volumes.minio;
let server: ApiServer;
let project: Project;
let bin: string;
let juju: string;

const program = `
import { readFileSync } from "node:fs";
import { local } from "@pulumi/command";
import { Upgrade } from ${JSON.stringify(join(root, "components", "upgrade"))};
const { upgrade, commands } = JSON.parse(readFileSync(process.env.TEST_DIR + "/program.json", "utf8"));
new Upgrade("1.6-to-1.7", upgrade);
for (const { id, action, stdin } of commands) {
  new local.Command(id, { interpreter: ["node", "bin/step.js"], create: id, environment: { CKF_STEP: JSON.stringify({ id, model: "kubeflow", action }) }, stdin });
}
`;

beforeAll(async () => {
  server = await startApiServer();
  await server.kubectl("create", "namespace", "kubeflow");
  bin = mkdtempSync(join(tmpdir(), "ckf-gate-"));
  juju = join(bin, "juju-was-called");
  writeFileSync(join(bin, "juju"), `#!/bin/sh\necho "$@" >>'${juju}'\nexit 1\n`);
  chmodSync(join(bin, "juju"), 0o755);
  project = await makeProject({ env: { KUBECONFIG: server.kubeconfig }, bin });
  symlinkSync(join(root, "bin"), join(project.dir, "..", "project", "bin"));
  project.program(program);
  const objects = [
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: volume },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Delete",
        hostPath: { path: "/none" },
        claimRef: { namespace: "kubeflow", name: claim },
      },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: claim, namespace: "kubeflow" },
      spec: { volumeName: volume, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    },
  ];
  for (const object of objects) {
    const file = join(project.dir, `${object.kind}.json`);
    writeFileSync(file, JSON.stringify(object));
    await server.kubectl("create", "-f", file);
  }
});
afterAll(async () => {
  project.remove();
  await server.stop();
  rmSync(bin, { recursive: true });
});

const seen = (): Promise<string> =>
  server.kubectl(
    "get",
    "pv,pvc,jobs",
    "--all-namespaces",
    "-o",
    'jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.uid} {.metadata.resourceVersion}{"\\n"}{end}',
  );

/** `pulumi up --skip-preview` of a program with these steps only, as a hand would have written it. */
async function up(steps: Step[], commands: object[] = []): Promise<{ exitCode: number; output: string }> {
  writeFileSync(
    join(project.dir, "program.json"),
    JSON.stringify({ upgrade: { plan: { ...plan, steps }, baseline, settings }, commands }),
  );
  const { exitCode, output } = await project.pulumi(["up", "--yes", "--skip-preview", "--continue-on-error"]);
  return { exitCode, output: output.replace(/\s+/g, " ") };
}

/** The plan's own step, without any of its edges. */
const alone = (id: string): Step => ({ ...plan.steps.find((step) => step.id === id)!, dependsOn: [], needs: [] });

test("without pack, preview, edges and evidence nothing is migrated, removed or deleted", async () => {
  const before = await seen();
  const { exitCode, output } = await up(
    ["remove-minio", "refresh-argo-server", "scale-down-kubeflow-dashboard", "finalize-minio-minio-data"].map(alone),
  );
  expect(exitCode).not.toBe(0);
  for (const kind of ["Remove-application", "Refresh", "Scale", "Finalize-volume"]) {
    expect(output).toContain(
      `No backup of model "kubeflow" was proven: there is no ConfigMap kubeflow/ckf-upgrade-backup-proof. ${kind} changes the model, so nothing was done.`,
    );
  }
  expect(existsSync(juju)).toBe(false);
  expect(await seen()).toBe(before);
});

test("a proof in the cluster opens nothing for a step without evidence, or with evidence of another backup", async () => {
  const action = { kind: "finalize-volume", application: "minio", source: baseline.volumes.minio[0] };
  const stdin = JSON.stringify({
    "prove-backup": { kind: "prove-backup", digest: "f".repeat(64) },
    verify: { kind: "verify", verified: true },
  });
  const before = await seen();
  await server.kubectl(
    "create",
    "configmap",
    "ckf-upgrade-backup-proof",
    "-n",
    "kubeflow",
    `--from-literal=digest=${"a".repeat(64)}`,
  );
  const { exitCode, output } = await up([alone("remove-minio")], [{ id: "finalize-by-hand", action, stdin }]);
  expect(exitCode).not.toBe(0);
  expect(output).toContain(
    "No evidence of a proven backup was handed to this step. Remove-application changes the model, so nothing was done.",
  );
  expect(output).toContain(
    "The evidence handed to this step names another backup than the proven one of ConfigMap kubeflow/ckf-upgrade-backup-proof.",
  );
  expect(existsSync(juju)).toBe(false);
  expect(await seen()).toBe(before);
});
