import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ApiServer, startApiServer } from "./apiserver";
import { crash, eventually, makeProject, type Project } from "./engine";

jest.setTimeout(600_000);

const up = ["up", "--yes", "--skip-preview"];

/** Deleting in the background needs no garbage collector, which this world does not have. */
const program = (...lines: string[]): string =>
  [
    'import * as k8s from "@pulumi/kubernetes";',
    'const background = { "pulumi.com/deletionPropagationPolicy": "background" };',
    "const named = (name: string, annotations = {}) => ({ name, annotations: { ...background, ...annotations } });",
    ...lines,
  ].join("\n");

const job = (annotations = "{}"): string =>
  program(
    `new k8s.batch.v1.Job("job", { metadata: named("job", ${annotations}), spec: { backoffLimit: 0, template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "none" }] } } } });`,
  );

const t = "2026-01-01T00:00:00Z";
const done = {
  startTime: t,
  completionTime: t,
  succeeded: 1,
  uncountedTerminatedPods: {},
  conditions: ["SuccessCriteriaMet", "Complete"].map((type) => ({ type, status: "True", lastTransitionTime: t })),
};
const failed = {
  ...{ startTime: t, failed: 1, uncountedTerminatedPods: {} },
  conditions: ["FailureTarget", "Failed"].map((type) => ({
    type,
    status: "True",
    reason: "BackoffLimitExceeded",
    message: "Job has reached the specified backoff limit",
    lastTransitionTime: t,
  })),
};

describe("the official kubernetes plugin under the real engine and a real API server", () => {
  let server: ApiServer;
  let project: Project;
  const object = async (kind: string, name: string): Promise<Record<string, never>> =>
    JSON.parse(await server.kubectl("get", kind, name, "-o", "json", "--show-managed-fields")) as Record<string, never>;
  const settle = (status: object): Promise<string> =>
    server.kubectl("patch", "job", "job", "--subresource=status", "--type=merge", "-p", JSON.stringify({ status }));
  const jobExists = async (): Promise<boolean> => (await server.kubectl("get", "job", "-o", "name")) !== "";
  async function waitForJob(): Promise<void> {
    let there = false;
    void (async () => {
      while (!(there = await jobExists().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 200));
    })();
    await eventually("the Job is there", () => there);
  }

  beforeAll(async () => {
    server = await startApiServer();
    project = await makeProject({ env: { KUBECONFIG: server.kubeconfig } });
    const volume = {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "pv" },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy: "Delete",
        hostPath: { path: "/none" },
      },
    };
    const file = join(project.dir, "volume.json");
    writeFileSync(file, JSON.stringify(volume));
    await server.kubectl("create", "-f", file);
    await server.kubectl(
      "patch",
      "pv",
      "pv",
      "--subresource=status",
      "--type=merge",
      "-p",
      '{"status":{"phase":"Available"}}',
    );
  });
  afterAll(async () => {
    project.remove();
    await server.stop();
  });

  const objects = program(
    'new k8s.core.v1.ConfigMap("auto", { metadata: { labels: { x: process.env.X ?? "1" }, annotations: background }, data: { a: "1" } });',
    'new k8s.core.v1.ConfigMap("fixed", { metadata: named("fixed"), data: { a: process.env.X ?? "1" } });',
    'new k8s.core.v1.Secret("hidden", { metadata: named("hidden"), stringData: { word: "s3cr3t-w0rd" } });',
    'new k8s.core.v1.PersistentVolumeClaim("claim", { metadata: named("claim", { "pulumi.com/skipAwait": "true" }), spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } } });',
    'new k8s.core.v1.PersistentVolumePatch("retain", { metadata: { name: "pv", annotations: { "pulumi.com/patchForce": "true" } }, spec: { persistentVolumeReclaimPolicy: "Retain" } }, { retainOnDelete: true });',
  );

  test("a preview asks the server and stores nothing", async () => {
    project.program(objects);
    const { exitCode, output } = await project.pulumi(["preview"]);
    expect(output).toContain("6 to create");
    expect(exitCode).toBe(0);
    expect(await server.kubectl("get", "configmap", "fixed", "--ignore-not-found", "-o", "name")).toBe("");
    expect(await object("pv", "pv")).toMatchObject({ spec: { persistentVolumeReclaimPolicy: "Delete" } });
  });

  test("up makes the objects, patches the volume, and keeps secrets out of the state", async () => {
    const { exitCode, output } = await project.pulumi(up);
    expect(output).toContain("6 created");
    expect(exitCode).toBe(0);
    const state = await project.state();
    expect(state.auto.outputs.metadata).toMatchObject({
      name: expect.stringMatching(/^auto-[0-9a-f]{8}$/),
      namespace: "default",
    });
    expect(JSON.stringify(state)).not.toMatch(/s3cr3t-w0rd|czNjcjN0LXcwcmQ/);
    expect(await object("pv", "pv")).toMatchObject({
      spec: { persistentVolumeReclaimPolicy: "Retain", capacity: { storage: "1Gi" } },
    });
  });

  test("up again changes nothing, though the server writes 1024Mi as 1Gi and stringData as data", async () => {
    const { exitCode, output } = await project.pulumi([...up, "--expect-no-changes"]);
    expect(output).toContain("6 unchanged");
    expect(exitCode).toBe(0);
  });

  test("labels change in place, data by replacement", async () => {
    const { exitCode, output } = await project.pulumi(up, { X: "2" });
    expect(output).toMatch(/1 updated[\s\S]*1 replaced/);
    expect(exitCode).toBe(0);
    expect(await object("configmap", "fixed")).toMatchObject({ data: { a: "2" } });
  });

  test("a refresh sees drift and what is gone, and up mends both", async () => {
    await server.kubectl("delete", "secret", "hidden");
    await server.kubectl("patch", "configmap", "fixed", "-p", '{"data":{"a":"drifted"}}');
    expect((await project.pulumi(["refresh", "--yes", "--skip-preview"], { X: "2" })).output).toMatch(
      /1 updated[\s\S]*1 deleted/,
    );
    expect((await project.pulumi(up, { X: "2" })).exitCode).toBe(0);
    expect(await object("configmap", "fixed")).toMatchObject({ data: { a: "2" } });
    expect(await object("secret", "hidden")).toMatchObject({ data: { word: "czNjcjN0LXcwcmQ=" } });
  });

  test("destroy deletes the objects and leaves the patched field, as retainOnDelete asks", async () => {
    await server.kubectl("patch", "pvc", "claim", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
    const { exitCode } = await project.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(exitCode).toBe(0);
    expect(await server.kubectl("get", "configmap,secret,pvc", "-o", "name")).toBe("");
    expect(await object("pv", "pv")).toMatchObject({ spec: { persistentVolumeReclaimPolicy: "Retain" } });
  });

  test("when the engine is killed while a Job runs, the next up goes on waiting for that Job", async () => {
    project.program(job());
    const engine = project.start();
    await waitForJob();
    const { uid } = (await object("job", "job")).metadata as { uid: string };
    await crash(engine);
    await project.pulumi(["cancel", "--yes"]);
    const next = project.start();
    await settle(done);
    const { exitCode } = await next;
    expect(exitCode).toBe(0);
    expect((await object("job", "job")).metadata).toMatchObject({ uid });
    expect((await project.state()).job.outputs.status).toMatchObject({ succeeded: 1 });
    expect((await project.pulumi(["destroy", "--yes", "--skip-preview"])).exitCode).toBe(0);
  });

  test("a Job that fails says why and stays; marked replaceUnready it is made anew by the next up", async () => {
    project.program(job('{ "pulumi.com/replaceUnready": "true" }'));
    const first = project.start();
    await waitForJob();
    const { uid } = (await object("job", "job")).metadata as { uid: string };
    await settle(failed);
    const { exitCode, all } = await first;
    expect(exitCode).not.toBe(0);
    expect(all).toContain("[BackoffLimitExceeded] Job has reached the specified backoff limit");
    const second = project.start();
    let anew = false;
    void (async () => {
      while (!anew) {
        const found = await object("job", "job").catch(() => undefined);
        if (found && (found.metadata as { uid: string }).uid !== uid) anew = true;
        else await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    await eventually("the Job was made anew", () => anew);
    await settle(done);
    expect((await second).exitCode).toBe(0);
    expect((await project.pulumi(["destroy", "--yes", "--skip-preview"])).exitCode).toBe(0);
  });
});
