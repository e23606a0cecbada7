import { deleteClaim, deleteVolume, getClaim, getVolume, podsThatMount, setReclaimPolicy, volumesOf } from "../kube/volumes";
import { until } from "../kube/wait";
import { StepError, type StepRunner, timeouts } from "./context";
import { backupDigest, requireVerified } from "./proof";

/**
 * Deletes the source claim and its volume for good. The claim goes first, because a volume's protection holds it until
 * then; the policy is set to Delete before that, so that the provisioner removes the data too.
 */
export const finalizeVolume: StepRunner<"finalize-volume"> = async ({ application, source }, context) => {
  const { model, say } = context;
  const about = `deleting claim ${source.claim} with volume ${source.volume}`;
  backupDigest(context, about);
  requireVerified(context, about);
  const used = (await volumesOf(model, application)).filter(({ claim, volume }) => claim === source.claim || volume === source.volume);
  const pods = await podsThatMount(model, [source.claim]);
  if (used.length > 0 || pods.length > 0) {
    throw new StepError(`claim "${source.claim}" is in use by ${used.length > 0 ? application : pods.join(", ")}`, "it holds live data, so nothing was deleted", "Look at `kubectl describe pvc` for it");
  }
  const [claim, volume] = [await getClaim(model, source.claim), await getVolume(source.volume)];
  if (volume && claim && (claim.spec?.volumeName !== source.volume || volume.spec?.claimRef?.uid !== claim.metadata?.uid)) {
    throw new StepError(`claim "${source.claim}" and volume "${source.volume}" do not belong to each other`, "they are not what the baseline recorded, so nothing was deleted", `Look at \`kubectl get pvc,pv -n ${model}\``);
  }
  if (volume && claim) await setReclaimPolicy(source.volume, claim.metadata!.uid!, "Delete");
  if (claim) {
    say(`deleting claim ${source.claim} and volume ${source.volume}`);
    await deleteClaim(model, source.claim);
  } else if (volume?.status?.phase === "Released") {
    await deleteVolume(source.volume);
  }
  await until(`${source.claim} and ${source.volume} are gone`, timeouts.removal, async () => {
    const left = [...((await getClaim(model, source.claim)) ? [source.claim] : []), ...((await getVolume(source.volume)) ? [source.volume] : [])];
    return { ok: left.length === 0, why: `${left.join(" and ")} is left` };
  });
  return { changed: claim !== undefined || volume !== undefined, claim: source.claim, volume: source.volume };
};
