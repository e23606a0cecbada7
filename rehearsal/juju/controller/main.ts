import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kubeCluster } from "../cluster/kube";
import { Catalogue } from "./catalogue";
import { ensureNamespace, isSettled, reconcileModel } from "./engine";
import type { Host } from "./host";
import { serve } from "./server";
import { settleTimes } from "./settle";
import { fillImage, settingsSchema, type Settings } from "./settings";
import { Store } from "./store";

const busyRound = 250;
const calmRound = 1500;

const reported = new Map<string, string>();

/** One line for each new trouble of a subject, not one for each round. */
function report(subject: string, error: unknown): void {
  const detail = error instanceof Error ? error.message : String(error);
  if (reported.get(subject) === detail) return;
  reported.set(subject, detail);
  process.stderr.write(`${new Date().toISOString()} ${subject}: ${detail}\n`);
}

async function main(dir: string): Promise<void> {
  const settings: Settings = settingsSchema.parse(JSON.parse(readFileSync(join(dir, "controller.json"), "utf8")));
  const store = new Store(dir);
  const catalogue = Catalogue.load(settings.storageDeclared);
  const host: Host = {
    face: settings.face,
    state: store.load(settings.model, Date.now()),
    cluster: await kubeCluster(
      settings.kubeconfig,
      catalogue.names().flatMap((name) => catalogue.charm(name).crds),
    ),
    catalogue,
    settle: settleTimes(settings.timeScale),
    images: {
      workload: (charm, revision) => fillImage(settings.images.workload, charm, revision),
      minio: settings.images.minio,
      mariadb: settings.images.mariadb,
    },
    controller: settings.controller,
    podspecNeedsScaleZero: settings.podspecNeedsScaleZero,
    now: Date.now,
    randomHex: (bytes) => randomBytes(bytes).toString("hex"),
    log: (line) => void host.state.log.push(`${new Date().toISOString()} ${line}`),
  };
  let wake = new AbortController();
  let stopping = false;
  const server = await serve(
    host,
    settings.socket,
    () => {
      store.save(host.state);
      wake.abort();
    },
    (error) => report("command", error),
  );
  const stop = (): void => {
    stopping = true;
    wake.abort();
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  writeFileSync(join(dir, "pid"), String(process.pid));

  let named = false;
  while (!stopping) {
    wake = new AbortController();
    try {
      if (!named) await ensureNamespace(host);
      named = true;
      await reconcileModel(host, report);
    } catch (error) {
      report("round", error);
    }
    store.save(host.state);
    await sleep(isSettled(host) ? calmRound : busyRound, undefined, { signal: wake.signal }).catch(() => undefined);
  }
  server.close();
  store.save(host.state);
  rmSync(settings.socket, { force: true });
  rmSync(join(dir, "pid"), { force: true });
  process.exit(0);
}

void main(process.argv[2] ?? ".").catch((error: unknown) => {
  report("juju controller", error);
  process.exit(1);
});
