import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CharmWorld } from "../charms";
import { WORKLOADS } from "../images";
import { type CharmhubFaults, type CharmhubFaultsInput, faultsSchema, strikeHook } from "./faults";
import { refresh, refreshRequest } from "./refresh";
import { Store } from "./store";

export type { CharmhubFaults, CharmhubFaultsInput } from "./faults";

export interface CharmhubOptions {
  /** Address that this machine and the Pods of the cluster reach. */
  address: string;
  /** 0: any free one. A model keeps the address of its Charmhub, so a world that is started again needs the same. */
  port: number;
  /** Images of the real servers; all other resources name the workload image, with a tag of their revision. */
  images: Pick<CharmWorld, "minio" | "mariadb">;
  log?: (line: string) => void;
}

export interface Charmhub {
  /** Value for the controller's and the models' `charmhub-url`. */
  url: string;
  stop(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function json(response: ServerResponse, content: object, status = 200): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(content));
}

function bytes(response: ServerResponse, content: Buffer, broken = false): void {
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": content.length });
  if (!broken) response.end(content);
  else response.write(content.subarray(0, content.length / 2), () => response.destroy());
}

const errors = (code: string, message: string): object => ({ "error-list": [{ code, message, extra: {} }] });

const FAULTS = "/faults";

/**
 * A stand-in for Charmhub's HTTP API, as the clients and controllers of juju 2.9.42 and 3.6.11 use it: info, refresh, resources and
 * downloads, with the rehearsal's charms in it. Beside the API it keeps the faults, its own and those of hooks: `/faults`.
 */
export async function startCharmhub({ address, port, images, log = () => {} }: CharmhubOptions): Promise<Charmhub> {
  const server = createServer();
  server.listen(port, address);
  await once(server, "listening");
  const url = `http://${address}:${(server.address() as AddressInfo).port}`;
  let faults: CharmhubFaults = faultsSchema.parse({});
  const store = new Store(url, { ...images, workload: WORKLOADS, faults: url }, () => faults);

  function get(path: string, response: ServerResponse): void {
    const info = /^\/v2\/charms\/info\/([^/]+)$/.exec(path);
    if (info)
      return store.has(info[1])
        ? json(response, store.info(info[1]))
        : json(response, errors("resource-not-found", `No charm or bundle with name '${info[1]}'.`), 404);
    const revisions = /^\/v2\/charms\/resources\/([^/]+)\/([^/]+)\/revisions$/.exec(path);
    if (revisions && store.has(revisions[1])) {
      const [, name, resource] = revisions;
      const all = store.revisions(name).flatMap((revision) => store.resources(name, revision));
      return json(response, { revisions: all.filter((each) => (each as { name: string }).name === resource) });
    }
    const charm = /^\/charms\/(.+)_(\d+)\.charm$/.exec(path);
    if (charm && store.has(charm[1]) && store.revisions(charm[1]).includes(Number(charm[2])))
      return bytes(response, store.archive(charm[1], Number(charm[2])), faults.brokenDownloads.includes(charm[1]));
    const resource = /^\/resources\/(.+)_(\d+)_/.exec(path);
    if (resource && store.has(resource[1])) return bytes(response, store.resource(resource[1], Number(resource[2])));
    json(response, errors("not-found", path), 404);
  }

  async function faultsAnswer(
    request: IncomingMessage,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    if (request.method === "PUT") {
      faults = faultsSchema.parse(await bodyOf(request));
      json(response, faults);
    } else if (query.has("hook")) response.end(strikeHook(faults, query));
    else json(response, faults);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://charmhub");
    if (pathname === FAULTS) return faultsAnswer(request, searchParams, response);
    log(`${request.method} ${request.url}`);
    if (faults.down) return void request.socket.destroy();
    await sleep(faults.slowMilliseconds);
    if (request.method === "POST" && pathname === "/v2/charms/refresh")
      return json(response, refresh(store, refreshRequest.parse(await bodyOf(request))));
    get(decodeURIComponent(pathname), response);
  }

  server.on("request", (request, response) => {
    answer(request, response).catch((error: Error) => {
      log(`${request.method} ${request.url}: ${error.message}`);
      json(response, errors("api-error", error.message), 400);
    });
  });
  return {
    url,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * Switches faults of a running stand-in on; what is not named goes off, so `{}` ends them all.
 * @throws when it does not answer, or does not know such a fault
 */
export async function setCharmhubFaults(url: string, faults: CharmhubFaultsInput): Promise<void> {
  const response = await fetch(`${url}${FAULTS}`, { method: "PUT", body: JSON.stringify(faults) });
  if (!response.ok) throw new Error(`the stand-in for Charmhub refused the faults: ${await response.text()}`);
}

/** Faults that are on; one that strikes a limited number of times goes off by itself. */
export async function charmhubFaults(url: string): Promise<CharmhubFaults> {
  return faultsSchema.parse(await (await fetch(`${url}${FAULTS}`)).json());
}
