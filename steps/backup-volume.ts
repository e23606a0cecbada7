import { getClaim, getVolume, setReclaimPolicy } from "../kube/volumes";
import { StepError } from "./context";
import { requireRetained } from "./volumes";

/**
 * Sets Retain on the volume of the backup's claim and reads it back: with the policy of most StorageClasses, Delete, the backup would
 * go with the claim, and the claim goes with the model's namespace.
 * @returns the volume's name
 * @throws StepError where the claim has no volume
 */
export async function retainBackup(namespace: string, claim: string): Promise<string> {
  const found = await getClaim(namespace, claim);
  const volume = found?.spec?.volumeName;
  if (!volume)
    throw new StepError(
      `claim "${namespace}/${claim}" ${found ? "has no volume" : "does not exist"}`,
      "the backup that was just proven is not where it was written",
      `Look at \`kubectl get pvc ${claim} -n ${namespace}\``,
    );
  if ((await getVolume(volume))?.spec?.persistentVolumeReclaimPolicy !== "Retain")
    await setReclaimPolicy(volume, found.metadata!.uid!, "Retain");
  await requireRetained(namespace, volume, claim);
  return volume;
}
