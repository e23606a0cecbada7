import { revisionOf, type Host } from "./host";
import type { Observed } from "./observe";
import type { Application, StorageInstance } from "./state";
import { setStatus } from "./statuses";

/** Gives a new unit its storage: always a new instance, also where the claim that its Pod comes up on had one (seen on 2.9.42 and 3.6.11). */
export function attachStorage(host: Host, app: Application, unit: string): void {
  for (const [name, { location }] of Object.entries(revisionOf(host, app).storage)) {
    host.state.storage.push({
      id: `${name}/${host.state.sequences.storage++}`,
      name,
      application: app.name,
      unit,
      status: { current: "pending", since: host.now() },
      life: "alive",
      volumeIndex: host.state.sequences.volume++,
      sizeMiB: app.storage[name] ?? 1024,
      location,
      persistent: false,
    });
  }
}

export function detachStorage(host: Host, unit: string): void {
  for (const instance of host.state.storage) {
    if (instance.unit !== unit) continue;
    delete instance.unit;
    setStatus(host, instance.status, "detached");
  }
}

/**
 * Reads back from the cluster which claim and volume each instance has, once: what takes the claim's place later is not recorded.
 * A detached instance that has the uid of a claim which is attached now is an orphan, and destroyed (seen on 2.9.42 and 3.6.11).
 */
export function refreshStorage(host: Host, observed: Observed): void {
  for (const instance of host.state.storage) {
    if (instance.unit === undefined) continue;
    const app = host.state.applications[instance.application];
    instance.claim = `${app?.templates[instance.name] ?? ""}-${instance.unit.replace("/", "-")}`;
    const claim = observed.claims.find(({ metadata }) => metadata.name === instance.claim);
    const volume = observed.volumes.find(({ metadata }) => metadata.name === claim?.spec?.volumeName);
    if (claim === undefined || volume === undefined) continue;
    for (const orphan of host.state.storage)
      if (orphan.unit === undefined && orphan.claimUid === claim.metadata.uid) markDestroyed(host, orphan);
    if (instance.volume === undefined) {
      instance.claimUid = claim.metadata.uid;
      instance.volume = volume.metadata.name;
      instance.persistent = volume.spec?.persistentVolumeReclaimPolicy === "Retain";
    }
    setStatus(host, instance.status, "attached", `Successfully provisioned volume ${volume.metadata.name}`);
  }
}

/** The storage provisioner: deletes the claim that the volume names, then the volume, whatever its reclaim policy (juju.md d, --destroy-storage). */
async function destroy(host: Host, instance: StorageInstance): Promise<boolean> {
  if (instance.claim === undefined) return true;
  await host.cluster.delete({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    namespace: host.state.name,
    name: instance.claim,
  });
  if (instance.volume !== undefined)
    await host.cluster.delete({ apiVersion: "v1", kind: "PersistentVolume", name: instance.volume });
  return (
    (await host.cluster.get({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      namespace: host.state.name,
      name: instance.claim,
    })) === undefined
  );
}

export async function destroyDying(host: Host): Promise<void> {
  for (const instance of [...host.state.storage]) {
    if (instance.life !== "dying" || instance.unit !== undefined || host.now() < (instance.dueAt ?? 0)) continue;
    if (await destroy(host, instance)) host.state.storage = host.state.storage.filter((other) => other !== instance);
  }
}

export function markDestroyed(host: Host, instance: StorageInstance): void {
  if (instance.life === "dying") return;
  instance.life = "dying";
  instance.dueAt = host.now() + host.settle("destroyStorage");
}
