/**
 * A Juju model and its cluster in memory, in the place of juju/read, juju/write, juju/watch, kube/client and kube/wait.
 * Import it before what is tested: its mocks hold for every module that is loaded after it.
 */
import type { AppStatus, ModelStatus } from "../../juju/status";
import type { Judgement } from "../../juju/settled";
import { parseEntries } from "../../juju/bundle";
import type { BaselineVolume, Relation } from "../../plan/types";
import type { Context } from "../../steps/context";
import { baseline16 } from "./baseline";
import { FakeCluster, FakeKubeError } from "./fake-cluster";

export const model = "kubeflow";
export const uuid = "0b1c7e1e-6a39-4c8e-8a1a-3a0a4a0f3b11";
const rounds = 10;

type Settings = Record<string, { value?: string | number | boolean; source: string }>;

export class World {
  /** Every change, in the order it was made. Reading leaves no trace. */
  readonly changes: string[] = [];
  /** What happens by itself while somebody waits, one a round. */
  readonly later: (() => void)[] = [];
  readonly cluster = new FakeCluster(this.changes);
  modelUuid = uuid;
  controller: string | undefined;
  modelStatus = "available";
  /** Command sets that an operator disabled. */
  disabled: { commands: string; message: string }[] = [];
  /** What juju refuses to be asked with. */
  refusal: Error | undefined;
  version = "2.9.42";
  clientVersion = "2.9.42";
  storage: ModelStatus["storage"] = {};
  private found: Record<string, AppStatus> = {};
  relations: Relation[] = [];
  config: Record<string, { settings: Settings; trust: boolean; application?: Settings }> = {};
  /** Resources that somebody attached, by application. */
  attached: Record<string, string[]> = {};
  info: Record<string, Record<string, number>> = {};
  bundle = "applications: {}\n";
  /** What a change leads to in place of what it should, by verb. */
  effects: Record<string, () => void> = {};
  /** What was set through a private file. */
  secretly: Record<string, Record<string, string>> = {};

  constructor() {
    this.cluster.namespaces[model] = { uid: "uid-kubeflow", annotations: { "model.juju.is/id": uuid } };
  }

  get applications(): Record<string, AppStatus> {
    return this.found;
  }

  /** Applications out of a status, each with what Juju has of it in the cluster: an operator, or a workload with the charm in it. */
  set applications(applications: Record<string, AppStatus>) {
    this.found = applications;
    const known = Object.values(baseline16().applications);
    for (const [name, { charmName }] of Object.entries(applications)) {
      const generation = known.find(({ charm }) => charm === charmName)?.generation;
      if (generation === "podspec") this.cluster.putSet(model, `${name}-operator`, {});
      else if (generation === "sidecar" && !(`${model}/${name}` in this.cluster.sets))
        this.cluster.putSet(model, name, { containers: [{ name: "charm", image: "juju" }] });
    }
  }

  change(verb: string, operands: (string | number)[], effect: () => void): void {
    this.changes.push([verb, ...operands].join(" "));
    (this.effects[verb] ?? effect)();
  }

  status(): ModelStatus {
    return {
      model: { name: model, cloud: "microk8s", version: this.version, status: this.modelStatus },
      line: this.version.startsWith("2.") ? "2.9" : "3.x",
      applications: structuredClone(this.applications),
      storage: structuredClone(this.storage),
    };
  }

  /** An application at rest. */
  put(name: string, { units = 1, ...given }: Partial<Omit<AppStatus, "units">> & { units?: number } = {}): AppStatus {
    const found: AppStatus = {
      charmName: name,
      channel: "ckf-1.6/stable",
      revision: 99,
      scale: units,
      life: "alive",
      status: { current: "active", message: "" },
      related: {},
      units: {},
      ...given,
    };
    this.config[name] ??= { settings: {}, trust: false };
    this.applications[name] = found;
    this.setUnits(name, units);
    return found;
  }

  setUnits(name: string, units: number): void {
    const atRest = { workload: { current: "active", message: "" }, agent: { current: "idle", message: "" } };
    this.applications[name].units = Object.fromEntries(
      Array.from({ length: units }, (_, index) => [`${name}/${index}`, structuredClone(atRest)]),
    );
  }

  /** MinIO as a 1.6 model has it: its claim, volume and Pod. */
  putMinio({ policy = "Retain", provisioned = true }: { policy?: string; provisioned?: boolean } = {}): void {
    this.put("minio");
    this.cluster.putBound(model, "minio-data-0837847d-minio-0", "pvc-old", { policy, provisioned });
    this.cluster.putSet(model, "minio", {
      templates: { "minio-data": "minio-data-0837847d" },
      containers: [{ name: "minio", image: "minio:1.6" }],
    });
    this.cluster.putPod(model, "minio-0", {
      labels: { "app.kubernetes.io/name": "minio" },
      claims: ["minio-data-0837847d-minio-0"],
    });
  }

  /** What is in the cluster of an application, gone; its claims stay. */
  dropWorkload(name: string): void {
    delete this.cluster.sets[`${model}/${name}`];
    delete this.cluster.deployments[`${model}/${name}`];
    delete this.cluster.pods[`${model}/${name}-0`];
  }
}

let mockWorld = new World();

/** The world that the mocked modules see until the next call. */
export function newWorld(): World {
  return (mockWorld = new World());
}

/** The volume of `putMinio`, as a baseline has it. */
export const minioVolume: BaselineVolume = { ...baseline16().volumes.minio[0], volume: "pvc-old" };

export const backupEvidence = { "prove-backup": { kind: "prove-backup", digest: "a".repeat(64) } };
export const verifiedEvidence = { verify: { kind: "verify", verified: true } };

export interface Heard extends Context {
  said: string[];
}

export function context(evidence: Context["evidence"] = {}): Heard {
  const said: string[] = [];
  return { model, evidence, say: (line) => void said.push(line), said };
}

/** Message of the error that something ends with. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    (value) => {
      throw new Error(`not refused: ${JSON.stringify(value)}`);
    },
    (error: Error) => error.message,
  );
}

async function mockWait(what: string, ask: () => Promise<Judgement> | Judgement): Promise<void> {
  for (let round = 0; ; round++) {
    const { ok, why, failed } = await ask();
    if (ok) return;
    if (failed !== undefined) throw new Error(`${what}: ${failed}`);
    if (round === rounds) throw new Error(`${what}: not reached: ${why}`);
    mockWorld.later.shift()?.();
  }
}

const mockRead = {
  getVersion: async () => mockWorld.clientVersion,
  getModelUuid: async () => mockWorld.modelUuid,
  getModelIds: async () => ({
    uuid: mockWorld.modelUuid,
    ...(mockWorld.controller !== undefined && { controller: mockWorld.controller }),
  }),
  getStatus: async () => {
    if (mockWorld.refusal) throw mockWorld.refusal;
    return mockWorld.status();
  },
  getDisabledCommands: async () => mockWorld.disabled,
  getRelations: async () => structuredClone(mockWorld.relations),
  getBundle: async () => mockWorld.bundle,
  getEntries: async () => parseEntries(mockWorld.bundle),
  getAttached: async (_model: string, name: string) => mockWorld.attached[name] ?? [],
  getInfo: async (charm: string) => mockWorld.info[charm] ?? {},
  getConfig: async (_model: string, name: string) => {
    if (!mockWorld.config[name]) throw new Error(`application "${name}" not found`);
    return structuredClone(mockWorld.config[name]);
  },
};

const same = (a: Relation, b: Relation): boolean => a.join(" ") === b.join(" ");

const mockWrite = {
  refresh: async (_model: string, name: string, _charm: string, channel: string, revision: number, base?: string) =>
    mockWorld.change("refresh", [name, channel, revision, ...(base === undefined ? [] : [base])], () =>
      Object.assign(mockWorld.applications[name], { channel, revision }),
    ),
  scale: async (_model: string, name: string, units: number) =>
    mockWorld.change("scale", [name, units], () => {
      mockWorld.applications[name].scale = units;
      mockWorld.setUnits(name, units);
    }),
  trust: async (_model: string, name: string) =>
    mockWorld.change("trust", [name], () => void (mockWorld.config[name].trust = true)),
  untrust: async (_model: string, name: string) =>
    mockWorld.change("untrust", [name], () => void (mockWorld.config[name].trust = false)),
  configure: async (_model: string, name: string, values: Record<string, string | number | boolean>, reset: string[]) =>
    mockWorld.change(
      "configure",
      [name, ...Object.entries(values).map(([key, value]) => `${key}=${value}`), ...reset.map((key) => `-${key}`)],
      () => {
        const { settings } = mockWorld.config[name];
        for (const [key, value] of Object.entries(values)) settings[key] = { value, source: "user" };
        for (const key of reset) settings[key] = { source: "default" };
      },
    ),
  skipHook: async (_model: string, unit: string) =>
    mockWorld.change("skip hook of", [unit], () => delete mockWorld.applications[unit.split("/")[0]]),
  addRelation: async (_model: string, relation: Relation) =>
    mockWorld.change("relate", relation, () => void mockWorld.relations.push(relation)),
  removeRelation: async (_model: string, relation: Relation) =>
    mockWorld.change(
      "unrelate",
      relation,
      () => void (mockWorld.relations = mockWorld.relations.filter((one) => !same(one, relation))),
    ),
  removeApplication: async (_model: string, name: string) =>
    mockWorld.change("remove", [name], () => {
      delete mockWorld.applications[name];
      mockWorld.dropWorkload(name);
    }),
  forceRemoval: async (_model: string, name: string) =>
    mockWorld.change("force removal of", [name], () => {
      delete mockWorld.applications[name];
      mockWorld.dropWorkload(name);
    }),
  deploy: async (
    _model: string,
    {
      application,
      charm,
      channel,
      revision,
    }: { application: string; charm: string; channel: string; revision: number },
  ) =>
    mockWorld.change(
      "deploy",
      [application, charm, channel, revision],
      () => void mockWorld.put(application, { charmName: charm, channel, revision }),
    ),
  offer: async (_model: string, name: string, endpoints: string[], offered: string) =>
    mockWorld.change(
      "offer",
      [name, ...endpoints, offered],
      () => void ((mockWorld.applications[name].offers ??= {})[offered] = { endpoints, consumers: 0 }),
    ),
  setConfigSecretly: async (_model: string, name: string, options: Record<string, string>) =>
    mockWorld.change("config", [name, ...Object.keys(options)], () => void (mockWorld.secretly[name] = options)),
};

const mockWatch = {
  waitFor: async (_model: string, what: string, judge: (status: ModelStatus) => Judgement) => {
    await mockWait(what, () => judge(mockWorld.status()));
    return mockWorld.status();
  },
};

const mockClient = {
  KubeError: FakeKubeError,
  cluster: () => mockWorld.cluster,
  request: (_what: string, send: () => Promise<unknown>) => send(),
  find: async (_what: string, send: () => Promise<unknown>) => {
    try {
      return await send();
    } catch (error) {
      if (error instanceof FakeKubeError && error.code === 404) return undefined;
      throw error;
    }
  },
};

jest.mock("../../juju/read", () => mockRead);
jest.mock("../../juju/write", () => mockWrite);
jest.mock("../../juju/watch", () => mockWatch);
jest.mock("../../kube/client", () => mockClient);
jest.mock("../../kube/wait", () => ({
  ...jest.requireActual<object>("../../kube/wait"),
  until: (what: string, _seconds: number, ask: () => Promise<Judgement>) => mockWait(what, ask),
}));
// Loaded for two constants only, and slow to load.
jest.mock("@kubernetes/client-node", () => ({
  PatchStrategy: { MergePatch: "application/merge-patch+json", ServerSideApply: "application/apply-patch+yaml" },
  setHeaderOptions: () => ({}),
}));
