import type { BaselineVolume, StepAction } from "../../../plan/types";
import { type Deployed, deploy, scale } from "./application";
import type { Lab } from "./lab";

/** An application that was deployed anew and stopped, beside the claim with its data. */
export interface Redeployed {
  application: string;
  action: Extract<StepAction, { kind: "adopt-volume" }>;
  /** Evidence of find-claim. */
  evidence: Record<string, object>;
  target: string;
  volume: string;
  /** Volume it was deployed with, and its folder. */
  fresh: string;
  freshFolder: string;
}

/** What the baseline says of a claim. */
export async function baselineOf(lab: Lab, claim: string): Promise<BaselineVolume> {
  const { metadata, spec } = await lab.volumeOf(claim);
  return {
    storage: "data",
    claim,
    volume: metadata!.name!,
    requestedMiB: 256,
    capacityMiB: 256,
    storageClass: spec!.storageClassName!,
    reclaimPolicy: spec!.persistentVolumeReclaimPolicy as BaselineVolume["reclaimPolicy"],
    accessModes: ["ReadWriteOnce"],
    volumeMode: "Filesystem",
  };
}

/** Deploys an application anew, looks its claim up by the step and stops it. The claim that it had holds the data. */
export async function redeploy(
  lab: Lab,
  application: string,
  source: BaselineVolume,
  from = source.claim,
  as: Deployed = {},
): Promise<Redeployed> {
  const target = await deploy(lab, application, "data-new", as);
  const { outcome } = await lab.step({
    kind: "find-claim",
    application,
    storage: "data",
    source: source.claim,
    sizeMiB: 256,
  });
  await scale(application, 0);
  const volume = (await lab.volumeOf(from)).metadata!.name!;
  const fresh = (await lab.volumeOf(target)).metadata!.name!;
  return {
    application,
    action: { kind: "adopt-volume", application, storage: "data", from, source },
    evidence: { "find-claim": outcome },
    target,
    volume,
    fresh,
    freshFolder: await lab.folder(target),
  };
}
