import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countObjects, definitionNames, namesOf, servedKinds, statusVersions } from "../../kube/objects";
import { userKinds } from "../../plan/kinds";

const dir = mkdtempSync(join(tmpdir(), "ckf-objects-"));
const before = process.env.KUBECONFIG;
const namesOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
let server: Server;
let asked: { path: string; query: URLSearchParams; accept: string }[] = [];

const group = (name: string, ...versions: string[]): object => ({
  name,
  preferredVersion: { groupVersion: `${name}/${versions[0]}`, version: versions[0] },
  versions: versions.map((version) => ({ groupVersion: `${name}/${version}`, version })),
});
const resources = (...names: string[]): object => ({
  kind: "APIResourceList",
  resources: names.map((name) => ({ name, kind: name, namespaced: true, singularName: "", verbs: ["list"] })),
});
const object = (namespace: string, name: string, more: object = {}): object => ({
  metadata: { namespace, name },
  ...more,
});

/** What an API server answers: lists in two pieces, kinds in different versions of one group. */
const answers: Record<string, object | object[]> = {
  "/apis": {
    kind: "APIGroupList",
    groups: [
      group("kubeflow.org", "v1", "v1beta1"),
      group("argoproj.io", "v1alpha1"),
      group("operator.knative.dev", "v1beta1"),
    ],
  },
  "/apis/kubeflow.org/v1": resources("notebooks", "notebooks/status", "poddefaults", "profiles"),
  "/apis/kubeflow.org/v1beta1": resources("notebooks", "experiments"),
  "/apis/argoproj.io/v1alpha1": resources("workflows"),
  "/apis/operator.knative.dev/v1beta1": resources("knativeservings"),
  "/apis/kubeflow.org/v1/notebooks": [object("alice", "lab"), object("alice", "two"), object("bob", "three")],
  "/apis/kubeflow.org/v1beta1/experiments": [object("alice", "tune")],
  "/apis/kubeflow.org/v1/poddefaults": [],
  "/apis/argoproj.io/v1alpha1/workflows": [object("alice", "run")],
  "/apis/operator.knative.dev/v1beta1/knativeservings": [
    object("knative-serving", "serving", { status: { version: "1.8.0" } }),
  ],
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions": [
    object("", "notebooks.kubeflow.org"),
    object("", "experiments.kubeflow.org"),
  ],
};

function answer({ url = "", headers }: IncomingMessage): { code: number; body: object } {
  const { pathname, searchParams } = new URL(url, "http://x");
  asked.push({ path: pathname, query: searchParams, accept: headers.accept ?? "" });
  const found = answers[pathname];
  if (found === undefined) return { code: 404, body: { kind: "Status", message: `nothing at ${pathname}` } };
  if (!Array.isArray(found)) return { code: 200, body: found };
  if (found.length === 0) return { code: 200, body: { metadata: {}, items: null } };
  const second = searchParams.get("continue") === "rest";
  return {
    code: 200,
    body: { metadata: { continue: second ? "" : "rest" }, items: second ? found.slice(1) : found.slice(0, 1) },
  };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const { code, body } = answer(request);
    response
      .writeHead(code, {
        "content-type": request.headers.accept?.startsWith("application/json;as=")
          ? request.headers.accept
          : "application/json",
      })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
  writeFileSync(
    join(dir, "kubeconfig"),
    JSON.stringify({
      "current-context": "x",
      contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
      clusters: [{ name: "x", cluster }],
      users: [{ name: "x", user: {} }],
    }),
  );
  process.env.KUBECONFIG = join(dir, "kubeconfig");
});
beforeEach(() => void (asked = []));
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
});

test("each kind is found in the version that serves it, and what the cluster does not know is left out", async () => {
  expect((await servedKinds(userKinds)).map(({ kind, version }) => `${kind.kind} ${version}`)).toEqual([
    "Notebook v1",
    "Workflow v1alpha1",
    "Experiment v1beta1",
    "PodDefault v1",
  ]);
});

test("users' objects are counted by their names alone, to the end of each list", async () => {
  expect(await countObjects()).toEqual({ Experiment: { alice: 1 }, Notebook: { alice: 2, bob: 1 }, PodDefault: {} });
  const lists = asked.filter(({ path }) => path.endsWith("/notebooks"));
  expect(lists.map(({ query, accept }) => [query.get("limit"), query.get("continue"), accept])).toEqual([
    ["500", null, namesOnly],
    ["500", "rest", namesOnly],
  ]);
});

test("definitions are named without their schemas", async () => {
  expect(await definitionNames()).toEqual(["experiments.kubeflow.org", "notebooks.kubeflow.org"]);
  expect(asked.map(({ accept }) => accept)).toEqual([namesOnly, namesOnly]);
});

test("ended Workflows are left out by the server, and what is looked at is the object as a whole", async () => {
  const workflows = userKinds.find(({ kind }) => kind === "Workflow")!;
  expect(await namesOf(workflows, "v1alpha1", () => true)).toEqual(["alice/run"]);
  expect(asked.map(({ query }) => query.get("labelSelector"))).toEqual([
    "workflows.argoproj.io/completed!=true",
    "workflows.argoproj.io/completed!=true",
  ]);
  for (const { accept } of asked) expect(accept).not.toContain("PartialObjectMetadata");
});

test("versions that objects tell are read, of a kind that is known", async () => {
  expect(await statusVersions("operator.knative.dev", "knativeservings")).toEqual({
    "knative-serving/serving": "1.8.0",
  });
  expect(await statusVersions("operator.knative.dev", "knativeeventings")).toBeUndefined();
});
