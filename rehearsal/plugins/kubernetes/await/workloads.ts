import { type KubeObject, pluck } from "../object";
import { podProblems } from "./pods";
import type { Condition, Probe } from "./probe";

const number = (object: KubeObject, ...path: string[]): number => pluck<number>(object, ...path) ?? 0;

/** The controller has seen the object as it is now; what it says of an older one is stale. */
const observed = (object: KubeObject): boolean =>
  number(object, "status", "observedGeneration") >= (object.metadata.generation ?? 0);

const conditionOf = (object: KubeObject, type: string): Condition | undefined =>
  pluck<Condition[]>(object, "status", "conditions")?.find((entry) => entry.type === type);

/** Ready when all replicas are, and the controller has settled on the revision asked for (await/statefulset.go). */
export const statefulSet: Probe = async (object, { client }) => {
  const wanted = pluck<number>(object, "spec", "replicas") ?? 1;
  const ready = number(object, "status", "readyReplicas");
  const [current, update] = [
    pluck<string>(object, "status", "currentRevision"),
    pluck<string>(object, "status", "updateRevision"),
  ];
  const onDelete =
    (object.metadata.generation ?? 0) > 1 && pluck(object, "spec", "updateStrategy", "type") === "OnDelete";
  const revisionReady = onDelete || (current !== undefined && current === update);
  const replicasReady =
    number(object, "status", "replicas") === wanted &&
    ready === wanted &&
    (onDelete || number(object, "status", "currentReplicas") === wanted);
  if (observed(object) && revisionReady && replicasReady) return { ready: true, problems: [] };
  return {
    ready: false,
    status: `Waiting for StatefulSet to create Pods (${ready}/${wanted} Pods ready)`,
    problems: [
      ...(replicasReady ? [] : [`${ready} out of ${wanted} replicas succeeded readiness checks`]),
      ...(revisionReady
        ? []
        : [
            `StatefulSet controller failed to advance from revision ${JSON.stringify(current ?? "")} to revision ${JSON.stringify(update ?? "")}`,
          ]),
      ...(await podProblems(object, client)),
    ],
  };
};

/** Ready when available and, beyond the first rollout, the new ReplicaSet has taken over (await/deployment.go). */
export const deployment: Probe = async (object) => {
  const wanted = pluck<number>(object, "spec", "replicas") ?? 1;
  const [ready, updated] = [number(object, "status", "readyReplicas"), number(object, "status", "updatedReplicas")];
  const [available, progressing] = [conditionOf(object, "Available"), conditionOf(object, "Progressing")];
  const rolledOut = progressing?.status === "True" && progressing.reason === "NewReplicaSetAvailable";
  if (observed(object) && available?.status === "True" && rolledOut && updated >= wanted && ready >= wanted)
    return { ready: true, problems: [] };
  const unmet = [available, progressing].filter(
    (found): found is Condition => found !== undefined && found.status !== "True" && Boolean(found.message),
  );
  return {
    ready: false,
    status: `Waiting for app ReplicaSet to be available (${ready}/${wanted} Pods available)`,
    problems: [
      ...unmet.map(({ reason, message }) => `[${reason}] ${message}`),
      available?.status === "True"
        ? "Minimum number of Pods to consider the application live was not attained"
        : "Minimum number of live Pods was not attained",
    ],
  };
};

/** Ready when every node that should has an up-to-date pod that is. */
export const daemonSet: Probe = async (object, { client }) => {
  const wanted = number(object, "status", "desiredNumberScheduled");
  const [ready, updated] = [
    number(object, "status", "numberReady"),
    number(object, "status", "updatedNumberScheduled"),
  ];
  if (observed(object) && ready >= wanted && updated >= wanted) return { ready: true, problems: [] };
  return {
    ready: false,
    status: `Waiting for DaemonSet to be ready (${ready}/${wanted} Pods ready)`,
    problems: await podProblems(object, client),
  };
};
