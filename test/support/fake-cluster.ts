import type {
  V1ConfigMap,
  V1Deployment,
  V1Job,
  V1Node,
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Secret,
  V1StatefulSet,
} from "@kubernetes/client-node";
import type { CustomObject } from "../../plan/kinds";

/** As kube/client has it: what a step sees when the cluster refuses. */
export class FakeKubeError extends Error {
  constructor(
    message: string,
    readonly code?: number,
  ) {
    super(message);
  }
}

interface Operation {
  op: string;
  path: string;
  value?: unknown;
}

/** RFC 6902 as far as it is used; undefined where a test fails or a path is missing. */
function applyPatch<T extends object>(object: T, operations: Operation[]): T | undefined {
  const copy = structuredClone(object);
  for (const { op, path, value } of operations) {
    const keys = path
      .slice(1)
      .split("/")
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop()!;
    const parent = keys.reduce<Record<string, unknown> | undefined>(
      (inner, key) => inner?.[key] as Record<string, unknown> | undefined,
      copy as Record<string, unknown>,
    );
    if (!parent || (op !== "add" && !(last in parent))) return undefined;
    if (op === "test" && parent[last] !== value) return undefined;
    if (op === "remove") delete parent[last];
    else if (op !== "test") parent[last] = structuredClone(value);
  }
  return copy;
}

/** Whether labels are as a selector asks: "a=b,c!=d,e in (f,g)". */
function selects(selector: string | undefined, labels: Record<string, string> = {}): boolean {
  const terms = selector?.match(/[^,(]+(?:\([^)]*\))?/g) ?? [];
  return terms.every((term) => {
    const [, key, values = ""] = /^\s*(\S+) in \((.*)\)$/.exec(term) ?? [];
    if (key) return values.split(",").includes(labels[key] ?? "");
    const [, name, sign, value] = /^(.*?)(!?=)(.*)$/.exec(term)!;
    return (labels[name] === value) === (sign === "=");
  });
}

type Marks = { labels?: Record<string, string | null>; annotations?: Record<string, string | null> };

/** RFC 7386 on metadata, guarded as the server guards it by uid and resourceVersion. */
function mergeMetadata(
  what: string,
  metadata: { labels?: Record<string, string>; annotations?: Record<string, string> } & Record<string, unknown>,
  patch: Marks & { uid?: string; resourceVersion?: string },
): void {
  for (const guard of ["uid", "resourceVersion"] as const)
    if (patch[guard] !== undefined && patch[guard] !== metadata[guard])
      throw new FakeKubeError(`${what}: the cluster answered 409, another ${guard}`, 409);
  for (const part of ["labels", "annotations"] as const)
    for (const [key, value] of Object.entries(patch[part] ?? {})) {
      if (value === null) delete metadata[part]?.[key];
      else (metadata[part] ??= {})[key] = value;
    }
}

interface FakeDefinition {
  metadata: {
    name: string;
    uid?: string;
    resourceVersion?: string;
    deletionTimestamp?: Date;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: {
    group: string;
    scope: string;
    names: { plural: string; kind: string };
    versions: { name: string; served: boolean; storage: boolean }[];
  };
}

interface FakeObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string } & Record<string, unknown>;
}

interface FakeProfile {
  metadata: {
    name: string;
    uid?: string;
    resourceVersion?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
}

interface CustomOrder {
  group: string;
  plural: string;
  name: string;
  namespace?: string;
  dryRun?: string;
  body: { metadata: Marks & { uid?: string; resourceVersion?: string } };
}

/** What a cluster holds, by "namespace/name" or "name", and every change that was made to it. */
export class FakeCluster {
  claims: Record<string, V1PersistentVolumeClaim> = {};
  volumes: Record<string, V1PersistentVolume> = {};
  pods: Record<string, V1Pod> = {};
  logs: Record<string, string> = {};
  jobs: Record<string, V1Job> = {};
  /** What Jobs that are made leave, in turn; an empty volume by themselves. */
  readonly looks: { message: string; log?: string }[] = [];
  sets: Record<string, V1StatefulSet> = {};
  deployments: Record<string, V1Deployment> = {};
  secrets: Record<string, V1Secret> = {};
  configMaps: Record<string, Record<string, string>> = {};
  namespaces: Record<string, { uid: string; annotations: Record<string, string> }> = {};
  profiles: Record<string, FakeProfile> = {};
  /** Objects of kinds that the cluster knows, by "plural.group"; those of "customresourcedefinitions.apiextensions.k8s.io" are definitions. */
  objects: Record<string, CustomObject[]> = {};
  /** Plurals that may not be listed. */
  forbidden: string[] = [];
  /** Names, and whether each is the default. */
  storageClasses: Record<string, boolean> = { standard: true };
  /** Provisioners of those that have a known one, by name, and what their annotation for OpenEBS says. */
  provisioners: Record<string, { provisioner: string; config?: string }> = {};
  capacities: { storageClassName: string; capacity?: string; maximumVolumeSize?: string }[] = [];
  /** What a node's kubelet says of volumes, by node. */
  figures: Record<string, string> = {};
  nodes: V1Node[] = [{ metadata: { name: "node", labels: { "kubernetes.io/hostname": "node" } } }];
  private made = 0;
  /** Keys of ConfigMaps that a manager applied, by "namespace/name manager". */
  private applied: Record<string, string[]> = {};
  kinds: Record<string, FakeDefinition> = {};
  /** What the cluster answers when an object of that kind is applied on trial. */
  trialRefusals: Record<string, string> = {};
  /** Each object that was applied on trial. */
  readonly trials: FakeObject[] = [];
  /** Whether whoever marks profiles puts the marks back at once. */
  profilesAreRewritten = false;
  /** Webhooks that refuse the deletion of definitions, by name. */
  webhooks: Record<string, { name: string }[]> = {};
  /** Whether the API server knows of a webhook as soon as it is made. */
  webhooksAreKnown = true;

  constructor(private readonly changes: string[]) {}

  private static get<T>(from: Record<string, T>, key: string): Promise<T> {
    return key in from
      ? Promise.resolve(from[key])
      : Promise.reject(new FakeKubeError(`${key}: the cluster answered 404, not found`, 404));
  }

  private of<T>(from: Record<string, T>, namespace: string): T[] {
    return Object.entries(from).flatMap(([key, one]) => (key.startsWith(`${namespace}/`) ? [one] : []));
  }

  /** What a provisioner does with a volume that lost its claim. */
  private reclaim(name: string): void {
    const volume = this.volumes[name];
    const ref = volume?.spec?.claimRef;
    const claim = this.claims[`${ref?.namespace}/${ref?.name}`] as V1PersistentVolumeClaim | undefined;
    if (volume?.spec?.persistentVolumeReclaimPolicy !== "Delete" || (claim && claim.metadata?.uid === ref?.uid)) return;
    delete this.volumes[name];
    this.changes.push(`provisioner removes volume ${name} with its data`);
  }

  /** What the controller of volumes does: a claim gets the volume that is reserved for it, and loses one reserved for another. */
  bind(): void {
    for (const [key, claim] of Object.entries(this.claims)) {
      const reserved = Object.values(this.volumes).find(
        ({ spec }) =>
          `${spec?.claimRef?.namespace}/${spec?.claimRef?.name}` === key &&
          [undefined, claim.metadata?.uid].includes(spec?.claimRef?.uid),
      );
      const named = claim.spec?.volumeName;
      if (reserved && (named === undefined || named === reserved.metadata?.name)) {
        reserved.spec!.claimRef!.uid = claim.metadata!.uid;
        claim.spec!.volumeName = reserved.metadata!.name;
        claim.status = { ...claim.status, phase: "Bound" };
      } else if (named !== undefined && this.volumes[named]?.spec?.claimRef?.uid !== claim.metadata?.uid)
        claim.status = { ...claim.status, phase: "Lost" };
    }
  }

  /** What the protection of claims does: one that is deleted goes once no Pod mounts it. */
  release(namespace: string): void {
    for (const [key, { metadata, spec }] of Object.entries(this.claims)) {
      const mounted = this.of(this.pods, namespace).some((pod) =>
        pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata?.name),
      );
      if (metadata?.namespace !== namespace || !metadata.deletionTimestamp || mounted) continue;
      delete this.claims[key];
      this.reclaim(spec?.volumeName ?? "");
    }
  }

  /** What a StatefulSet's controller does: a Pod that went comes back, with its claims where they are not there. */
  private replacePod({ metadata, spec }: V1Pod): void {
    const namespace = metadata!.namespace!;
    const set = this.sets[`${namespace}/${metadata!.labels?.["app.kubernetes.io/name"]}`];
    if (!set?.spec?.replicas) return;
    const claims = (spec?.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
    for (const name of claims) {
      this.claims[`${namespace}/${name}`] ??= {
        metadata: { name, namespace, uid: `uid-${name}-${++this.made}` },
        spec: {},
        status: { phase: "Pending" },
      };
    }
    this.bind();
    this.putPod(namespace, metadata!.name!, { labels: metadata!.labels, claims });
  }

  private guarded(what: string, uid: string | undefined, body: { preconditions?: { uid?: string } } | undefined): void {
    if (body?.preconditions?.uid !== uid)
      throw new FakeKubeError(`${what}: the cluster answered 409, another uid`, 409);
  }

  core = {
    readNamespacedPersistentVolumeClaim: ({ namespace, name }: { namespace: string; name: string }) =>
      FakeCluster.get(this.claims, `${namespace}/${name}`),
    readPersistentVolume: ({ name }: { name: string }) => FakeCluster.get(this.volumes, name),
    listNamespacedPersistentVolumeClaim: async ({ namespace }: { namespace: string }) => ({
      items: this.of(this.claims, namespace),
    }),
    deleteNamespacedPersistentVolumeClaim: async ({
      namespace,
      name,
      body,
    }: {
      namespace: string;
      name: string;
      body?: { preconditions?: { uid?: string } };
    }) => {
      const claim = await FakeCluster.get(this.claims, `${namespace}/${name}`);
      this.guarded(name, claim.metadata?.uid, body);
      this.changes.push(`delete claim ${name}`);
      claim.metadata!.deletionTimestamp ??= new Date();
      this.release(namespace);
    },
    deletePersistentVolume: async ({ name, body }: { name: string; body?: { preconditions?: { uid?: string } } }) => {
      const volume = await FakeCluster.get(this.volumes, name);
      this.guarded(name, volume.metadata?.uid, body);
      this.changes.push(`delete volume ${name}`);
      delete this.volumes[name];
    },
    patchPersistentVolume: async ({ name, body }: { name: string; body: Operation[] }) => {
      const volume = await FakeCluster.get(this.volumes, name);
      const patched = applyPatch(volume, body);
      if (!patched) throw new FakeKubeError(`${name}: the cluster answered 422, test failed`, 422);
      patched.metadata!.resourceVersion = String(Number(patched.metadata?.resourceVersion ?? 0) + 1);
      this.volumes[name] = patched;
      const { persistentVolumeReclaimPolicy: policy, claimRef } = patched.spec!;
      if (claimRef === undefined) this.changes.push(`volume ${name} is free for any claim`);
      if (policy !== volume.spec?.persistentVolumeReclaimPolicy)
        this.changes.push(`policy of volume ${name} ${policy}`);
      if (claimRef && claimRef.name !== volume.spec?.claimRef?.name)
        this.changes.push(`volume ${name} reserved for ${claimRef.name}`);
      this.reclaim(name);
      this.bind();
    },
    createNamespacedPersistentVolumeClaim: async ({
      namespace,
      body,
    }: {
      namespace: string;
      body: V1PersistentVolumeClaim;
    }) => {
      const name = body.metadata!.name!;
      if (`${namespace}/${name}` in this.claims)
        throw new FakeKubeError(`${name}: the cluster answered 409, it exists`, 409);
      this.changes.push(`create claim ${name} for volume ${body.spec?.volumeName ?? "any"}`);
      this.claims[`${namespace}/${name}`] = {
        ...structuredClone(body),
        metadata: { ...body.metadata, uid: `uid-${name}-${++this.made}` },
        status: { phase: "Pending" },
      };
      this.bind();
    },
    listPersistentVolume: async () => ({ items: Object.values(this.volumes) }),
    listNode: async () => ({ items: this.nodes }),
    listNamespacedPod: async ({ namespace, labelSelector }: { namespace: string; labelSelector?: string }) => ({
      items: this.of(this.pods, namespace).filter(({ metadata }) => selects(labelSelector, metadata?.labels)),
    }),
    readNamespacedPod: ({ namespace, name }: { namespace: string; name: string }) =>
      FakeCluster.get(this.pods, `${namespace}/${name}`),
    connectGetNodeProxyWithPath: ({ name }: { name: string; path: string }) => FakeCluster.get(this.figures, name),
    readNamespacedPodLog: async ({ name, tailLines = Infinity }: { name: string; tailLines?: number }) =>
      (this.logs[name] ?? "").split("\n").slice(-tailLines).join("\n"),
    deleteNamespacedPod: async ({
      namespace,
      name,
      body,
    }: {
      namespace: string;
      name: string;
      body?: { preconditions?: { uid?: string } };
    }) => {
      const pod = await FakeCluster.get(this.pods, `${namespace}/${name}`);
      if (body) this.guarded(name, pod.metadata?.uid, body);
      this.changes.push(`delete pod ${name}`);
      delete this.pods[`${namespace}/${name}`];
      this.release(namespace);
      this.replacePod(pod);
    },
    readNamespacedSecret: ({ namespace, name }: { namespace: string; name: string }) =>
      FakeCluster.get(this.secrets, `${namespace}/${name}`),
    deleteNamespacedSecret: async ({ namespace, name }: { namespace: string; name: string }) => {
      await FakeCluster.get(this.secrets, `${namespace}/${name}`);
      this.changes.push(`delete secret ${name}`);
      delete this.secrets[`${namespace}/${name}`];
      return {};
    },
    createNamespacedSecret: async ({ namespace, body }: { namespace: string; body: V1Secret }) => {
      const name = body.metadata!.name!;
      if (`${namespace}/${name}` in this.secrets)
        throw new FakeKubeError(`${name}: the cluster answered 409, it exists`, 409);
      this.changes.push(`create secret ${name}`);
      this.putSecret(namespace, name, body.stringData ?? {}, {
        metadata: { uid: `uid-${name}`, ...body.metadata },
        immutable: body.immutable,
      });
      Object.assign(this.secrets[`${namespace}/${name}`].data!, body.data);
    },
    listSecretForAllNamespaces: async ({ fieldSelector }: { fieldSelector: string }) => ({
      items: Object.values(this.secrets).filter(({ metadata }) => fieldSelector === `metadata.name=${metadata?.name}`),
    }),
    readNamespacedConfigMap: async ({ namespace, name }: { namespace: string; name: string }) => ({
      data: await FakeCluster.get(this.configMaps, `${namespace}/${name}`),
    }),
    createNamespacedConfigMap: async ({ namespace, body }: { namespace: string; body: V1ConfigMap }) => {
      const key = `${namespace}/${body.metadata!.name!}`;
      if (key in this.configMaps) throw new FakeKubeError(`${key}: the cluster answered 409, it exists`, 409);
      this.configMaps[key] = body.data ?? {};
    },
    replaceNamespacedConfigMap: async ({
      namespace,
      name,
      body,
    }: {
      namespace: string;
      name: string;
      body: V1ConfigMap;
    }) => {
      await FakeCluster.get(this.configMaps, `${namespace}/${name}`);
      this.configMaps[`${namespace}/${name}`] = body.data ?? {};
    },
    patchNamespacedConfigMap: async ({
      namespace,
      name,
      body,
      fieldManager,
    }: {
      namespace: string;
      name: string;
      body: V1ConfigMap;
      fieldManager: string;
    }) => {
      // Texts of the same manager that are not given any more would go; those of others stay.
      const own = (this.applied[`${namespace}/${name} ${fieldManager}`] ??= []);
      const left = Object.fromEntries(
        Object.entries(this.configMaps[`${namespace}/${name}`] ?? {}).filter(([key]) => !own.includes(key)),
      );
      this.configMaps[`${namespace}/${name}`] = { ...left, ...body.data };
      this.applied[`${namespace}/${name} ${fieldManager}`] = Object.keys(body.data ?? {});
    },
    readNamespace: async ({ name }: { name: string }) => ({ metadata: await FakeCluster.get(this.namespaces, name) }),
  };

  apps = {
    readNamespacedStatefulSet: ({ namespace, name }: { namespace: string; name: string }) =>
      FakeCluster.get(this.sets, `${namespace}/${name}`),
    readNamespacedDeployment: ({ namespace, name }: { namespace: string; name: string }) =>
      FakeCluster.get(this.deployments, `${namespace}/${name}`),
  };

  batch = {
    createNamespacedJob: async ({ namespace, body }: { namespace: string; body: V1Job }) => {
      const name = body.metadata!.name!;
      this.changes.push(`create job ${name}`);
      const claims = (body.spec?.template.spec?.volumes ?? []).flatMap(
        ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
      );
      const { message, log = "" } = this.looks.shift() ?? { message: '{"mover":"look","foreign":0}' };
      const labels = { "app.kubernetes.io/name": name, "job-name": name };
      this.putPod(namespace, `${name}-x`, { labels, claims, phase: "Succeeded", message });
      this.logs[`${name}-x`] = log;
      this.putJob(namespace, name);
      this.jobs[`${namespace}/${name}`].spec = body.spec;
    },
    deleteNamespacedJob: async ({ namespace, name }: { namespace: string; name: string }) => {
      await FakeCluster.get(this.jobs, `${namespace}/${name}`);
      this.changes.push(`delete job ${name}`);
      delete this.jobs[`${namespace}/${name}`];
      delete this.pods[`${namespace}/${name}-x`];
      this.release(namespace);
    },
    readNamespacedJob: ({ namespace, name }: { namespace: string; name: string }) =>
      FakeCluster.get(this.jobs, `${namespace}/${name}`),
    patchNamespacedJob: async ({
      namespace,
      name,
      body,
    }: {
      namespace: string;
      name: string;
      body: { metadata: { uid?: string; annotations: Record<string, string> } };
    }) => {
      const { metadata } = await FakeCluster.get(this.jobs, `${namespace}/${name}`);
      if (body.metadata.uid !== undefined && body.metadata.uid !== metadata?.uid)
        throw new FakeKubeError(`${name}: the cluster answered 409, another uid`, 409);
      this.changes.push(`annotate job ${name}`);
      metadata!.annotations = { ...metadata!.annotations, ...body.metadata.annotations };
    },
  };

  custom = {
    /** In pieces, as a server does that is asked for no more at once. */
    listClusterCustomObject: async ({
      group,
      plural,
      limit = Infinity,
      _continue = "0",
      labelSelector,
    }: {
      group: string;
      plural: string;
      labelSelector?: string;
      limit?: number;
      _continue?: string;
    }) => {
      const all = this.customObjects(plural, group).filter(({ metadata }) => selects(labelSelector, metadata.labels));
      if (this.forbidden.includes(plural))
        throw new FakeKubeError(`${plural}: the cluster answered 403, forbidden`, 403);
      const [start, end] = [Number(_continue), Number(_continue) + limit];
      return { items: all.slice(start, end), metadata: { continue: end < all.length ? String(end) : "" } };
    },
    getAPIResources: async ({ group, version }: { group: string; version: string }) => ({
      resources: Object.keys(this.objects).flatMap((name) => {
        const [plural, ...rest] = name.split(".");
        return rest.join(".") === group && version === "v1" ? [{ name: plural }] : [];
      }),
    }),
    patchNamespacedCustomObject: (order: CustomOrder) => this.patchCustom(order),
    patchClusterCustomObject: (order: CustomOrder) => this.patchCustom(order),
    getNamespacedCustomObject: async ({ plural, group, name, namespace }: CustomOrder) =>
      this.customObject(plural, group, name, namespace),
    getClusterCustomObject: async ({ plural, group, name }: CustomOrder) => this.customObject(plural, group, name),
  };

  private customObjects(plural: string, group: string): (CustomObject & { metadata: FakeProfile["metadata"] })[] {
    return plural === "profiles" ? Object.values(this.profiles) : (this.objects[`${plural}.${group}`] ?? []);
  }

  private customObject(
    plural: string,
    group: string,
    name: string,
    namespace?: string,
  ): { metadata: FakeProfile["metadata"] } {
    const found = this.customObjects(plural, group).find(
      ({ metadata }) => metadata.name === name && (metadata as { namespace?: string }).namespace === namespace,
    );
    if (!found) throw new FakeKubeError(`${name}: the cluster answered 404, not found`, 404);
    return found;
  }

  private async patchCustom({ plural, group, name, namespace, body, dryRun }: CustomOrder): Promise<void> {
    if (this.trialRefusals[plural]) throw new FakeKubeError(this.trialRefusals[plural], 403);
    if (dryRun === "All") return void this.trials.push(body as FakeObject);
    const { metadata } = this.customObject(plural, group, name, namespace);
    this.changes.push(`strip ${plural === "profiles" ? "profile" : plural} ${name}`);
    if (!this.profilesAreRewritten) mergeMetadata(name, metadata, body.metadata);
  }

  definitions = {
    readCustomResourceDefinition: ({ name }: { name: string }) => FakeCluster.get(this.kinds, name),
    listCustomResourceDefinition: async () => ({ items: Object.values(this.kinds) }),
    createCustomResourceDefinition: async ({ body }: { body: FakeDefinition }) => {
      if (body.metadata.name in this.kinds)
        throw new FakeKubeError(`${body.metadata.name}: the cluster answered 409, it exists`, 409);
      this.kinds[body.metadata.name] = structuredClone(body);
    },
    deleteCustomResourceDefinition: async ({ name }: { name: string }) => {
      await FakeCluster.get(this.kinds, name);
      const [webhook] = this.webhooksAreKnown ? Object.values(this.webhooks).flat() : [];
      if (webhook)
        throw new FakeKubeError(
          `Internal error occurred: failed calling webhook "${webhook.name}": service "ckf-upgrade-nobody-answers" not found`,
          500,
        );
      this.changes.push(`delete definition ${name}`);
      delete this.kinds[name];
    },
    patchCustomResourceDefinition: async ({ name, body, dryRun }: Pick<CustomOrder, "name" | "body" | "dryRun">) => {
      const { metadata } = await FakeCluster.get(this.kinds, name);
      if (dryRun === "All") return;
      this.changes.push(`strip definition ${name}`);
      mergeMetadata(name, metadata as Parameters<typeof mergeMetadata>[1], body.metadata);
    },
  };

  admission = {
    createValidatingWebhookConfiguration: async ({
      body,
    }: {
      body: { metadata: { name: string }; webhooks: { name: string }[] };
    }) => {
      const { name } = body.metadata;
      if (name in this.webhooks) throw new FakeKubeError(`${name}: the cluster answered 409, it exists`, 409);
      this.changes.push(`guard ${name}`);
      this.webhooks[name] = body.webhooks;
    },
    deleteValidatingWebhookConfiguration: async ({ name }: { name: string }) => {
      const found = await FakeCluster.get(this.webhooks, name);
      this.changes.push(`lift ${name}`);
      delete this.webhooks[name];
      return found;
    },
  };

  apis = {
    getAPIVersions: async () => ({
      groups: [...new Set(Object.keys(this.objects).map((name) => name.slice(name.indexOf(".") + 1)))].map((name) => ({
        name,
        preferredVersion: { version: "v1" },
        versions: [{ version: "v1" }, { version: "v1beta1" }],
      })),
    }),
  };

  storage = {
    listStorageClass: async () => ({
      items: Object.entries(this.storageClasses).map(([name, isDefault]) => {
        const { provisioner, config } = this.provisioners[name] ?? { provisioner: "example.com/disks" };
        return {
          provisioner,
          metadata: {
            name,
            annotations: {
              ...(isDefault && { "storageclass.kubernetes.io/is-default-class": "true" }),
              ...(config && { "cas.openebs.io/config": config }),
            },
          },
        };
      }),
    }),
    listCSIStorageCapacityForAllNamespaces: async () => ({ items: this.capacities }),
  };

  version = { getCode: async () => ({ gitVersion: "v1.24.17" }) };

  putSecret(namespace: string, name: string, texts: Record<string, string>, more: V1Secret = {}): void {
    const data = Object.fromEntries(
      Object.entries(texts).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
    );
    this.secrets[`${namespace}/${name}`] = {
      ...more,
      metadata: { uid: `uid-${name}`, ...more.metadata, name, namespace },
      data,
    };
  }

  putPod(
    namespace: string,
    name: string,
    {
      labels = {},
      claims = [],
      phase = "Running",
      message,
    }: { labels?: Record<string, string>; claims?: string[]; phase?: string; message?: string },
  ): void {
    this.pods[`${namespace}/${name}`] = {
      metadata: { name, namespace, labels, uid: `uid-${name}-${++this.made}` },
      spec: {
        containers: [],
        volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
      },
      status: {
        phase,
        containerStatuses:
          message === undefined
            ? []
            : [
                {
                  name: "mover",
                  image: "",
                  imageID: "",
                  ready: false,
                  restartCount: 0,
                  state: { terminated: { exitCode: 0, message } },
                },
              ],
      },
    };
  }

  /** A Job, and its Pods as its own. */
  putJob(namespace: string, name: string, uid = `uid-${name}`, { succeeded = 1 } = {}): void {
    this.jobs[`${namespace}/${name}`] = { metadata: { name, namespace, uid }, status: { succeeded } };
    for (const { metadata } of this.of(this.pods, namespace)) {
      if (metadata!.labels?.["job-name"] === name)
        metadata!.ownerReferences = [{ apiVersion: "batch/v1", kind: "Job", name, uid }];
    }
  }

  /** A user's object; its kind is known from then on. */
  putObject(
    kind: string,
    namespace: string,
    name: string,
    more: Partial<Omit<CustomObject, "metadata">> & { annotations?: Record<string, string> } = {},
  ): void {
    const { annotations, ...rest } = more;
    (this.objects[kind] ??= []).push({ metadata: { name, namespace, ...(annotations && { annotations }) }, ...rest });
  }

  /** A kind with one version, and its objects. */
  putKind(name: string, kind: string, objects: FakeObject["metadata"][] = [], { scope = "Namespaced" } = {}): void {
    const [plural, ...group] = name.split(".");
    this.kinds[name] = {
      metadata: { name, uid: `uid-${name}` },
      spec: {
        group: group.join("."),
        scope,
        names: { plural, kind },
        versions: [{ name: "v1", served: true, storage: true }],
      },
    };
    this.objects[name] = objects.map((metadata) => ({
      apiVersion: `${group.join(".")}/v1`,
      kind,
      metadata,
      spec: {},
      status: { phase: "Running" },
    }));
  }

  /** A claim bound to a volume. */
  putBound(
    namespace: string,
    claim: string,
    volume: string,
    {
      policy = "Retain",
      provisioned = true,
      size = "10Gi",
    }: { policy?: string; provisioned?: boolean; size?: string } = {},
  ): void {
    this.claims[`${namespace}/${claim}`] = {
      metadata: { name: claim, namespace, uid: `uid-${claim}` },
      spec: { volumeName: volume, resources: { requests: { storage: size } } },
      status: { phase: "Bound" },
    };
    this.volumes[volume] = {
      metadata: {
        name: volume,
        uid: `uid-${volume}`,
        resourceVersion: "1",
        annotations: provisioned ? { "pv.kubernetes.io/provisioned-by": "rancher.io/local-path" } : {},
      },
      spec: {
        capacity: { storage: size },
        accessModes: ["ReadWriteOnce"],
        storageClassName: "standard",
        persistentVolumeReclaimPolicy: policy,
        claimRef: { namespace, name: claim, uid: `uid-${claim}` },
      },
    };
  }

  /** A StatefulSet as Juju makes it; `templates`: storage to the name of its claim template. */
  putSet(
    namespace: string,
    name: string,
    {
      templates = {},
      containers = [{ name: "charm", image: "charm-base" }],
      ready = 1,
    }: { templates?: Record<string, string>; containers?: { name: string; image: string }[]; ready?: number } = {},
  ): void {
    this.sets[`${namespace}/${name}`] = {
      metadata: { name, namespace, generation: 1 },
      spec: {
        replicas: 1,
        selector: { matchLabels: { "app.kubernetes.io/name": name } },
        serviceName: name,
        template: { spec: { containers } },
        volumeClaimTemplates: Object.entries(templates).map(([storage, template]) => ({
          metadata: { name: template, labels: { "storage.juju.is/name": storage } },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
        })),
      },
      status: { replicas: 1, observedGeneration: 1, updatedReplicas: ready, readyReplicas: ready },
    };
  }
}
