import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clear, requireEmpty } from "../../../rehearsal/foreign/cluster";
import { madeBy } from "../../../rehearsal/foreign/made";
import { controllerOf, enter, leave, requireLeft } from "../../../rehearsal/foreign/stay";
import { type ApiServer, startApiServer } from "../plugins/apiserver";

jest.setTimeout(1_800_000);

const mark = "6f1c0b1e-0000-4000-8000-000000000001";
const log = (): void => undefined;
let api: ApiServer;
let dir: string;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(() => api?.stop());
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "foreign-test-"))));
afterEach(() => rmSync(dir, { recursive: true }));

const everything = (): Promise<string> =>
  api.kubectl(
    "get",
    "namespaces,persistentvolumes,clusterroles,customresourcedefinitions",
    "--output=custom-columns=:kind,:metadata.name,:spec.persistentVolumeReclaimPolicy",
  );

async function make(kind: string, name: string, more: object = {}): Promise<void> {
  const file = join(dir, "object.json");
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: kind === "ClusterRole" ? "rbac.authorization.k8s.io/v1" : "v1",
      kind,
      metadata: { name },
      ...more,
    }),
  );
  await api.kubectl("apply", "--filename", file);
}
const space = (name: string, uuid: string): Promise<void> =>
  make("Namespace", name, { metadata: { name, annotations: { "model.juju.is/id": uuid } } });
const volume = (name: string, namespace: string): Promise<void> =>
  make("PersistentVolume", name, {
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: "/nowhere" },
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace, name: "data" },
    },
  });

/** What controllers do: a namespace that is being deleted goes, a volume that may be deleted goes with it. */
async function control(until: Promise<unknown>): Promise<void> {
  let over = false;
  void until.catch(() => undefined).finally(() => (over = true));
  while (!over) {
    const { items } = JSON.parse(await api.kubectl("get", "namespaces,persistentvolumes", "--output=json")) as {
      items: {
        kind: string;
        metadata: { name: string; deletionTimestamp?: string };
        spec: { persistentVolumeReclaimPolicy?: string };
      }[];
    };
    for (const item of items.filter(({ metadata }) => metadata.deletionTimestamp)) {
      const file = join(dir, "finalized.json");
      writeFileSync(file, JSON.stringify({ ...item, spec: { finalizers: [] } }));
      await api.kubectl("replace", "--raw", `/api/v1/namespaces/${item.metadata.name}/finalize`, "--filename", file);
    }
    for (const { kind, metadata, spec } of items) {
      if (kind !== "PersistentVolume" || spec.persistentVolumeReclaimPolicy !== "Delete") continue;
      await api.kubectl("delete", "persistentvolume", metadata.name, "--wait=false");
      await api
        .kubectl(
          "patch",
          "persistentvolume",
          metadata.name,
          "--type=merge",
          "--patch",
          '{"metadata": {"finalizers": null}}',
        )
        .catch(() => undefined);
    }
  }
}

test("what a rehearsal makes outside of namespaces is known: definitions, roles, namespaces, the model's last, and nothing twice", () => {
  const made = madeBy("kubeflow").map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(made).toEqual(
    expect.arrayContaining([
      "CustomResourceDefinition profiles.kubeflow.org",
      "ClusterRole kubeflow-edit",
      "ClusterRole ckf-upgrade",
      "ClusterRoleBinding ckf-upgrade",
      "Namespace admin",
      "Namespace alice",
      "Namespace backup-store",
      "Namespace knative-serving",
      "Namespace ckf-upgrade",
    ]),
  );
  // What refuses deletions of definitions must go before them.
  expect(made[0]).toBe("ValidatingWebhookConfiguration ckf-upgrade-keep-definitions");
  expect(made.at(-1)).toBe("Namespace kubeflow");
  expect(new Set(made).size).toBe(made.length);
});

describe("a cluster that somebody has", () => {
  test("is entered where nothing of a rehearsal's is in it; what is there is named", async () => {
    await make("Namespace", "mine");
    await requireEmpty(api.kubeconfig, "kubeflow");
    await make("Namespace", "alice");
    await make("ClusterRole", "kubeflow-view", { rules: [] });
    await expect(enter(dir, api.kubeconfig, "kubeflow")).rejects.toThrow(
      /has ClusterRole kubeflow-view, Namespace alice: a rehearsal makes and deletes what is called so.* Nothing was changed/,
    );
    // Not entered: nothing is to be left.
    const before = await everything();
    expect(await leave(dir, "kubeflow", log)).toBe(false);
    expect(await everything()).toBe(before);
  });

  test("keeps what is called as a rehearsal's where no namespace tells whose it is", async () => {
    const before = await everything();
    await expect(clear(api.kubeconfig, "kubeflow", mark)).rejects.toThrow(
      /has ClusterRole kubeflow-view, Namespace alice, but no namespace kubeflow that would tell whose they are\. Nothing was deleted/,
    );
    expect(await everything()).toBe(before);
  });

  test.each([
    ["of another model", "6f1c0b1e-0000-4000-8000-000000000002"],
    ["of none, where the controller never came up", undefined],
  ])("keeps everything where the namespace has not this rehearsal's mark but that %s", async (_, other) => {
    await space("kubeflow", mark);
    await volume("kept", "kubeflow");
    const before = await everything();
    await expect(clear(api.kubeconfig, "kubeflow", other)).rejects.toThrow(
      /does not carry the mark of this rehearsal's controller.*Nothing was deleted/,
    );
    expect(await everything()).toBe(before);
  });

  test("is left as it was: volumes go though they were retained, those of others stay", async () => {
    await volume("others", "mine");
    const file = join(dir, "foreign-cluster");
    writeFileSync(file, api.kubeconfig);
    mkdirSync(controllerOf(dir));
    writeFileSync(join(controllerOf(dir), "state.json"), JSON.stringify({ uuid: mark }));
    expect(() => requireLeft(dir)).toThrow(`Do that first: npm start -- down --dir ${dir}`);
    const left = leave(dir, "kubeflow", log);
    await control(left);
    expect(await left).toBe(true);
    const after = await everything();
    expect(after).toMatch(/PersistentVolume +others +Retain/);
    expect(after).toMatch(/Namespace +mine/);
    expect(after).not.toMatch(/kubeflow|alice|kept/);
    expect(existsSync(file)).toBe(false);
    requireLeft(dir);
    expect(await leave(dir, "kubeflow", log)).toBe(false);
  });
});
