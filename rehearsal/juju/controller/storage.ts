import { revisionOf, type Host } from "./host";
import type { Observed } from "./observe";
import type { Application, StorageInstance } from "./state";
import { setStatus } from "./statuses";

/** Gives a new unit its storage: detached storage of the same claim comes back (scale to 0 and up again), else a new instance. */
export function attachStorage(host: Host, app: Application, unit: string): void {
  for (const [name, { location }] of Object.entries(revisionOf(host, app).storage)) {
    const claim = `${app.templates[name] ?? ""}-${unit.replace("/", "-")}`;
    const detached = host.state.storage.find(
      (instance) =>
        instance.application === app.name &&
        instance.unit === undefined &&
        instance.claim === claim &&
        instance.life === "alive",
    );
    if (detached !== undefined) {
      detached.unit = unit;
      continue;
    }
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

/** Reads back from the cluster which claim and volume each instance has; `persistent` = the volume's reclaim policy is Retain (juju.md b, storage). */
export function refreshStorage(host: Host, observed: Observed): void {
  for (const instance of host.state.storage) {
    if (instance.unit !== undefined) {
      const app = host.state.applications[instance.application];
      instance.claim = `${app?.templates[instance.name] ?? ""}-${instance.unit.replace("/", "-")}`;
    }
    const claim = observed.claims.find(({ metadata }) => metadata.name === instance.claim);
    if (claim === undefined) continue;
    instance.claimUid = claim.metadata.uid;
    const volume = observed.volumes.find(({ metadata }) => metadata.name === claim.spec?.volumeName);
    if (volume === undefined) continue;
    instance.volume = volume.metadata.name;
    instance.persistent = volume.spec?.persistentVolumeReclaimPolicy === "Retain";
    if (instance.unit !== undefined)
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
