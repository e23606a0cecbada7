import type { Entity } from "./application";
import type { RawStorage } from "./schema";

export interface StorageInstance {
  kind: string;
  life: string;
  /** "detached" once its application is gone and the storage was kept. */
  status: Entity;
  /** Whether its volume's reclaim policy is Retain. */
  persistent: boolean;
  /** Units it is attached to. */
  units: string[];
  /** Name of the persistent volume, and its size in MiB. */
  volume?: { name: string; sizeMiB?: number };
}

export function toStorage({ storage, volumes }: RawStorage): Record<string, StorageInstance> {
  return Object.fromEntries(
    Object.entries(storage).map(([id, { kind, life, status, persistent, attachments }]) => {
      const found = Object.values(volumes).find((volume) => volume.storage === id);
      const name = found?.["provider-id"];
      const volume =
        name === undefined ? undefined : { name, ...(found?.size !== undefined && { sizeMiB: found.size }) };
      return [
        id,
        {
          kind,
          life,
          status,
          persistent,
          units: Object.keys(attachments?.units ?? {}).sort(),
          ...(volume && { volume }),
        },
      ];
    }),
  );
}
