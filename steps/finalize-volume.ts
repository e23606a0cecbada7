import { deleteClaim, deleteVolume, getClaim, getVolume, podsThatMount, provisioned, setReclaimPolicy, volumesOf } from "../kube/volumes";
import { until } from "../kube/wait";
import type { BaselineVolume } from "../plan/types";
import { StepError, type StepRunner, timeouts } from "./context";
import { backupDigest, requireVerified } from "./proof";

const untouched = "It is not what the baseline recorded, so nothing was deleted";

/** The recorded claim and volume as they are now, each undefined when it is gone, and only where they belong to each other. */
async function recorded(namespace: string, source: BaselineVolume): Promise<{ claimUid?: string; volume: Awaited<ReturnType<typeof getVolume>> }> {
  const [claim, volume] = [await getClaim(namespace, source.claim), await getVolume(source.volume)];
  const next = `Look at \`kubectl get pvc,pv -n ${namespace}\``;
  const bound = claim?.spec?.volumeName;
  if (claim && bound !== source.volume) throw new StepError(`claim "${source.claim}" is bound to volume "${bound ?? "none"}", not "${source.volume}"`, untouched, next);
  const owner = volume?.spec?.claimRef;
  if (volume && (owner?.namespace !== namespace || owner.name !== source.claim || (claim && owner.uid !== claim.metadata?.uid))) {
    throw new StepError(`volume "${source.volume}" belongs to claim ${owner?.namespace}/${owner?.name} of uid ${owner?.uid}`, untouched, next);
  }
  return { claimUid: claim?.metadata?.uid, volume };
}

async function refuseInUse(namespace: string, application: string, source: BaselineVolume): Promise<void> {
  const used = (await volumesOf(namespace, application)).some(({ claim, volume }) => claim === source.claim || volume === source.volume);
  const by = [...(used ? [`application ${application}`] : []), ...(await podsThatMount(namespace, [source.claim])).map((pod) => `pod ${pod}`)];
  if (by.length === 0) return;
  throw new StepError(`claim "${source.claim}" is in use by ${by.join(", ")}`, "it may hold live data, so nothing was deleted", `Look at \`kubectl describe pvc ${source.claim} -n ${namespace}\``);
}

/**
 * Deletes the source claim and its volume for good. A provisioned volume gets the policy Delete first, guarded by the
 * claim's uid, and then its claim goes: so its provisioner removes the data too, where deleting a volume with the policy
 * Retain would leave the disk behind. A volume made by hand has nobody to do that: its object goes, its data stays, and
 * the evidence says so. The claim goes first in either case, because a volume's protection holds it until then.
 */
export const finalizeVolume: StepRunner<"finalize-volume"> = async ({ application, source }, context) => {
  const { model, say } = context;
  const about = `deleting claim ${source.claim} with volume ${source.volume}`;
  backupDigest(context, about);
  requireVerified(context, about);
  const { claimUid, volume } = await recorded(model, source);
  const changed = claimUid !== undefined || volume !== undefined;
  if (!changed) return { changed, claim: source.claim, volume: source.volume };
  await refuseInUse(model, application, source);
  const dataLeft = volume !== undefined && !provisioned(volume);
  say(`deleting claim ${source.claim} and volume ${source.volume}${dataLeft ? "; its data stays on the disk, for nothing provisioned it" : " with its data"}`);
  if (volume && !dataLeft) await setReclaimPolicy(source.volume, volume.spec!.claimRef!.uid!, "Delete");
  if (claimUid) await deleteClaim(model, source.claim, claimUid);
  if (dataLeft) await deleteVolume(source.volume, volume.metadata!.uid!);
  await until(`${source.claim} and ${source.volume} are gone`, timeouts.removal, async () => {
    const left = [...((await getClaim(model, source.claim)) ? [source.claim] : []), ...((await getVolume(source.volume)) ? [source.volume] : [])];
    return { ok: left.length === 0, why: `${left.join(" and ")} is left` };
  });
  return { changed, claim: source.claim, volume: source.volume, dataLeft };
};
