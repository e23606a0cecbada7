import { getStatus } from "../juju/read";
import { claimTemplates, getClaim } from "../kube/volumes";
import { StepError } from "./context";

/**
 * Refuses to start an application without units on a claim that Juju has a detached storage instance for. Its new unit gets
 * an instance of its own; Juju takes the detached one for an orphan and deletes the claim and the volume in use, whatever the
 * reclaim policy, so that the next Pod starts empty. (Seen on 2.9.42 and 3.6.11; cleanupOrphanedFilesystems of
 * https://github.com/juju/juju/blob/2.9/apiserver/facades/controller/caasunitprovisioner/provisioner.go compares the claim's uid.)
 */
export async function refuseOrphans(model: string, application: string): Promise<void> {
  const templates = Object.values(await claimTemplates(model, application));
  const claims = await Promise.all(templates.map((template) => getClaim(model, `${template}-${application}-0`)));
  const { storage = {} } = await getStatus(model);
  for (const claim of claims) {
    const orphan = Object.entries(storage).find(
      ([, { units, claimUid }]) => units.length === 0 && claimUid !== undefined && claimUid === claim?.metadata?.uid,
    );
    if (!orphan) continue;
    throw new StepError(
      `Juju holds storage "${orphan[0]}", detached, for claim "${claim!.metadata!.name}" of ${application}`,
      `when ${application} starts on it, Juju takes that for an orphan and deletes the claim and its volume while they are in use`,
      `\`juju remove-storage -m ${model} --no-destroy ${orphan[0]}\` lets Juju forget it and deletes nothing; then run this again (docs/storage.md)`,
    );
  }
}
