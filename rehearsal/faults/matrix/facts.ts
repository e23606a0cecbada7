import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FaultName } from "../../juju";
import { refusals } from "../../juju/commands/refresh";
import type { FaultState } from "../../juju/controller/state";
import type { Cell, Stage } from "../cell";
import { juju, kubectl } from "../tools";

/** Where a wait has to run out before the error comes. */
const patience = { timeoutScale: 0.2 };

const on = (name: FaultName, state: FaultState) => async ({ world: { controller } }: Stage): Promise<void> => controller.setFault(name, state);
const off = (name: FaultName) => async ({ world: { controller } }: Stage): Promise<void> => controller.setFault(name, null);

/** Of a kind that no user of the seeded model has objects of. */
const definition = "mpijobs.kubeflow.org";

const goOn = /once mended, run the upgrade again: it goes on from here/;
const notReached = [/not reached in/, /debug-log/, /run the upgrade again and it waits on/];

/** (2) Failure modes of charmed-kubeflow.md section 5, by their number, as far as the stand-in can express them. */
export function facts(): Cell[] {
  const cell = (id: string, fault: string, moment: Cell["moment"], rest: Omit<Cell, "id" | "family" | "fault" | "moment">): Cell => ({ id: `fact/${id}`, family: "fact", fault, moment, ...rest });
  const refused = (id: string, application: string, message: string, says: RegExp[]): Cell =>
    cell(id, `juju refuses the refresh of ${application}`, { step: `refresh-${application}`, at: "start" }, {
      strike: on("refused", { verb: "refresh", application, message }),
      says: [new RegExp(`juju refresh -m kubeflow ${application} `), ...says],
      mend: off("refused"),
    });
  const hookFails = (id: string, fault: string, step: string, hook: string, message: string): Cell =>
    cell(id, fault, { step, at: "start" }, {
      strike: on("hook-error", { application: "istio-pilot", hook, message }),
      says: [/istio-pilot\/0 is in error: hook failed/, /does not get better by waiting/, goOn],
      async mend(stage) {
        await off("hook-error")(stage);
        await juju(stage, "resolved", "istio-pilot/0");
      },
    });
  return [
    refused("F1", "kfp-viz", refusals.storageDeclarations, [/other storage/, /F1/, /storage path to copy/]),
    refused("F2", "jupyter-controller", refusals.deploymentInfo, [/another kind of workload/, /F2/, /Export the custom resources/]),
    refused("F3", "katib-controller", refusals.scaleZero("katib-controller"), [/at 0 units only/, /F3/, /Run the upgrade again/]),
    refused("F24", "kfp-schedwf", 'selecting releases: charm or bundle not found for channel "2.0-alpha.7/stable", platform "amd64/ubuntu/20.04"', [/no such charm or release/, /F24/, /juju info/]),
    cell("F4", "the operator of kfp-ui cannot fetch the new charm", { step: "refresh-kfp-ui", at: "start" }, { world: patience, strike: on("charm-not-retrieved", { application: "kfp-ui" }), says: [/kfp-ui settles/, ...notReached], mend: off("charm-not-retrieved") }),
    cell("F5", "Juju's marks are on the profile again after they were taken off it", { step: "scale-down-kubeflow-dashboard", at: "start" }, {
      until: "scale-up-kubeflow-dashboard",
      strike: async (stage) => void (await kubectl(stage, "label", "profile", "admin", "app.juju.is/created-by=kubeflow-dashboard", "model.juju.is/name=kubeflow")),
    }),
    cell("F9", "somebody refreshes istio-pilot past a minor", { step: "refresh-istio-pilot-1.12", at: "end" }, {
      until: "refresh-istio-pilot-1.15",
      strike: async (stage) => void (await juju(stage, "refresh", "istio-pilot", "--channel", "1.14/stable")),
      says: [/istio-pilot\/0 is in error/, /does not get better by waiting/, goOn],
      async mend(stage) {
        await juju(stage, "refresh", "istio-pilot", "--channel", "1.13/stable", "--force-units");
        await settles(stage, "1.13");
      },
    }),
    cell("F11", "the gateway's Deployment outlives its application", { step: "remove-istio-ingressgateway", at: "start" }, {
      world: patience,
      strike: on("gateway-workload-stays", { times: 1 }),
      says: [/deployment\/istio-ingressgateway-workload is left/, /F11/, /kubectl delete/],
      mend: async (stage) => void (await kubectl(stage, "delete", "deployment,service", "istio-ingressgateway-workload", "--ignore-not-found")),
    }),
    hookFails("F12", "the new control plane does not roll out in time", "refresh-istio-pilot-1.16", "upgrade-charm", "upgrade-charm handler timed out while waiting for new Istio version to roll out"),
    cell("F15", "a hook of istio-pilot fails while the gateway comes up, and heals by itself", { step: "relate-istio-ingressgateway-istio-pilot", at: "start" }, {
      strike: on("hook-error", { application: "istio-pilot", hook: "istio-pilot-relation-changed", message: "the gateway has no address", times: 2 }),
    }),
    cell("F25", "the channel changes, the revision does not", { step: "refresh-kubeflow-volumes", at: "start" }, {
      world: patience,
      strike: on("revision-stays", { application: "kubeflow-volumes" }),
      says: [/kubeflow-volumes settles/, /not 1\.7\/stable revision/, ...notReached],
      mend: off("revision-stays"),
    }),
    cell("F26", "a dying application stays in the model", { step: "remove-kubeflow-roles", at: "start" }, { world: patience, strike: on("hung-removal", { application: "kubeflow-roles" }), says: [/kubeflow-roles is gone from the model/, /dying/, ...notReached], mend: off("hung-removal") }),
    cell("F33", "a definition is gone after its charm's refresh", { step: "refresh-training-operator", at: "end" }, {
      until: "verify",
      async strike(stage) {
        const found = JSON.parse(await kubectl(stage, "get", "customresourcedefinition", definition, "-o", "json")) as { metadata: { name: string; labels?: object }; spec: object };
        const { metadata: { name, labels }, ...rest } = found;
        writeFileSync(join(stage.world.dir, definition), JSON.stringify({ ...rest, metadata: { name, labels }, status: undefined }));
        await kubectl(stage, "delete", "customresourcedefinition", definition);
      },
      says: [/definitions/, new RegExp(definition), /not verified/i, /run `pulumi up` again/],
      mend: async (stage) => void (await kubectl(stage, "apply", "-f", join(stage.world.dir, definition))),
    }),
    cell("F36", "units wait for their container for ever", { step: "refresh-oidc-gatekeeper", at: "start" }, { world: patience, strike: on("container-never-comes", { application: "oidc-gatekeeper" }), says: [/oidc-gatekeeper/, /waiting for container/, ...notReached], mend: off("container-never-comes") }),
    cell("F39", "MinIO's key has a line break", { step: "preflight", at: "end" }, {
      until: "store-minio-credentials",
      strike: async (stage) => void (await juju(stage, "config", "minio", "secret-key=broken-by-hand\n")),
      says: [/line break/, /F39/, /Set it again without it/],
      mend: async (stage) => void (await juju(stage, "config", "minio", "--reset", "secret-key")),
    }),
    cell("F40", "an application is not trusted any more when it is refreshed", { step: "trust-kubeflow-profiles", at: "end" }, {
      until: "scale-up-kubeflow-profiles",
      strike: async (stage) => void (await juju(stage, "trust", "kubeflow-profiles", "--remove", "--scope=cluster")),
      says: [/kubeflow-profiles\/0 is in error: hook failed/, /does not get better by waiting/, goOn],
      async mend(stage) {
        await juju(stage, "trust", "kubeflow-profiles", "--scope=cluster");
        await juju(stage, "resolved", "kubeflow-profiles/0");
      },
    }),
  ];
}

/** Waits until istio-pilot's control plane is of a minor, as a person would who mends it. */
async function settles(stage: Stage, minor: string): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; ) {
    const image = await kubectl(stage, "get", "deployment", "istiod", "-o", "jsonpath={.spec.template.spec.containers[0].image}");
    if (image.includes(`-${minor}.`)) return;
    await new Promise((done) => setTimeout(done, 1_000));
  }
  throw new Error(`istiod does not come to ${minor}`);
}
