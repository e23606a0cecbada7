import type { V1Container, V1StatefulSet } from "@kubernetes/client-node";
import { cluster as kube } from "../../../kube/client";
import { until } from "../../../kube/wait";
import { type Lab, model } from "./lab";

const patience = 300;
const name = (application: string): string => `${application}-0`;

/** What the Pod of an application runs: it tells which data it came up with. A log has whole lines only. */
const work =
  "cat /data/kept 2>/dev/null || echo nothing; echo; trap 'exit 0' TERM; while :; do sleep 86400 & wait $!; done";

export interface Deployed {
  storageClass?: string;
  /** What its Pod runs in the place of a shell that tells what it found. */
  container?: Partial<V1Container>;
}

function statefulSet(
  { refs }: Lab,
  application: string,
  template: string,
  { storageClass: storageClassName, container = { image: refs.mover, command: ["/bin/sh", "-c", work] } }: Deployed,
): V1StatefulSet {
  const labels = { "app.kubernetes.io/name": application };
  return {
    metadata: { name: application },
    spec: {
      serviceName: application,
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: "main",
              imagePullPolicy: "Never",
              volumeMounts: [{ name: template, mountPath: "/data" }],
              ...container,
            },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: template, labels: { "storage.juju.is/name": "data" } },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "256Mi" } }, storageClassName },
        },
      ],
    },
  };
}

/** Waits until as many Pods of an application are there and ready as its StatefulSet asks for. */
export async function settled(application: string, units: number): Promise<void> {
  await until(`${application} has ${units} Pods`, patience, async () => {
    const { items } = await kube().core.listNamespacedPod({
      namespace: model,
      labelSelector: `app.kubernetes.io/name=${application}`,
    });
    const ready = items.filter(
      ({ metadata, status }) =>
        !metadata?.deletionTimestamp && status?.containerStatuses?.every((container) => container.ready),
    );
    return { ok: items.length === units && ready.length === units, why: `it has ${items.length}` };
  });
}

/** Deploys an application as Juju does, with one claim for storage "data", and waits until it runs. @returns its claim */
export async function deploy(lab: Lab, application: string, template: string, as: Deployed = {}): Promise<string> {
  await kube().apps.createNamespacedStatefulSet({
    namespace: model,
    body: statefulSet(lab, application, template, as),
  });
  await settled(application, 1);
  return `${template}-${application}-0`;
}

/** Asks for another number of Pods, without waiting for them. */
export async function ask(application: string, units: number): Promise<void> {
  await kube().apps.patchNamespacedStatefulSetScale({
    namespace: model,
    name: application,
    body: [{ op: "replace", path: "/spec/replicas", value: units }],
  });
}

export async function scale(application: string, units: number): Promise<void> {
  await ask(application, units);
  await settled(application, units);
}

/** Removes an application; its claim stays. */
export async function remove(application: string): Promise<void> {
  await kube().apps.deleteNamespacedStatefulSet({ namespace: model, name: application });
  await settled(application, 0);
}

/** What the application's Pod found on its volume when it came up. */
export async function foundData(application: string): Promise<string> {
  let found = "";
  await until(`${application} tells what it found`, patience, async () => {
    found = (await kube().core.readNamespacedPodLog({ namespace: model, name: name(application) })).trim();
    return { ok: found !== "", why: "its log is empty" };
  });
  return found;
}

/** Who serves: changes with the Pod and with every restart of its container. */
export async function serving(application: string): Promise<string> {
  const { metadata, status } = await kube().core.readNamespacedPod({ namespace: model, name: name(application) });
  const [{ ready, containerID }] = status!.containerStatuses!;
  return `${metadata!.uid} ${containerID} ready: ${ready}`;
}
