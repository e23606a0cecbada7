import { setTimeout as sleep } from "node:timers/promises";
import { type FaultName, startController } from "../../juju";
import type { StandIn } from "../../jujus";
import type { Cell, Stage } from "../cell";
import { fault, standInOf } from "../tools";

/** juju may dial for ten minutes; here it is given up after a fifth of what is usual, so that this ends. */
const impatient = { timeoutScale: 0.2 };

/** What becomes of one command, and whether the model was changed by it. */
const losses: { name: FaultName; text: string }[] = [
  { name: "connection-refused", text: "the command does not reach the controller" },
  { name: "connection-lost", text: "the command takes effect, its answer is lost" },
  { name: "no-answer", text: "the command does not reach the controller, which stays silent" },
  { name: "answer-never-comes", text: "the command takes effect, and nothing ever comes back" },
];

/** Steps that use a verb, one for each loss: those of one row may run side by side. */
const verbs: Record<string, string[]> = {
  "remove-relation": [
    "unrelate-istio-ingressgateway-istio-pilot",
    "unrelate-argo-controller-minio",
    "unrelate-kfp-api-minio",
    "unrelate-kfp-ui-minio",
  ],
  "remove-application": ["remove-kubeflow-roles", "remove-istio-ingressgateway", "remove-minio", "remove-minio"],
  refresh: [
    "refresh-istio-pilot-1.12",
    "refresh-istio-pilot-1.13",
    "refresh-istio-pilot-1.14",
    "refresh-istio-pilot-1.15",
  ],
  deploy: ["deploy-istio-ingressgateway", "deploy-minio", "deploy-knative-operator", "deploy-kserve-controller"],
  relate: [
    "relate-istio-ingressgateway-istio-pilot",
    "relate-argo-controller-minio",
    "relate-kfp-api-minio",
    "relate-istio-pilot-kserve-controller",
  ],
  trust: ["trust-kfp-api", "trust-katib-ui", "trust-jupyter-ui", "trust-kubeflow-profiles"],
  "scale-application": ["scale-down-kfp-api", "scale-up-kfp-api", "scale-down-katib-ui", "scale-up-katib-ui"],
  status: ["refresh-kfp-viz", "refresh-kfp-persistence", "find-minio-claim", "verify"],
};

/** Two in a row: what is tried again meets the next one, too. */
const inARow = 2;

async function restart(standIn: StandIn): Promise<void> {
  process.kill(standIn.controller.pid, "SIGKILL");
  await sleep(3_000);
  standIn.controller = await startController(standIn.options);
}

const underWay = new WeakMap<StandIn, Promise<void>>();

/** A step whose moment comes while the controller is away is struck by the same crash. */
function restartController(stage: Stage): Promise<void> {
  const standIn = standInOf(stage);
  const crash = underWay.get(standIn) ?? restart(standIn).finally(() => underWay.delete(standIn));
  underWay.set(standIn, crash);
  return crash;
}

/** (3) The controller is lost in the middle of a command, which may or may not have taken effect. */
export function connections(): Cell[] {
  const lost = Object.entries(verbs).flatMap(([verb, steps]) =>
    losses.map(({ name, text }, index): Cell => ({
      id: `connection/${verb}/${name}`,
      family: "connection",
      fault: text,
      moment: { step: steps[index], at: "start" },
      world: impatient,
      strike: (stage) => fault(stage, name, { verb, times: verb === "status" ? inARow : 1 }),
    })),
  );
  const restarts = ["refresh-istio-pilot-1.16", "remove-minio", "relate-kfp-ui-minio"].map((step): Cell => ({
    id: `connection/controller-restarts/${step}`,
    family: "connection",
    fault: "the controller is killed and starts again",
    moment: { step, at: "middle" },
    strike: restartController,
  }));
  return [...lost, ...restarts];
}
