import { KubeConfig, KubernetesObjectApi, PatchStrategy, type V1PersistentVolume } from "@kubernetes/client-node";
import { ifThere } from "../data";
import { type Unspaced, madeBy } from "./made";

const patience = 300_000;

function objectsOf(kubeconfig: string): KubernetesObjectApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return KubernetesObjectApi.makeApiClient(config);
}

const called = ({ kind, metadata }: Unspaced): string => `${kind} ${metadata.name}`;

async function present(objects: KubernetesObjectApi, wanted: Unspaced[]): Promise<Unspaced[]> {
  const found = await Promise.all(wanted.map((one) => ifThere(objects.read(one))));
  return wanted.filter((_, index) => found[index] !== undefined);
}

async function untilGone(objects: KubernetesObjectApi, wanted: Unspaced[]): Promise<void> {
  for (const end = Date.now() + patience; ;) {
    const left = await present(objects, wanted);
    if (left.length === 0) return;
    if (Date.now() > end)
      throw new Error(
        `${left.map(called).join(", ")}: not gone ${patience / 60_000} minutes after the deletion. What holds them is in their finalizers and conditions: \`kubectl get -o yaml\``,
      );
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function erase(objects: KubernetesObjectApi, wanted: Unspaced[]): Promise<void> {
  for (const one of wanted) await ifThere(objects.delete(one));
  await untilGone(objects, wanted);
}

/**
 * Makes sure that nothing is in a cluster that a rehearsal makes, so that everything of that name is the rehearsal's own later.
 * @throws naming what is there
 */
export async function requireEmpty(kubeconfig: string, model: string): Promise<void> {
  const taken = await present(objectsOf(kubeconfig), madeBy(model));
  if (taken.length > 0) {
    throw new Error(
      `the cluster of ${kubeconfig} has ${taken.map(called).join(", ")}: a rehearsal makes and deletes what is called so, and would harm it. Nothing was changed. Take a cluster without Kubeflow; an earlier rehearsal that was kept is ended by npm start -- down --dir FOLDER`,
    );
  }
}

/** Volumes of a rehearsal that are kept when their claims go are deleted with them again. @returns all of its volumes */
async function releaseVolumes(objects: KubernetesObjectApi, spaces: string[]): Promise<Unspaced[]> {
  const { items } = await objects.list<V1PersistentVolume>("v1", "PersistentVolume");
  const own = items
    .filter(({ spec }) => spaces.includes(spec?.claimRef?.namespace ?? ""))
    .map((volume): Unspaced => ({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: volume.metadata!.name! },
    }));
  for (const volume of own)
    await ifThere(
      objects.patch(
        { ...volume, spec: { persistentVolumeReclaimPolicy: "Delete" } } as Unspaced,
        undefined,
        undefined,
        undefined,
        undefined,
        PatchStrategy.MergePatch,
      ),
    );
  return own;
}

/**
 * Takes everything out of a cluster that a rehearsal made. Nothing is deleted unless the model's namespace carries the mark of
 * that rehearsal's own controller; it goes last, so that a removal that was cut off can be run again.
 * @param uuid of the stand-in's model; undefined where its controller never came up
 * @returns whether there was something
 * @throws where the namespace is somebody else's, or something does not go
 */
export async function clear(kubeconfig: string, model: string, uuid: string | undefined): Promise<boolean> {
  const objects = objectsOf(kubeconfig);
  const space = await ifThere(objects.read({ apiVersion: "v1", kind: "Namespace", metadata: { name: model } }));
  const made = madeBy(model);
  if (space === undefined) {
    const left = await present(objects, made);
    if (left.length > 0)
      throw new Error(
        `the cluster of ${kubeconfig} has ${left.map(called).join(", ")}, but no namespace ${model} that would tell whose they are. Nothing was deleted. Where they are a rehearsal's, delete them by hand`,
      );
    return false;
  }
  if (uuid === undefined || space.metadata?.annotations?.["model.juju.is/id"] !== uuid) {
    throw new Error(
      `namespace ${model} in the cluster of ${kubeconfig} does not carry the mark of this rehearsal's controller, so it may be somebody else's. Nothing was deleted. Where it is a rehearsal's, delete it by hand: kubectl delete namespace ${model}`,
    );
  }
  const volumes = await releaseVolumes(
    objects,
    made.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name),
  );
  await erase(objects, made.slice(0, -1));
  await erase(objects, made.slice(-1));
  await untilGone(objects, volumes);
  return true;
}
