import { KubeError } from "./client";
import { runningPods } from "./databases";
import { execIn } from "./exec";

/** What a command prints in a running Pod of the application that mounts a claim; it is told where. */
async function runOnClaim(
  namespace: string,
  application: string,
  claim: string,
  command: (path: string) => string[],
): Promise<string> {
  for (const { metadata, spec } of await runningPods(namespace, application)) {
    const volume = spec?.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim);
    for (const { name, volumeMounts } of volume ? spec!.containers : []) {
      const mount = volumeMounts?.find((one) => one.name === volume!.name);
      if (mount) return execIn(namespace, metadata!.name!, name, command(mount.mountPath));
    }
  }
  throw new KubeError(`no running Pod of ${application} mounts claim ${claim}`);
}

/**
 * Text of a file on a claim's volume, read where a running Pod of the application mounts that claim.
 * @param file path from the top of the volume
 * @throws KubeError when no such Pod mounts it, or the file cannot be read there
 */
export function readOnClaim(namespace: string, application: string, claim: string, file: string): Promise<string> {
  return runOnClaim(namespace, application, claim, (path) => ["cat", `${path}/${file}`]);
}

/** Seconds after which counting the files of a volume is given up: a preview is not kept waiting by millions of them. */
const patience = "60";

/**
 * Free space of the file system under a claim's volume, and what that volume holds, in MiB, as coreutils and busybox tell it.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/df.html
 * @throws KubeError when no running Pod of the application mounts the claim, or its image has not these tools
 */
export async function spaceUnderClaim(
  namespace: string,
  application: string,
  claim: string,
): Promise<{ freeMiB: number; usedMiB: number }> {
  const df = await runOnClaim(namespace, application, claim, (path) => ["df", "-P", "-k", path]);
  const [, free] = /\s\d+\s+\d+\s+(\d+)\s+\d+%\s/.exec(df) ?? [];
  if (free === undefined) throw new KubeError(`df of claim ${claim} printed no free space`);
  const du = await runOnClaim(namespace, application, claim, (path) => ["timeout", patience, "du", "-s", "-k", path]);
  const used = parseInt(du, 10);
  if (Number.isNaN(used)) throw new KubeError(`du of claim ${claim} printed no size`);
  return { freeMiB: Math.floor(Number(free) / 1024), usedMiB: Math.ceil(used / 1024) };
}
