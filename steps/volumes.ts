import { volumeReservedFor } from "../kube/binding";
import { claimTemplates, getClaim, getVolume } from "../kube/volumes";
import { mebibytes } from "../kube/size";
import { until } from "../kube/wait";
import { StepError, type StepRunner, timeouts } from "./context";

/**
 * Reads back that a volume survives the loss of its claim, and still belongs to that claim.
 * @throws StepError with what it found otherwise
 */
export async function requireRetained(namespace: string, volume: string, claim: string): Promise<void> {
  const found = await getVolume(volume);
  const next = `Look at \`kubectl get pv ${volume} -o yaml\``;
  if (!found)
    throw new StepError(
      `volume "${volume}" does not exist`,
      "the data of the old application is not where the baseline saw it",
      next,
    );
  const { persistentVolumeReclaimPolicy: policy, claimRef } = found.spec!;
  if (policy !== "Retain")
    throw new StepError(
      `volume "${volume}" has reclaim policy ${policy}`,
      "its data would be deleted together with its claim",
      next,
    );
  if (claimRef?.namespace !== namespace || claimRef.name !== claim) {
    throw new StepError(
      `volume "${volume}" belongs to claim ${claimRef?.namespace}/${claimRef?.name}, not ${namespace}/${claim}`,
      "it is not the volume of the baseline any more",
      next,
    );
  }
}

export const checkRetain: StepRunner<"check-retain"> = async ({ volumes }, { model }) => {
  for (const { volume, claim } of volumes) await requireRetained(model, volume, claim);
  return { changed: false, retained: volumes.map(({ volume }) => volume) };
};

/** Finds the claim that a redeployed application got, through its StatefulSet's template: the name has a random part. */
export const findClaim: StepRunner<"find-claim"> = async ({ application, storage, source, sizeMiB }, { model }) => {
  let found: { claim: string; volume: string; capacityMiB: number; storageClass: string } | undefined;
  await until(`the claim of ${application} for ${storage} is bound`, timeouts.pods, async () => {
    const template = (await claimTemplates(model, application))[storage];
    if (!template) return { ok: false, why: `no StatefulSet ${application} claims ${storage}` };
    const claim = `${template}-${application}-0`;
    const object = await getClaim(model, claim);
    // Between two claims of one name, where a run that lost Pulumi's state was cut off in the middle of the adoption.
    const reserved = object ? undefined : await volumeReservedFor(model, claim);
    const volume = reserved ?? (object?.spec?.volumeName ? await getVolume(object.spec.volumeName) : undefined);
    if ((object?.status?.phase !== "Bound" && !reserved) || !volume)
      return { ok: false, why: `claim ${claim} is ${object?.status?.phase ?? "not there"}` };
    found = {
      claim,
      volume: volume.metadata!.name!,
      capacityMiB: mebibytes(volume.spec!.capacity!.storage),
      storageClass: volume.spec!.storageClassName ?? "",
    };
    return { ok: true, why: "" };
  });
  if (found!.claim === source) {
    throw new StepError(
      `application "${application}" has claim "${source}"`,
      "that is the claim its data is copied from, so it was not deployed again",
      "Look at `juju status` and the claims of the namespace",
    );
  }
  if (found!.capacityMiB < sizeMiB) {
    throw new StepError(
      `claim "${found!.claim}" has ${found!.capacityMiB} MiB, ${sizeMiB} MiB are needed`,
      "the data may not fit",
      "Look at the StorageClass; nothing was copied",
    );
  }
  return { changed: false, ...found! };
};
