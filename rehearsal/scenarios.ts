import type { StoragePath } from "../plan/types";

/** A live model to rehearse the upgrade on, and what the program must make of it. */
export interface Scenario {
  description: string;
  /** Bundle, in releases/, that the model is deployed from. */
  bundle: string;
  /** Channels that differ from the bundle's. */
  channels: Record<string, string>;
  /** Sizes that differ from the charms' own, as `juju deploy --storage` takes them. */
  storage?: Record<string, Record<string, string>>;
  /** Settings of the stack that differ from their defaults. */
  settings?: Record<string, string>;
  /** The storage path that the program must choose. */
  storagePath: StoragePath;
}

/** Scenarios by name. */
export const scenarios: Record<string, Scenario> = {
  "changed-storage": {
    description: "1.6 with a MinIO charm from the weeks in which it declared 1 GiB: Juju refuses its refresh (F1), the volume must be copied",
    bundle: "1.6.yaml",
    channels: { minio: "latest/edge" },
    storagePath: "copy",
  },
  rebind: {
    description: "the same with a volume of 20 GiB, larger than the stack lets MinIO be copied: the new MinIO takes over the volume itself",
    bundle: "1.6.yaml",
    channels: { minio: "latest/edge" },
    storage: { minio: { "minio-data": "20G" } },
    settings: { copyLimitMiB: "10240", backupSizeMiB: "1024" },
    storagePath: "rebind",
  },
  stock: {
    description: "1.6 as the stable bundle deploys it: MinIO is refreshed in place, no data moves",
    bundle: "1.6.yaml",
    channels: {},
    storagePath: "refresh",
  },
};
