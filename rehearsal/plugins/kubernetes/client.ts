import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";
import type { Bag } from "../rpc/values";
import type { Connection } from "./kubeconfig";
import { type KubeObject, nameOf, namespaceOf } from "./object";

interface Status {
  message?: string;
  reason?: string;
  details?: { kind?: string; name?: string; causes?: { reason?: string; message?: string; field?: string }[] };
}

/** The API server refused a request; the message is the server's own. */
export class ApiError extends Error {
  readonly reason: string;
  constructor(
    readonly code: number,
    readonly status: Status,
  ) {
    super(status.message ?? `the server answered with status ${code}`);
    this.reason = status.reason ?? "";
  }
}

/** No kind of that name in that version: a custom resource whose definition is missing. */
export class NoMatch extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.code === 404;

interface Kind {
  /** Plural name in paths. */
  name: string;
  kind: string;
  namespaced: boolean;
}

export interface ApplyOptions {
  fieldManager: string;
  force: boolean;
  dryRun: boolean;
}

/** What the provider needs of a cluster, for objects of any kind. */
export interface Client {
  /** Rejects when the cluster cannot be reached or does not accept the credentials. */
  ping(): Promise<void>;
  /** @throws NoMatch */
  isNamespaced(apiVersion: string, kind: string): Promise<boolean>;
  get(object: Bag, name?: string): Promise<KubeObject>;
  list(apiVersion: string, kind: string, namespace: string): Promise<KubeObject[]>;
  create(object: Bag, options: { fieldManager: string; dryRun: boolean }): Promise<KubeObject>;
  apply(object: Bag, options: ApplyOptions): Promise<KubeObject>;
  jsonPatch(object: Bag, patch: Bag[]): Promise<KubeObject>;
  delete(object: Bag, name: string, propagationPolicy: string): Promise<void>;
}

const REQUEST_MS = 60_000;

/** Talks to the API server directly: client-node's typed objects lose fields, and loading it takes longer than a whole preview. */
export class HttpClient implements Client {
  private readonly kinds = new Map<string, Promise<Kind[]>>();
  private readonly agent: HttpAgent | HttpsAgent;

  constructor(private readonly connection: Connection) {
    this.agent =
      connection.server.protocol === "http:" ? new HttpAgent({ keepAlive: true }) : new HttpsAgent({ keepAlive: true });
  }

  async ping(): Promise<void> {
    await this.request("GET", "/api/v1");
  }

  async isNamespaced(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.find(apiVersion, kind)).namespaced;
  }

  async get(object: Bag, name = nameOf(object)): Promise<KubeObject> {
    return this.request<KubeObject>("GET", await this.path(object, name));
  }

  async list(apiVersion: string, kind: string, namespace: string): Promise<KubeObject[]> {
    const path = await this.path({ apiVersion, kind, metadata: { namespace } });
    return (await this.request<{ items: KubeObject[] }>("GET", path)).items;
  }

  async create(object: Bag, { fieldManager, dryRun }: { fieldManager: string; dryRun: boolean }): Promise<KubeObject> {
    return this.request("POST", await this.path(object), { fieldManager, ...(dryRun && { dryRun: "All" }) }, object);
  }

  async apply(object: Bag, { fieldManager, force, dryRun }: ApplyOptions): Promise<KubeObject> {
    const query = { fieldManager, force: String(force), ...(dryRun && { dryRun: "All" }) };
    return this.request(
      "PATCH",
      await this.path(object, nameOf(object)),
      query,
      object,
      "application/apply-patch+yaml",
    );
  }

  async jsonPatch(object: Bag, patch: Bag[]): Promise<KubeObject> {
    return this.request("PATCH", await this.path(object, nameOf(object)), {}, patch, "application/json-patch+json");
  }

  async delete(object: Bag, name: string, propagationPolicy: string): Promise<void> {
    await this.request(
      "DELETE",
      await this.path(object, name),
      {},
      { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy },
    );
  }

  private async find(apiVersion: string, kind: string): Promise<Kind> {
    const known = this.kinds.get(apiVersion) ?? this.discover(apiVersion);
    this.kinds.set(apiVersion, known);
    const found = (await known.catch(() => [])).find((entry) => entry.kind === kind && !entry.name.includes("/"));
    if (found) return found;
    // A definition may be installed in the course of the run: look again next time.
    this.kinds.delete(apiVersion);
    await known;
    throw new NoMatch(apiVersion, kind);
  }

  private async discover(apiVersion: string): Promise<Kind[]> {
    try {
      return (await this.request<{ resources: Kind[] }>("GET", root(apiVersion))).resources;
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }

  /** Path of an object, or of its kind's collection when no name is given. */
  private async path(object: Bag, name?: string): Promise<string> {
    const [apiVersion, kind] = [String(object.apiVersion), String(object.kind)];
    const { name: plural, namespaced } = await this.find(apiVersion, kind);
    const parts = [root(apiVersion)];
    if (namespaced) parts.push("namespaces", encodeURIComponent(namespaceOf(object) || this.connection.namespace));
    parts.push(plural);
    if (name) parts.push(encodeURIComponent(name));
    return parts.join("/");
  }

  private async request<T>(
    method: string,
    path: string,
    query: Record<string, string> = {},
    body?: unknown,
    type = "application/json",
  ): Promise<T> {
    const { server } = this.connection;
    const search = new URLSearchParams(query).toString();
    const { headers, ...tls } = await this.connection.credentials();
    const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const options: RequestOptions = {
      ...tls,
      method,
      agent: this.agent,
      host: server.hostname.replace(/^\[|\]$/g, ""),
      port: server.port || (server.protocol === "http:" ? 80 : 443),
      path: `${server.pathname.replace(/\/$/, "")}${path}${search && `?${search}`}`,
      timeout: REQUEST_MS,
      headers: {
        ...headers,
        accept: "application/json",
        ...(data && { "content-type": type, "content-length": data.length }),
      },
    };
    const send = server.protocol === "http:" ? httpRequest : httpsRequest;
    return new Promise<T>((resolve, reject) => {
      const fail = (error: Error): void =>
        reject(
          new Error(`${method} "${server.origin}${path}": ${error.message || (error as NodeJS.ErrnoException).code}`),
        );
      const request = send(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const code = response.statusCode ?? 0;
          const json = parsed(text);
          if (code >= 200 && code < 300) resolve(json as T);
          else reject(new ApiError(code, (json as Status | undefined) ?? { message: text.trim() || undefined }));
        });
      });
      request.on("timeout", () => request.destroy(new Error(`no answer within ${REQUEST_MS / 1000} s`)));
      request.on("error", fail);
      request.end(data);
    });
  }
}

const root = (apiVersion: string): string => (apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
