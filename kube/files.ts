import { KubeError } from "./client";
import { runningPods } from "./databases";
import { execIn } from "./exec";

/**
 * Text of a file on a claim's volume, read where a running Pod of the application mounts that claim.
 * @param file path from the top of the volume
 * @throws KubeError when no such Pod mounts it, or the file cannot be read there
 */
export async function readOnClaim(namespace: string, application: string, claim: string, file: string): Promise<string> {
  for (const { metadata, spec } of await runningPods(namespace, application)) {
    const volume = spec?.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim);
    for (const { name, volumeMounts } of volume ? spec!.containers : []) {
      const mount = volumeMounts?.find((one) => one.name === volume!.name);
      if (mount) return execIn(namespace, metadata!.name!, name, ["cat", `${mount.mountPath}/${file}`]);
    }
  }
  throw new KubeError(`no running Pod of ${application} mounts claim ${claim}`);
}
