import type { Client } from "../client";
import { displayName, type KubeObject, namespaceOf, pluck } from "../object";
import type { Condition, Finding, Probe } from "./probe";

interface Terminated {
  exitCode: number;
  reason?: string;
  message?: string;
  finishedAt?: string;
}

interface ContainerStatus {
  name: string;
  ready: boolean;
  state?: { waiting?: { reason?: string; message?: string }; terminated?: Terminated };
  lastState?: { terminated?: Terminated };
}

/** What is wrong with one container: why it waits, how it ended, how it ended the time before (checker/pod/check.go). */
function containerProblems({ name, ready, state, lastState }: ContainerStatus): string[] {
  if (ready) return [];
  const problems: string[] = [];
  const { waiting, terminated } = state ?? {};
  if (waiting && waiting.reason !== "ContainerCreating")
    problems.push(`[${waiting.reason}] ${waiting.message ?? ""}`.trim());
  if (terminated?.reason) {
    problems.push(
      terminated.message
        ? `[${terminated.reason}] ${terminated.message}`
        : `container ${JSON.stringify(name)} completed with exit code ${terminated.exitCode}`,
    );
  }
  const last = lastState?.terminated;
  if (last) {
    problems.push(
      `container ${JSON.stringify(name)} terminated at ${last.finishedAt} (${last.reason}: exit code ${last.exitCode})`,
    );
    if (last.message) problems.push(last.message);
  }
  return problems;
}

const condition = (pod: KubeObject, type: string): Condition | undefined =>
  pluck<Condition[]>(pod, "status", "conditions")?.find((entry) => entry.type === type);

/** Ready when scheduled, initialized and Ready or Succeeded. */
export function judgePod(pod: KubeObject): Finding {
  const [scheduled, initialized, ready] = ["PodScheduled", "Initialized", "Ready"].map((type) => condition(pod, type));
  const done = pluck(pod, "status", "phase") === "Succeeded";
  const name = displayName(pod);
  const containers = (pluck<ContainerStatus[]>(pod, "status", "containerStatuses") ?? []).flatMap(containerProblems);
  const problem = (found: Condition): string[] => {
    const text = (found.reason && found.message ? found.message : "") + containers.join("\n");
    return text ? [`[Pod ${name}]: ${text}`] : [];
  };
  if (scheduled?.status !== "True") {
    return {
      ready: false,
      status: `Waiting for Pod ${JSON.stringify(name)} to be scheduled`,
      problems: scheduled?.reason && scheduled.message ? [scheduled.message] : [],
    };
  }
  if (initialized?.status !== "True") {
    return {
      ready: false,
      status: `Waiting for Pod ${JSON.stringify(name)} to be initialized`,
      problems: initialized ? problem(initialized) : [],
    };
  }
  if (ready?.status === "True" || done) return { ready: true, problems: [] };
  return {
    ready: false,
    status: `Waiting for Pod ${JSON.stringify(name)} to be ready`,
    problems: ready ? problem(ready) : [],
  };
}

export const pod: Probe = async (object) => judgePod(object);

/** Problems of the pods that an object owns. A pod that cannot be listed tells nothing. */
export async function podProblems(owner: KubeObject, client: Client): Promise<string[]> {
  const pods = await client.list("v1", "Pod", namespaceOf(owner)).catch(() => []);
  return pods
    .filter((found) => found.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid))
    .flatMap((found) => judgePod({ ...found, kind: "Pod" }).problems);
}
