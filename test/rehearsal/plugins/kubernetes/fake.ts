import { ApiError, type ApplyOptions, type Client, NoMatch } from "../../../../rehearsal/plugins/kubernetes/client";
import { type KubeObject, nameOf, namespaceOf } from "../../../../rehearsal/plugins/kubernetes/object";
import type { Options } from "../../../../rehearsal/plugins/kubernetes/options";
import type { Session } from "../../../../rehearsal/plugins/kubernetes/session";
import { type Bag, isBag } from "../../../../rehearsal/plugins/rpc/values";

const clusterScoped = ["Namespace", "PersistentVolume", "StorageClass"];

function merged(a: unknown, b: unknown): unknown {
  if (!isBag(a) || !isBag(b)) return b;
  return Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [
      key,
      key in b ? merged(a[key], b[key]) : a[key],
    ]),
  );
}

export const apiError = (
  code: number,
  reason: string,
  message: string,
  causes: { reason: string; field: string }[] = [],
): ApiError => new ApiError(code, { reason, message, details: { causes } });

/** A cluster that stores objects and does nothing with them. Applying merges; who owns which field is not kept. */
export class FakeCluster implements Client {
  readonly objects = new Map<string, KubeObject>();
  /** Every write, as "verb kind/name" with its options. */
  readonly writes: { verb: string; name: string; options: unknown; object?: Bag }[] = [];
  /** Answers of the server to writes to come, first to last; undefined lets one through. */
  readonly refusals: (Error | undefined)[] = [];
  unknownKinds: string[] = [];
  /** Runs after each read, so that a test can let time pass. */
  onGet: (object: KubeObject) => void = () => undefined;
  private version = 0;

  private key = (object: Bag, name = nameOf(object)): string =>
    `${String(object.kind)} ${clusterScoped.includes(String(object.kind)) ? "" : namespaceOf(object) || "default"}/${name}`;

  private write(verb: string, object: Bag, name: string, options: unknown): void {
    this.writes.push({ verb, name: `${String(object.kind)}/${name}`, options, object });
    const refusal = this.refusals.shift();
    if (refusal) throw refusal;
  }

  private store(object: Bag, dryRun: boolean): KubeObject {
    const known = this.objects.get(this.key(object));
    const stored = merged(
      known ?? { metadata: { uid: `uid-${++this.version}`, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z" } },
      object,
    ) as KubeObject;
    stored.metadata.resourceVersion = String(++this.version);
    if (!dryRun) this.objects.set(this.key(object), stored);
    return structuredClone(stored);
  }

  /** Puts an object there, or changes one. */
  put(object: Bag): KubeObject {
    return this.store(object, false);
  }

  async ping(): Promise<void> {}

  async isNamespaced(apiVersion: string, kind: string): Promise<boolean> {
    if (this.unknownKinds.includes(kind)) throw new NoMatch(apiVersion, kind);
    return !clusterScoped.includes(kind);
  }

  async get(object: Bag, name = nameOf(object)): Promise<KubeObject> {
    await this.isNamespaced(String(object.apiVersion), String(object.kind));
    const found = this.objects.get(this.key(object, name));
    if (!found) throw apiError(404, "NotFound", `${String(object.kind)} "${name}" not found`);
    const copy = structuredClone(found);
    this.onGet(copy);
    return copy;
  }

  async list(_apiVersion: string, kind: string, namespace: string): Promise<KubeObject[]> {
    return [...this.objects.entries()]
      .filter(([key]) => key.startsWith(`${kind} ${namespace}/`))
      .map(([, object]) => structuredClone(object));
  }

  async create(object: Bag, options: { fieldManager: string; dryRun: boolean }): Promise<KubeObject> {
    await this.isNamespaced(String(object.apiVersion), String(object.kind));
    this.write("create", object, nameOf(object), options);
    if (this.objects.has(this.key(object)))
      throw apiError(409, "AlreadyExists", `${String(object.kind)} "${nameOf(object)}" already exists`);
    return this.store(object, options.dryRun);
  }

  async apply(object: Bag, options: ApplyOptions): Promise<KubeObject> {
    this.write("apply", object, nameOf(object), options);
    return this.store(object, options.dryRun);
  }

  async jsonPatch(object: Bag, patch: Bag[]): Promise<KubeObject> {
    this.write("jsonPatch", object, nameOf(object), patch);
    return this.get(object);
  }

  async delete(object: Bag, name: string, propagationPolicy: string): Promise<void> {
    this.write("delete", object, name, propagationPolicy);
    if (!this.objects.delete(this.key(object, name))) throw apiError(404, "NotFound", `${name} not found`);
  }
}

export interface FakeSession extends Session {
  client: FakeCluster;
  messages: string[];
  cancel(): void;
}

export function fakeSession(options: Partial<Options> = {}, unreachable?: string): FakeSession {
  const messages: string[] = [];
  const controller = new AbortController();
  const say = (kind: string) => (severity: string, _urn: string, text: string) =>
    void messages.push(`${kind} ${severity}: ${text}`);
  return {
    options: {
      enablePatchForce: false,
      upsertExistingObjects: false,
      enableConfigMapMutable: false,
      enableSecretMutable: false,
      deleteUnreachable: false,
      ...options,
    },
    client: new FakeCluster(),
    namespace: "kubeflow",
    ...(unreachable !== undefined && { unreachable }),
    log: { message: say("message"), status: say("status"), flush: async () => undefined },
    cancelled: controller.signal,
    messages,
    cancel: () => controller.abort(),
  };
}

export const urnOf = (token: string, name = "thing"): string => `urn:pulumi:dev::project::${token}::${name}`;

export const configMap = (name: string, more: Bag = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "kubeflow" },
  ...more,
});
