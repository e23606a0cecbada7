import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Store } from "../../rehearsal/data/store";
import { tools } from "./tools";

export interface Server {
  store: Store;
  /** Its volume. */
  folder: string;
  stop(): Promise<void>;
  /** Removes its volume and its log. */
  remove(): void;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A real MinIO on loopback. @param folder its volume, a new one where left out */
export async function startMinio(
  folder = join(mkdtempSync(join(tmpdir(), "minio-")), "volume"),
  keys = { accessKey: "minio", secretKey: "minio-secret" },
): Promise<Server> {
  const { minio } = await tools();
  const store = { endpoint: `http://127.0.0.1:${await freePort()}`, ...keys };
  const log = openSync(join(dirname(folder), "log"), "a");
  const child = spawn(minio, ["server", "--quiet", "--address", new URL(store.endpoint).host, folder], {
    stdio: ["ignore", log, log],
    env: {
      PATH: process.env.PATH,
      HOME: tmpdir(),
      MINIO_ROOT_USER: store.accessKey,
      MINIO_ROOT_PASSWORD: store.secretKey,
      MINIO_BROWSER: "off",
      MINIO_UPDATE: "off",
    },
  });
  const ended = once(child, "exit");
  for (let tries = 0; ; tries++) {
    const up = await fetch(`${store.endpoint}/minio/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) break;
    if (tries > 300 || child.exitCode !== null) throw new Error(`MinIO does not come up; see ${dirname(folder)}/log`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  return { store, folder, stop, remove: () => rmSync(dirname(folder), { recursive: true, force: true }) };
}
