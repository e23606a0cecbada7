import type { Finding } from "./finding";

/** A claim that is being deleted, or whose volume is; both go, with or without their bytes, when the last Pod that uses the claim ends. */
export interface MarkedData {
  namespace: string;
  claim: string;
  /** "" where the claim has none. */
  volume: string;
  /** Which of the two carries a deletionTimestamp. */
  what: "claim" | "volume" | "claim and volume";
  reclaimPolicy: string;
  /** Names of Pods that mount the claim and have not ended. */
  pods: string[];
}

/** "claim kubeflow/a and its volume pvc-1" */
function told({ namespace, claim, volume, what }: MarkedData): string {
  if (what === "volume") return `volume ${volume} of claim ${namespace}/${claim}`;
  return `claim ${namespace}/${claim}${what === "claim and volume" ? ` and its volume ${volume}` : ""}`;
}

export const markedMeaning =
  "Kubernetes keeps them only as long as a Pod uses the claim: when that Pod ends or is restarted they are gone, and the next one comes up empty. Juju 2.9 and 3 do this to a podspec charm with storage that was scaled to 0 and back";

/** How the bytes are saved, while the Pod runs. */
export function rescueOf({ namespace, claim, volume, reclaimPolicy, pods }: MarkedData): string {
  const retain =
    volume && reclaimPolicy !== "Retain"
      ? `First keep the volume: \`kubectl patch pv ${volume} -p \'{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}\'\`. `
      : "";
  const copy = pods[0]
    ? `Do not restart, refresh or scale anything that uses it (${pods.join(", ")}). Copy its data off while that runs: \`kubectl exec -n ${namespace} ${pods[0]} -- tar cf - PATH > ${claim}.tar\``
    : "No Pod uses it any more: look for the bytes on the volume's disk before anything else is done";
  return `${retain}${copy}. Then docs/storage.md, "A claim that is being deleted"`;
}

/** One line on it, for verify and status. */
export function markedLine(data: MarkedData): string {
  return `${told(data)} ${data.what === "claim and volume" ? "are" : "is"} being deleted. ${rescueOf(data)}`;
}

export function markedFindings(all: MarkedData[]): Finding[] {
  return all.map((data) => ({
    name: "data-marked",
    subject: told(data),
    fact: `${data.what === "claim and volume" ? "are" : "is"} being deleted`,
    meaning: markedMeaning,
    next: rescueOf(data),
    weight: "refuses",
  }));
}
