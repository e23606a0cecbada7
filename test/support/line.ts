import { sourceGeneration } from "../../plan/later";
import type { Baseline, BaselineVolume } from "../../plan/types";
import { type Hop, channelsOf } from "../../releases/load";
import { settings } from "./baseline";

/** A claim of an application, bound. */
export function volumeOf(application: string, storage: string, requestedMiB = 10240): BaselineVolume {
  return {
    storage,
    claim: `${application}-${storage}-0837847d-${application}-0`,
    volume: `pvc-of-${application}`,
    requestedMiB,
    capacityMiB: requestedMiB,
    storageClass: "standard",
    reclaimPolicy: "Delete",
    accessModes: ["ReadWriteOnce"],
    volumeMode: "Filesystem",
  };
}

/** A model that runs the stock bundle of a hop's source release, on versions that the hop is known for. */
export function baselineOf(hop: Hop): Baseline {
  const { source, target, hazards } = hop;
  let revision = 1000;
  const available = Object.fromEntries(
    Object.entries(channelsOf(hop)).map(([charm, channels]) => [
      charm,
      Object.fromEntries(channels.map((channel) => [channel, revision++])),
    ]),
  );
  revision = 300;
  const applications = Object.fromEntries(
    Object.entries(source.applications).map(([name, { charm, channel, trust, options }]) => [
      name,
      {
        charm,
        channel,
        revision: revision++,
        generation: sourceGeneration(hop, charm),
        scale: 1,
        trust,
        config: options,
        configOmitted: [],
      },
    ]),
  );
  const { application: store, storage } = hazards.objectStore;
  return {
    schema: 2,
    release: source.release,
    model: {
      name: settings.model,
      uuid: "0b1c7e1e-6a39-4c8e-8a1a-3a0a4a0f3b11",
      controller: "9d7a1a52-0000-4000-8000-000000000003",
      cloud: "k8s",
      jujuVersion: `${hazards.versions.juju.to}.11`,
      kubernetesVersion: `v${hazards.versions.kubernetes.from}.1`,
    },
    applications,
    relations: source.relations,
    volumes: {
      [store]: [volumeOf(store, storage)],
      ...Object.fromEntries(
        Object.keys(source.applications)
          .filter((name) => name !== store && hazards.storage[source.applications[name].charm])
          .map((name) => [
            name,
            Object.entries(hazards.storage[source.applications[name].charm]).map(([one, { sizeMiB }]) =>
              volumeOf(name, one, sizeMiB),
            ),
          ]),
      ),
      ...Object.fromEntries(
        Object.entries(target.applications)
          .filter(([name, { charm }]) => charm in hazards.keep && source.applications[name]?.charm === charm)
          .map(([name]) => [name, [volumeOf(name, "database", 1024)]]),
      ),
    },
    profiles: { admin: { namespaceUid: "7f4d7a52-0000-4000-8000-000000000001", claims: {} } },
    databases: {},
    definitions: ["notebooks.kubeflow.org", "profiles.kubeflow.org"],
    objects: {},
    available,
    bundle: "bundle: kubernetes\n",
  };
}
