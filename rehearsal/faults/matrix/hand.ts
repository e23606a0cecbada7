import type { Cell, Stage } from "../cell";
import { juju } from "../tools";

/** Where a wait has to run out before the error comes. */
const world = { timeoutScale: 0.2 };

const extra = ["mlflow-server:ingress", "istio-pilot:ingress"] as const;

const restored = ["argo-controller:object-storage", "minio:object-storage"] as const;

/** (6) Somebody changes the model by hand half-way. */
export function byHand(): Cell[] {
  const cell = (
    id: string,
    step: string,
    at: Cell["moment"]["at"],
    rest: Pick<Cell, "fault" | "strike" | "until" | "says" | "mend" | "world">,
  ): Cell => ({ id: `hand/${id}`, family: "hand", moment: { step, at }, ...rest });
  const run =
    (...words: [string, ...string[]]) =>
    async (stage: Stage): Promise<void> =>
      void (await juju(stage, ...words));
  return [
    cell("relations-changed", "verify", "start", {
      fault: "a relation is added that nobody planned, and one is removed that was restored",
      world,
      async strike(stage) {
        await juju(stage, "relate", ...extra);
        await juju(stage, "remove-relation", ...restored);
      },
      says: [
        /relations/,
        /mlflow-server:ingress is new/,
        /argo-controller:object-storage minio:object-storage is missing/,
        /not verified/i,
        /run `pulumi up` again/,
      ],
      async mend(stage) {
        await juju(stage, "remove-relation", ...extra);
        await juju(stage, "relate", ...restored);
      },
    }),
    cell("scaled-up", "refresh-kfp-viewer", "middle", {
      fault: "an application is scaled to 2",
      strike: run("scale-application", "kfp-viewer", "2"),
    }),
    cell("scaled-up-early", "scale-down-kfp-api", "end", {
      fault: "an application that waits at 0 units for its refresh is scaled up",
      strike: run("scale-application", "kfp-api", "1"),
    }),
    cell("minio-refreshed", "minio-presync", "start", {
      fault: "minio is refreshed, which juju refuses because its storage differs",
      strike: (stage) =>
        juju(stage, "refresh", "minio", "--channel", "ckf-1.7/stable").then(
          () => "juju refreshed it",
          () => undefined,
        ),
    }),
    cell("minio-started", "minio-migration", "start", {
      until: "delete-minio-migration-pod",
      fault: "minio is started while its volume is copied",
      world,
      strike: run("scale-application", "minio", "1"),
      says: [/Pod minio-0 does/, /somebody started its application/, /juju scale-application/, /run the upgrade again/],
      mend: run("scale-application", "minio", "0"),
    }),
    cell("application-added", "minio-presync", "end", {
      fault: "an application is deployed that was not there",
      strike: run("deploy", "grafana-agent-k8s", "--channel", "latest/stable", "--trust"),
    }),
    cell("refreshed-back", "refresh-training-operator", "end", {
      until: "verify",
      fault: "an application is refreshed back to where it was",
      world,
      strike: run("refresh", "training-operator", "--channel", "1.5/stable"),
      says: [/training-operator/, /not verified/i, /run `pulumi up` again/],
      mend: run("refresh", "training-operator", "--channel", "1.6/stable"),
    }),
  ];
}
