import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ApiServer, startApiServer } from "../rehearsal/plugins/apiserver";
import { type Project, makeProject } from "../rehearsal/plugins/engine";

// The real engine, the official plugin and a real API server.
jest.setTimeout(300_000);

let server: ApiServer;
let project: Project;
let elsewhere: string;
const moved = (): string => join(project.dir, "moved");
const objects = ["job/done", "configmap/kept"];
const ids = (): Promise<string[]> =>
  Promise.all(objects.map((object) => server.kubectl("get", object, "-o", "jsonpath={.metadata.uid}")));
/** `pulumi up` of the program that gives its resources a provider ("explicit") or none ("default"). */
const up = (provider: string, kubeconfig: string, more = {}): ReturnType<Project["pulumi"]> =>
  project.pulumi(["up", "--yes", "--skip-preview"], { PROVIDER: provider, KUBECONFIG: kubeconfig, ...more });

beforeAll(async () => {
  server = await startApiServer();
  project = await makeProject();
  const config = JSON.parse(readFileSync(server.kubeconfig, "utf8")) as {
    clusters: [{ cluster: { server: string } }];
  };
  // The context "elsewhere" is a server that nobody runs.
  elsewhere = JSON.stringify({
    ...config,
    contexts: [
      { name: "test", context: { cluster: "test", user: "test" } },
      { name: "elsewhere", context: { cluster: "elsewhere", user: "test" } },
    ],
    clusters: [config.clusters[0], { name: "elsewhere", cluster: { server: "http://127.0.0.1:9" } }],
  });
  writeFileSync(join(project.dir, "kubeconfig"), elsewhere);
  // The same cluster, as another operator's machine names it.
  writeFileSync(
    moved(),
    elsewhere
      .replaceAll("127.0.0.1", "localhost")
      .replaceAll('"test"', '"of-another-operator"')
      .replaceAll('"token":"of-another-operator"', '"token":"test"'),
  );
  project.program(`
import * as k8s from "@pulumi/kubernetes";
import { ComponentResource } from "@pulumi/pulumi";
import { clusterOf } from ${JSON.stringify(join(resolve(__dirname, "..", ".."), "components", "cluster"))};
const all = new ComponentResource("test:all:All", "all", {}, process.env.PROVIDER === "explicit" ? clusterOf("0b1c7e1e-6a39-4c8e-8a1a-3a0a4a0f3b11") : {});
const opts = { parent: all, retainOnDelete: true };
new k8s.core.v1.ConfigMap("kept", { metadata: { name: "kept" }, data: { a: process.env.DATA ?? "1" } }, opts);
if (process.env.LATER) new k8s.core.v1.ConfigMap("later", { metadata: { name: "later" } }, opts);
const metadata = { name: "done", annotations: { "pulumi.com/skipAwait": "true" } };
new k8s.batch.v1.Job("done", { metadata, spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "none" }] } } } }, opts);
`);
});
afterAll(async () => {
  project.remove();
  await server.stop();
});

test("a stack that was begun with the default provider goes on: nothing is replaced, and no setting of the stack leads elsewhere", async () => {
  expect(await up("default", server.kubeconfig)).toMatchObject({ exitCode: 0 });
  const before = await ids();
  const file = join(project.dir, "kubeconfig");
  await project.pulumi(["config", "set", "kubernetes:context", "elsewhere"]);
  const later = { LATER: "yes" };
  expect((await up("default", file, later)).exitCode).not.toBe(0);
  const { exitCode, output } = await up("explicit", file, later);
  expect(output).not.toMatch(/replaced|deleted/);
  expect(exitCode).toBe(0);
  expect(await ids()).toEqual(before);
  expect(await server.kubectl("get", "configmap/later", "-o", "name")).toBe("configmap/later");
});

test("another file, context and address of the same cluster replace nothing", async () => {
  const before = await ids();
  const { exitCode, output } = await up("explicit", moved(), { LATER: "yes" });
  expect(output).not.toMatch(/replaced|deleted/);
  expect(exitCode).toBe(0);
  expect(await ids()).toEqual(before);
});

test("a record whose data change is written in place", async () => {
  const before = await ids();
  expect(await up("explicit", moved(), { LATER: "yes", DATA: "2" })).toMatchObject({ exitCode: 0 });
  expect(await ids()).toEqual(before);
  expect(await server.kubectl("get", "configmap/kept", "-o", "jsonpath={.data.a}")).toBe("2");
});

test("neither a credential nor a path of the machine gets into the state", async () => {
  const { output } = await project.pulumi(["stack", "export"]);
  expect(output).toContain("0b1c7e1e-6a39-4c8e-8a1a-3a0a4a0f3b11");
  expect(output).not.toContain("token");
  expect(output).not.toContain(project.dir);
});
