import type { Host } from "../controller/host";
import type { StorageInstance } from "../controller/state";
import { orOmit, sortedMap } from "./gojson";
import { since } from "./time";

function instanceDocument(instance: StorageInstance, utc: boolean): object {
  return {
    kind: "filesystem",
    life: instance.life,
    status: {
      current: instance.status.current,
      message: orOmit(instance.status.message),
      since: since(instance.status.since, utc),
    },
    persistent: instance.persistent,
    attachments: instance.unit === undefined ? undefined : { units: { [instance.unit]: { life: "alive" } } },
  };
}

function attachments(instance: StorageInstance, container: object): object | undefined {
  return instance.unit === undefined
    ? undefined
    : { containers: { [instance.unit]: container }, units: { [instance.unit]: { life: "alive" } } };
}

/** `juju storage --format json`, also the "storage" key of status (juju.md a, b). `{}` when there is none. */
export function storageDocument(host: Host, utc: boolean): object {
  const all = host.state.storage;
  if (all.length === 0) return {};
  const provisioned = all.filter(({ volume }) => volume !== undefined);
  const byIndex = (document: (instance: StorageInstance) => object): unknown =>
    provisioned.length === 0
      ? undefined
      : sortedMap(provisioned.map((instance): [string, object] => [String(instance.volumeIndex), document(instance)]));
  const status = (instance: StorageInstance): object => ({
    current: instance.unit === undefined ? "detached" : "attached",
    since: since(instance.status.since, utc),
  });
  return {
    storage: sortedMap(all.map((instance): [string, object] => [instance.id, instanceDocument(instance, utc)])),
    filesystems: byIndex((instance) => ({
      "provider-id": instance.claimUid,
      volume: String(instance.volumeIndex),
      storage: instance.id,
      attachments: attachments(instance, { "mount-point": instance.location, "read-only": false, life: "alive" }),
      pool: "kubernetes",
      size: instance.sizeMiB,
      life: instance.life,
      status: status(instance),
    })),
    volumes: byIndex((instance) => ({
      "provider-id": instance.volume,
      storage: instance.id,
      attachments: attachments(instance, { "read-only": false, life: "alive" }),
      pool: "kubernetes",
      size: instance.sizeMiB,
      persistent: instance.persistent,
      life: instance.life,
      status: status(instance),
    })),
  };
}
