import { type KubeObject, pluck } from "../object";
import type { Probe, Situation } from "./probe";

const phase = (object: KubeObject): string | undefined => pluck<string>(object, "status", "phase");

async function bindingMode(claim: KubeObject, { client }: Situation): Promise<string | undefined> {
  const name = pluck<string>(claim, "spec", "storageClassName");
  if (!name) return undefined;
  const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } };
  return pluck<string>(await client.get(storageClass).catch(() => undefined), "volumeBindingMode");
}

/** Bound; or, where the class binds only with the first pod, Pending (https://github.com/pulumi/pulumi-kubernetes/pull/3130). */
export const claim: Probe = async (object, situation) => {
  const found = phase(object);
  const waitsForPod = (await bindingMode(object, situation)) === "WaitForFirstConsumer";
  const bound = found === "Bound" && (situation.before !== undefined || !waitsForPod);
  return {
    ready: bound || (waitsForPod && found === "Pending"),
    status: `Waiting for PersistentVolumeClaim to be bound (${found ?? "no phase yet"})`,
    problems: [],
  };
};

export const volume: Probe = async (object) => ({
  ready: phase(object) === "Available" || phase(object) === "Bound",
  status: `Waiting for PersistentVolume to be available (${phase(object) ?? "no phase yet"})`,
  problems: [],
});
