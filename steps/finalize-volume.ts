import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { createClaim, marks, reserveVolume } from "../kube/binding";
import {
  deleteClaim,
  deleteVolume,
  getClaim,
  getVolume,
  podsThatMount,
  provisioned,
  setReclaimPolicy,
  volumesOf,
} from "../kube/volumes";
import { until } from "../kube/wait";
import { names as objectNames } from "../plan/names";
import { type Action, type Context, StepError, type StepRunner, timeouts } from "./context";
import { requireEmptyStore } from "./fresh-volume";
import { backupDigest, requireVerified } from "./proof";

const untouched = "It is not what this upgrade left there, so nothing was deleted";
const lookAt = (namespace: string): string => `Look at \`kubectl get pvc,pv -n ${namespace}\``;

/** What the application runs on since its move, out of the evidence of adopt-volume. */
function adoptedIn({ evidence }: Context, about: string): { claim: string; volume: string; replaced: string[] } {
  const found = Object.values(evidence).find(({ kind }) => kind === "adopt-volume");
  const { claim, volume, replaced } = found ?? {};
  if (typeof claim === "string" && typeof volume === "string" && Array.isArray(replaced))
    return { claim, volume, replaced: replaced.map(String) };
  throw new StepError(
    "no evidence of an adopted volume was handed to this step",
    `${about} cannot be undone, so nothing was done`,
    "Let it depend on adopt-volume, as the program's own graph does",
  );
}

/** The volume in use, proven to be bound to the application's claim both ways. */
async function inUse(
  namespace: string,
  application: string,
  claim: string,
  volume: string,
): Promise<V1PersistentVolume> {
  const [held, found] = [await getClaim(namespace, claim), await getVolume(volume)];
  const mounted = (await volumesOf(namespace, application)).some((one) => one.claim === claim && one.volume === volume);
  if (found && mounted && held?.metadata?.uid !== undefined && found.spec?.claimRef?.uid === held.metadata.uid)
    return found;
  throw new StepError(
    `application "${application}" does not run on claim "${claim}" with volume "${volume}"`,
    untouched,
    lookAt(namespace),
  );
}

/** A claim that must have lost its volume to the application, or hold `owned`, which nothing else may. */
async function leftClaim(
  namespace: string,
  name: string,
  owned: string | undefined,
  used: V1PersistentVolume,
): Promise<V1PersistentVolumeClaim | undefined> {
  const claim = await getClaim(namespace, name);
  const volume = claim?.spec?.volumeName;
  const lost = volume === used.metadata!.name && used.spec!.claimRef!.uid !== claim?.metadata?.uid;
  if (claim && volume !== owned && !lost)
    throw new StepError(
      `claim "${name}" is bound to volume "${volume ?? "none"}", not "${owned ?? used.metadata!.name}"`,
      untouched,
      lookAt(namespace),
    );
  return claim;
}

/** A volume that must belong to the claim of that name, and to the very claim where that is there (`claim`) or to one that is gone. */
async function leftVolume(
  namespace: string,
  name: string,
  owner: string,
  claim: V1PersistentVolumeClaim | undefined,
  used: V1PersistentVolume,
): Promise<V1PersistentVolume | undefined> {
  const volume = await getVolume(name);
  const ref = volume?.spec?.claimRef;
  const own =
    ref?.namespace === namespace &&
    ref.name === owner &&
    (claim ? ref.uid === claim.metadata?.uid : ref.uid !== used.spec!.claimRef!.uid);
  if (volume && (!own || name === used.metadata!.name))
    throw new StepError(
      `volume "${name}" belongs to claim ${ref?.namespace}/${ref?.name} of uid ${ref?.uid}`,
      untouched,
      lookAt(namespace),
    );
  return volume;
}

async function refuseMounted(namespace: string, claims: string[]): Promise<void> {
  const pods = await podsThatMount(namespace, claims);
  if (pods.length > 0)
    throw new StepError(
      `claim "${claims.join('" or "')}" is in use by pod ${pods.join(", ")}`,
      "it may hold live data, so nothing was deleted",
      lookAt(namespace),
    );
}

/** A volume that the application was deployed with and gave up, and the claim by which it is looked into, where that is there. */
async function givenUp(
  namespace: string,
  name: string,
  claim: string,
  used: V1PersistentVolume,
): Promise<{ volume?: V1PersistentVolume; look?: V1PersistentVolumeClaim }> {
  const look = await getClaim(namespace, objectNames.lookClaim(name));
  const reserved = (await getVolume(name))?.spec?.claimRef?.name === objectNames.lookClaim(name);
  const owner = reserved ? objectNames.lookClaim(name) : claim;
  return { volume: await leftVolume(namespace, name, owner, reserved ? look : undefined, used), look };
}

/**
 * Looks into a volume that the application was deployed with, for what somebody wrote there in the meantime: a claim of our own
 * gets it, which a Job mounts. Where it holds something it stays, with that claim.
 */
async function lookInto(
  name: string,
  { application }: Action<"finalize-volume">,
  context: Context,
  { claim, image, used }: { claim: string; image: string; used: V1PersistentVolume },
): Promise<void> {
  const { model } = context;
  const own = objectNames.lookClaim(name);
  let there = true;
  await until(`claim ${own} is bound to volume ${name}`, timeouts.pods, async () => {
    const { volume, look } = await givenUp(model, name, claim, used);
    if (!volume) {
      there = false;
      return { ok: true, why: "" };
    }
    const { claimRef, accessModes, capacity, storageClassName = "", volumeMode } = volume.spec!;
    if (claimRef!.name !== own) {
      await reserveVolume(volume, claimRef!.uid!, model, own);
      return { ok: false, why: "the volume was just reserved" };
    }
    if (!look) {
      const spec = {
        accessModes,
        resources: { requests: { storage: capacity!.storage } },
        storageClassName,
        volumeMode,
        volumeName: name,
      };
      const metadata = { name: own, namespace: model };
      await createClaim(model, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec });
      return { ok: false, why: "the claim was just made" };
    }
    return { ok: look.status?.phase === "Bound", why: `it is ${look.status?.phase}` };
  });
  if (there) await requireEmptyStore({ application, claim: own, image, beside: false }, context);
}

/** Everything a move left unused, each proven to be so. */
async function leftovers(
  { source, staging }: Action<"finalize-volume">,
  namespace: string,
  claim: string,
  replaced: string[],
  used: V1PersistentVolume,
): Promise<{ claims: V1PersistentVolumeClaim[]; volumes: V1PersistentVolume[] }> {
  const old = await leftClaim(namespace, source.claim, staging && source.volume, used);
  const staged = staging ? await leftClaim(namespace, staging, undefined, used) : undefined;
  const fresh = await Promise.all(replaced.map((name) => givenUp(namespace, name, claim, used)));
  const looks = fresh.flatMap(({ look }) => look ?? []);
  const mounted = [source.claim, ...(staging ? [staging] : []), ...looks.map(({ metadata }) => metadata!.name!)];
  await refuseMounted(namespace, mounted);
  const volumes = [
    staging ? await leftVolume(namespace, source.volume, source.claim, old, used) : undefined,
    ...fresh.map(({ volume }) => volume),
  ];
  return {
    claims: [old, staged, ...looks].filter((one) => one !== undefined),
    volumes: volumes.filter((one) => one !== undefined),
  };
}

/**
 * Deletes what a move left unused: for a copy the source claim with its volume and the staging claim, for a rebind the
 * source claim alone, and the volume that the application was deployed with, which was looked into before. A provisioned volume gets the policy Delete,
 * guarded by its claim's uid: so its provisioner removes the data too, where deleting a volume with the policy Retain would
 * leave the disk behind. A volume made by hand has nobody to do that: its object goes, its data stays, and the evidence says
 * so. The volume in use gets the reclaim policy back that it had.
 */
export const finalizeVolume: StepRunner<"finalize-volume"> = async (action, context) => {
  const { model, say } = context;
  const { application, source, staging, look } = action;
  const about = `deleting claim ${source.claim}${staging ? ` with volume ${source.volume}` : ""}`;
  backupDigest(context, about);
  requireVerified(context, about);
  const { claim, volume, replaced } = adoptedIn(context, about);
  const used = await inUse(model, application, claim, volume);
  if (look !== undefined)
    for (const name of replaced) await lookInto(name, action, context, { claim, image: look, used });
  const { claims, volumes } = await leftovers(action, model, claim, replaced, used);
  const [names, left] = [claims.map(({ metadata }) => metadata!.name!), volumes.map(({ metadata }) => metadata!.name!)];
  const byHand = volumes.filter((one) => !provisioned(one));
  const dataLeft = byHand.map(({ metadata }) => metadata!.name!);
  if (claims.length + volumes.length > 0) {
    say(
      `deleting ${[...names, ...left].join(", ")}${dataLeft.length > 0 ? `; the data of ${dataLeft.join(", ")} stays on the disk, for nothing provisioned it` : ""}`,
    );
  }
  for (const one of volumes)
    if (provisioned(one)) await setReclaimPolicy(one.metadata!.name!, one.spec!.claimRef!.uid!, "Delete");
  for (const { metadata } of claims) await deleteClaim(model, metadata!.name!, metadata!.uid!);
  for (const { metadata } of byHand) await deleteVolume(metadata!.name!, metadata!.uid!);
  await until(`what ${application} left unused is gone`, timeouts.removal, async () => {
    const still = [];
    for (const name of names) if (await getClaim(model, name)) still.push(name);
    for (const name of left) if (await getVolume(name)) still.push(name);
    return { ok: still.length === 0, why: `${still.join(" and ")} is left` };
  });
  const before = used.metadata?.annotations?.[marks.policy];
  const restored = before === "Delete" && used.spec!.persistentVolumeReclaimPolicy !== before;
  if (restored) await setReclaimPolicy(volume, used.spec!.claimRef!.uid!, before);
  return { changed: names.length + left.length > 0 || restored, claims: names, volumes: left, dataLeft, inUse: volume };
};
