import { setTimeout as sleep } from "node:timers/promises";
import type { Cell } from "../cell";

/** Steps that leave something half done when they are cut off, of every kind. */
const steps = [
  "export-resources",
  "minio-backup",
  "remove-istio-ingressgateway",
  "refresh-istio-pilot-1.13",
  "deploy-istio-ingressgateway",
  "refresh-kfp-persistence",
  "scale-down-kubeflow-dashboard",
  "minio-presync",
  "remove-minio",
  "minio-migration",
  "adopt-minio-volume",
  "start-minio",
  "minio-verify",
  "relate-kfp-api-minio",
  "verify",
];

/** Pulumi asks at the first Ctrl-C to wait, and gives up at the second. Long enough for it to have seen the first. */
const pauseMs = 1_000;

/** (7) Ctrl-C, once and twice. */
export function interrupts(): Cell[] {
  const cell = (step: string, id: string, rest: Pick<Cell, "fault" | "strike" | "locks">): Cell => ({
    id: `interrupt/${step}/${id}`,
    family: "interrupt",
    moment: { step, at: "middle" },
    ends: "run",
    ...rest,
  });
  return steps.flatMap((step) => [
    cell(step, "once", { fault: "Ctrl-C", strike: (_stage, { interrupt }) => interrupt() }),
    cell(step, "twice", {
      fault: "Ctrl-C twice",
      locks: true,
      async strike(_stage, { interrupt }) {
        interrupt();
        await sleep(pauseMs);
        interrupt();
      },
    }),
  ]);
}
