import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FaultName } from "../../juju";
import { refusals } from "../../juju/commands/refresh";
import type { FaultState } from "../../juju/controller/state";
import { type Cell, type Stage, inTurn } from "../cell";
import { juju, kubectl, standInOf } from "../tools";

const on =
  (name: FaultName, state: FaultState) =>
  async (stage: Stage): Promise<void> =>
    standInOf(stage).controller.setFault(name, state);
const off =
  (name: FaultName) =>
  async (stage: Stage): Promise<void> =>
    standInOf(stage).controller.setFault(name, null);

/** Of a kind that no user of the seeded model has objects of. */
const definition = "mpijobs.kubeflow.org";

const gateway = "istio-ingressgateway-workload";
const second = ["katib-db-manager:relational-db", "mysql-k8s:database"];

const goOn = /once mended, run the upgrade again: it goes on from here/;
const notReached = [/not reached in/, /debug-log/, /run the upgrade again and it waits on/];
const unverified = [/not verified/i, /run `pulumi up` again/];

/** (2) Failure modes of charmed-kubeflow.md section 5, by their number, as far as the stand-in can express them. An error has to tell that number. */
export function facts(): Cell[] {
  const cell = (
    id: string,
    fault: string,
    moment: Cell["moment"],
    rest: Omit<Cell, "id" | "family" | "fault" | "moment" | "world">,
  ): Cell => ({ id: `fact/${id}`, family: "fact", fault, moment, world: inTurn, ...rest });
  const refused = (id: string, application: string, message: string, says: RegExp[]): Cell =>
    cell(
      id,
      `juju refuses the refresh of ${application}`,
      { step: `refresh-${application}`, at: "start" },
      {
        strike: on("refused", { verb: "refresh", application, message }),
        says: [new RegExp(`juju refresh -m kubeflow ${application} `), ...says],
        mend: off("refused"),
        quick: true,
      },
    );
  return [
    refused("F1", "kfp-viz", refusals.storageDeclarations, [/other storage/, /F1/, /storage path to copy/]),
    refused("F2", "jupyter-controller", refusals.deploymentInfo, [
      /another kind of workload/,
      /F2/,
      /Export the custom resources/,
    ]),
    refused("F3", "katib-controller", refusals.scaleZero("katib-controller"), [
      /at 0 units only/,
      /F3/,
      /Run the upgrade again/,
    ]),
    refused(
      "F24",
      "kfp-schedwf",
      'selecting releases: charm or bundle not found for channel "2.0-alpha.7/stable", platform "amd64/ubuntu/20.04"',
      [/no such charm or release/, /F24/, /juju info/],
    ),
    cell(
      "F4",
      "the operator of kfp-ui cannot fetch the new charm",
      { step: "refresh-kfp-ui", at: "start" },
      {
        strike: on("charm-not-retrieved", { application: "kfp-ui" }),
        says: [/kfp-ui settles/, /F4/, /kubectl logs -n kubeflow kfp-ui-operator-0/, ...notReached],
        mend: off("charm-not-retrieved"),
      },
    ),
    cell(
      "F5",
      "Juju's marks are on the profile again after they were taken off it",
      { step: "scale-down-kubeflow-dashboard", at: "start" },
      {
        until: "scale-up-kubeflow-dashboard",
        quick: true,
        strike: async (stage) =>
          void (await kubectl(
            stage,
            "label",
            "profile",
            "admin",
            "app.juju.is/created-by=kubeflow-dashboard",
            "model.juju.is/name=kubeflow",
          )),
      },
    ),
    cell(
      "F9",
      "somebody refreshes istio-pilot past a minor",
      { step: "refresh-istio-pilot-1.14", at: "end" },
      {
        until: "refresh-istio-pilot-1.16",
        strike: async (stage) => void (await juju(stage, "refresh", "istio-pilot", "--channel", "1.16/stable")),
        says: [/istio-pilot\/0 is in error/, ...minorLeftOut],
        mend: (stage) => nextMinor(stage, "1.15"),
      },
    ),
    cell(
      "F10",
      "the gateway's workload is there while istio-pilot is refreshed",
      { step: "refresh-istio-pilot-1.14", at: "start" },
      {
        strike: async (stage) =>
          void (await kubectl(stage, "create", "deployment", gateway, "--image=none", "--replicas=0")),
        says: [
          /istio-pilot settles/,
          /F10/,
          new RegExp(`kubectl delete -n kubeflow deployment ${gateway}`),
          ...notReached,
        ],
        mend: async (stage) => void (await kubectl(stage, "delete", "deployment", gateway)),
      },
    ),
    cell(
      "F11",
      "the gateway's Deployment outlives its application",
      { step: "remove-istio-ingressgateway", at: "start" },
      {
        strike: on("gateway-workload-stays", { times: 1 }),
        says: [new RegExp(`deployment/${gateway} is left`), /F11/, /kubectl delete/],
        mend: async (stage) =>
          void (await kubectl(stage, "delete", "deployment,service", gateway, "--ignore-not-found")),
      },
    ),
    cell(
      "F12",
      "the new control plane does not roll out in time",
      { step: "refresh-istio-pilot-1.16", at: "start" },
      {
        strike: on("hook-error", {
          application: "istio-pilot",
          hook: "upgrade-charm",
          message: "upgrade-charm handler timed out while waiting for new Istio version to roll out",
        }),
        says: [/istio-pilot\/0 is in error: hook failed/, /F12/, /juju resolved -m kubeflow istio-pilot\/0`/, goOn],
        async mend(stage) {
          await off("hook-error")(stage);
          await juju(stage, "resolved", "istio-pilot/0");
        },
      },
    ),
    cell(
      "F15",
      "a hook of istio-pilot fails while the gateway comes up, and heals by itself",
      { step: "relate-istio-ingressgateway-istio-pilot", at: "start" },
      {
        strike: on("hook-error", {
          application: "istio-pilot",
          hook: "istio-pilot-relation-changed",
          message: "the gateway has no address",
          times: 2,
        }),
        quick: true,
      },
    ),
    cell(
      "F21",
      "somebody relates katib-db-manager to a second database",
      { step: "verify", at: "start" },
      {
        async strike(stage) {
          await juju(stage, "deploy", "mysql-k8s", "--channel", "8.0/stable", "--trust");
          await juju(stage, "relate", ...second);
        },
        says: [
          /katib-db-manager\/0 is blocked/,
          /F21/,
          /juju remove-relation -m kubeflow katib-db-manager:/,
          ...unverified,
        ],
        async mend(stage) {
          await juju(stage, "remove-relation", ...second);
          await juju(stage, "remove-application", "mysql-k8s", "--destroy-storage", "--no-prompt");
        },
      },
    ),
    cell(
      "F25",
      "the channel changes, the revision does not",
      { step: "refresh-kubeflow-volumes", at: "start" },
      {
        strike: on("revision-stays", { application: "kubeflow-volumes", times: 1 }),
        says: [
          /kubeflow-volumes settles/,
          /not 1\.7\/stable revision/,
          /F25/,
          /juju refresh -m kubeflow kubeflow-volumes --channel 1\.7\/stable --revision \d+/,
          ...notReached,
        ],
        mend: async (stage) => void (await juju(stage, "refresh", "kubeflow-volumes", "--channel", "1.7/stable")),
      },
    ),
    cell(
      "F26",
      "a dying application stays in the model",
      { step: "remove-kubeflow-roles", at: "start" },
      {
        strike: on("hung-removal", { application: "kubeflow-roles" }),
        says: [
          /kubeflow-roles is gone from the model/,
          /dying/,
          /F26/,
          /juju remove-application -m kubeflow kubeflow-roles --force/,
          ...notReached,
        ],
        mend: async (stage) =>
          void (await juju(stage, "remove-application", "kubeflow-roles", "--force", "--no-prompt")),
      },
    ),
    cell(
      "F30",
      "somebody skips the hook that rolls a minor of Istio out",
      { step: "refresh-istio-pilot-1.12", at: "start" },
      {
        until: "refresh-istio-pilot-1.13",
        strike: on("hook-skipped", { application: "istio-pilot", hook: "upgrade-charm", times: 1 }),
        says: [/istio-pilot\/0 is in error/, /F30/, ...minorLeftOut],
        mend: (stage) => nextMinor(stage, "1.12"),
      },
    ),
    cell(
      "F33",
      "a definition is gone at the end",
      { step: "verify", at: "start" },
      {
        async strike(stage) {
          const found = JSON.parse(
            await kubectl(stage, "get", "customresourcedefinition", definition, "-o", "json"),
          ) as { metadata: { name: string; labels?: object }; spec: object };
          await kubectl(stage, "delete", "customresourcedefinition", definition);
          const {
            metadata: { name, labels },
            ...rest
          } = found;
          writeFileSync(
            join(stage.world.dir, definition),
            JSON.stringify({ ...rest, metadata: { name, labels }, status: undefined }),
          );
        },
        says: [/definitions/, new RegExp(`${definition} is gone`), /F33/, /kubectl apply/, ...unverified],
        mend: async (stage) => void (await kubectl(stage, "apply", "-f", join(stage.world.dir, definition))),
      },
    ),
    cell(
      "F36",
      "units wait for their container for ever",
      { step: "refresh-oidc-gatekeeper", at: "start" },
      {
        strike: on("container-never-comes", { application: "oidc-gatekeeper" }),
        says: [
          /oidc-gatekeeper/,
          /waiting for container/,
          /F36/,
          /upgrade controller and model to 3\.4\.3/,
          ...notReached,
        ],
        mend: off("container-never-comes"),
      },
    ),
    cell(
      "F39",
      "MinIO's key has a line break",
      { step: "preflight", at: "end" },
      {
        until: "store-minio-credentials",
        quick: true,
        strike: async (stage) => void (await juju(stage, "config", "minio", "secret-key=broken-by-hand\n")),
        says: [/line break/, /F39/, /Set it again without it/],
        mend: async (stage) => void (await juju(stage, "config", "minio", "--reset", "secret-key")),
      },
    ),
    cell(
      "F40",
      "an application is not trusted any more when its new units start",
      { step: "scale-up-kubeflow-profiles", at: "start" },
      {
        strike: async (stage) => void (await juju(stage, "trust", "kubeflow-profiles", "--remove", "--scope=cluster")),
        says: [
          /kubeflow-profiles\/0 is in error: hook failed/,
          /F40/,
          /juju trust -m kubeflow kubeflow-profiles --scope=cluster`, then `juju resolved -m kubeflow kubeflow-profiles\/0`/,
          goOn,
        ],
        async mend(stage) {
          await juju(stage, "trust", "kubeflow-profiles", "--scope=cluster");
          await juju(stage, "resolved", "kubeflow-profiles/0");
        },
      },
    ),
  ];
}

/** What tells that istioctl refused a minor. */
const minorLeftOut = [
  /F9/,
  /juju resolved -m kubeflow istio-pilot\/0 --no-retry/,
  /juju refresh -m kubeflow istio-pilot --channel/,
  goOn,
];

/** What that error advises: goes on past the hook, and refreshes to the minor after the one that runs. */
async function nextMinor(stage: Stage, minor: string): Promise<void> {
  await juju(stage, "resolved", "istio-pilot/0", "--no-retry");
  await juju(stage, "refresh", "istio-pilot", "--channel", `${minor}/stable`);
  await settles(stage, minor);
}

/** Waits until istio-pilot's control plane is of a minor, as a person would who mends it. */
async function settles(stage: Stage, minor: string): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end;) {
    const image = await kubectl(
      stage,
      "get",
      "deployment",
      "istiod",
      "-o",
      "jsonpath={.spec.template.spec.containers[0].image}",
    );
    if (image.includes(`-${minor}.`)) return;
    await new Promise((done) => setTimeout(done, 1_000));
  }
  throw new Error(`istiod does not come to ${minor}`);
}
