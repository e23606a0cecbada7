import pLimit from "p-limit";
import type { Host } from "./host";
import { modelLabels, ownerAnnotations } from "./labels";
import { observe } from "./observe";
import { reconcileApplication } from "./reconcile";
import { settleRelations } from "./relations";
import { destroyDying, refreshStorage } from "./storage";

const atOnce = 4;

/** Makes the model's namespace (juju.md section d). */
export async function ensureNamespace(host: Host): Promise<void> {
  await host.cluster.apply({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: host.state.name, labels: modelLabels(host), annotations: ownerAnnotations(host) },
  });
}

/** One round over the whole model. A failing application does not hold the others; its error goes to `onError` and it is tried again next round. */
export async function reconcileModel(host: Host, onError: (subject: string, error: unknown) => void): Promise<void> {
  const observed = await observe(host);
  const limit = pLimit(atOnce);
  await Promise.all(
    Object.values(host.state.applications).map((app) =>
      limit(async () => {
        try {
          await reconcileApplication(host, app, observed);
        } catch (error) {
          onError(app.name, error);
        }
      }),
    ),
  );
  settleRelations(host);
  refreshStorage(host, observed);
  await destroyDying(host);
  for (const pending of [...host.state.pendingDeletes]) {
    if (host.now() < pending.at) continue;
    await host.cluster.delete(pending.ref, { foreground: true });
    host.state.pendingDeletes = host.state.pendingDeletes.filter((other) => other !== pending);
  }
}

const comingUp = new Set(["installing agent", "agent initialising", "waiting for container"]);

/** True when nothing in the model is on its way; then rounds may be rarer. */
export function isSettled(host: Host): boolean {
  const { applications, relations, storage, pendingDeletes } = host.state;
  return (
    pendingDeletes.length === 0 &&
    relations.every(({ life }) => life === "alive") &&
    storage.every(({ life, status }) => life === "alive" && status.current !== "pending") &&
    Object.values(applications).every(
      (app) =>
        app.life === "alive" &&
        app.switching !== true &&
        app.units.length === app.scale &&
        app.units.every(
          (unit) =>
            unit.hooks.length === 0 && unit.revision === app.revision && !comingUp.has(unit.workload.message ?? ""),
        ),
    )
  );
}
