import { rules } from "../../policy/pack";
import { baselineChangedStorage } from "../support/baseline";
import {
  command,
  copy,
  edit,
  link,
  remove,
  rename,
  resource,
  retell,
  step,
  unknownValue,
  unlink,
  unread,
} from "./change";
import { type Registered, asPolicySees, digest, judge, registerUpgrade } from "./support";

let whole: Registered[];

beforeAll(async () => {
  whole = await registerUpgrade(baselineChangedStorage(), { finalize: true });
});

interface Case {
  rule: string;
  breaks: string;
  change: (whole: Registered[]) => Registered[];
  /** The violation; without it, the example that the rule is documented with. */
  says?: string;
  /** Another rule that it breaks, too. */
  also?: string;
  config?: Record<string, unknown>;
}

const pod = (
  inputs: Record<string, unknown>,
): Record<string, Record<string, unknown>[]> & { automountServiceAccountToken: boolean } =>
  (inputs as { spec: { template: { spec: ReturnType<typeof pod> } } }).spec.template.spec;
const relations = [
  "argo-controller-minio",
  "kfp-api-minio",
  "kfp-profile-controller-minio",
  "kfp-ui-minio",
  "minio-mlflow-server",
];
const claim = "minio-data-0837847d-minio-0";
const pvc = "pvc-1c0ffee0-2222-4333-8444-555566667777";

/** A Pod that has no fault but one: it may write to the source. */
const writesToSource = {
  automountServiceAccountToken: false,
  containers: [
    {
      name: "tidy",
      image: digest,
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      resources: { requests: { cpu: "1", memory: "1Gi" } },
      volumeMounts: [{ name: "data", mountPath: "/data" }],
    },
  ],
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim } }],
};

/** A step that scales an application to 0, before another. */
const stopped = (all: Registered[], application: string, before: string): Registered[] =>
  link(
    step(all, `stop-${application}`, { kind: "scale", application, units: 0 }, ["prove-backup", "preflight-again"]),
    before,
    `stop-${application}`,
  );

const cases: Case[] = [
  {
    rule: "backup-before-migration",
    breaks: "a refresh does not wait for the proof",
    change: (all) =>
      unlink(unlink(all, "refresh-argo-server", "preflight-again"), "refresh-argo-server", "prove-backup", "preflight"),
  },
  {
    rule: "backup-before-migration",
    breaks: "the proof does not wait for the backup",
    change: (all) => unlink(all, "prove-backup", "minio-backup", "backup-claim"),
    says: '"prove-backup" reads the result of Job minio-backup. Missing: the backup Job minio-backup before it. Fix: let it depend on the resource of Job minio-backup.',
  },
  {
    rule: "backup-before-migration",
    breaks: "the backup is said to be in a bucket that its Job does not write to",
    change: (all) =>
      retell(all, "prove-backup", (action) => ({
        ...action,
        target: {
          endpoint: "https://s3.example.com",
          bucket: "backups",
          prefix: "",
          region: "us-east-1",
          secret: "keys",
        },
      })),
    says: '"prove-backup" proves the backup in bucket backups at https://s3.example.com. Missing: that place among those Job minio-backup writes. Fix: name the Job that takes the backup and the place it writes to.',
  },
  {
    rule: "backup-before-migration",
    breaks: "the backup of a production stack is only declared",
    change: (all) =>
      retell(all, "prove-backup", (action) => ({
        ...action,
        declared: { by: "ops", when: "2026-01-01", what: "Velero backup nightly-12" },
      })),
    config: { "backup-before-migration": { production: ["test"] } },
    says: '"prove-backup" takes a declared backup for one: Velero backup nightly-12. Missing: a backup that was proven, or an approval of that very backup. Fix: leave the settings of the declared backup empty, or add "Velero backup nightly-12" to backup-before-migration.approvedDeclared in the policy configuration.',
  },
  {
    rule: "backup-before-migration",
    breaks: "the proof does not stand for the custom resources",
    change: (all) => unread(all, "prove-backup", "prove-resources"),
    says: '"prove-backup" stands for a part of the backup. Missing: the evidence of "prove-resources" among its inputs. Fix: list "prove-resources" in its needs.',
  },
  {
    rule: "backup-before-migration",
    breaks: "the proof does not stand for the databases",
    change: (all) => unread(all, "prove-backup", "prove-kfp-db"),
    says: '"prove-backup" stands for a part of the backup. Missing: the evidence of "prove-kfp-db" among its inputs. Fix: list "prove-kfp-db" in its needs.',
  },
  {
    rule: "backup-before-migration",
    breaks: "a database is proven before it is dumped",
    change: (all) => unlink(all, "prove-kfp-db", "kfp-db-dump"),
    says: '"prove-kfp-db" reads the result of Job kfp-db-dump. Missing: the backup Job kfp-db-dump before it. Fix: let it depend on the resource of Job kfp-db-dump.',
  },
  {
    rule: "backup-before-migration",
    breaks: "a database is dumped before its password is kept",
    change: (all) => unlink(all, "kfp-db-dump", "store-kfp-db-password"),
    says: '"kfp-db-dump" takes the backup. Missing: "store-kfp-db-password" before it. Fix: let it depend on "store-kfp-db-password".',
  },
  {
    rule: "backup-before-migration",
    breaks: "the Job takes any export for the one that was made",
    change: (all) => unread(all, "resources-backup", "export-resources"),
    says: '"resources-backup" stands for a part of the backup. Missing: the evidence of "export-resources" among its inputs. Fix: list "export-resources" in its needs.',
  },
  {
    rule: "backup-before-migration",
    breaks: "the custom resources are proven before they are backed up",
    change: (all) => unlink(all, "prove-resources", "resources-backup"),
    says: '"prove-resources" reads the result of Job resources-backup. Missing: the backup Job resources-backup before it. Fix: let it depend on the resource of Job resources-backup.',
  },
  {
    rule: "backup-before-migration",
    breaks: "the backup does not wait for its claim",
    change: (all) =>
      ["minio-backup", "resources-backup", "katib-db-dump", "kfp-db-dump"].reduce(
        (some, job) => unlink(some, job, "backup-claim"),
        all,
      ),
    says: '"minio-backup" takes the backup. Missing: "backup-claim" before it. Fix: let it depend on "backup-claim".',
  },
  {
    rule: "backup-before-migration",
    breaks: "the removal does not read the proof",
    change: (all) => unread(all, "remove-minio", "prove-backup"),
    says: '"remove-minio" changes the model (remove-application minio). Missing: the evidence of "prove-backup" among its inputs. Fix: list "prove-backup" in its needs, so that it cannot run without the backup\'s digest.',
  },
  {
    rule: "backup-before-migration",
    breaks: "a refresh does not read the proof",
    change: (all) => unread(all, "refresh-kubeflow-dashboard", "prove-backup"),
    says: '"refresh-kubeflow-dashboard" changes the model (refresh kubeflow-dashboard). Missing: the evidence of "prove-backup" among its inputs. Fix: list "prove-backup" in its needs, so that it cannot run without the backup\'s digest.',
  },
  {
    rule: "backup-before-migration",
    breaks: "the copy does not read the proof",
    change: (all) => unread(all, "minio-migration", "prove-backup"),
    says: '"minio-migration" copies one claim into another. Missing: the evidence of "prove-backup" among its inputs. Fix: list "prove-backup" in its needs, so that it cannot run without the backup\'s digest.',
  },
  {
    rule: "backup-before-migration",
    breaks: "the first pass of the copy does not read the proof",
    change: (all) => unread(all, "minio-presync", "prove-backup"),
    says: '"minio-presync" copies one claim into another. Missing: the evidence of "prove-backup" among its inputs. Fix: list "prove-backup" in its needs, so that it cannot run without the backup\'s digest.',
  },
  {
    rule: "backup-before-migration",
    breaks: "a volume is given to another claim without reading the proof",
    change: (all) => unread(all, "adopt-minio-volume", "prove-backup"),
    says: '"adopt-minio-volume" changes the model (adopt-volume minio). Missing: the evidence of "prove-backup" among its inputs. Fix: list "prove-backup" in its needs, so that it cannot run without the backup\'s digest.',
  },
  {
    rule: "backup-before-migration",
    breaks: "a command of somebody else removes an application first",
    change: (all) => command(all, "by-hand", { create: "juju remove-application -m kubeflow kubeflow-roles" }),
    says: '"by-hand" runs `juju remove-application -m kubeflow kubeflow-roles`. Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  },
  {
    rule: "backup-before-migration",
    breaks: "a command is not known in the preview",
    change: (all) => command(all, "opaque", { create: unknownValue }),
    config: { "no-force": { approved: ["opaque"] } },
    says: '"opaque" runs a command that no preview can show. Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  },
  {
    rule: "backup-before-migration",
    breaks: "somebody copies by hand first",
    change: (all) => command(all, "by-hand", { create: "bash", stdin: "mc mirror old/mlpipeline new/mlpipeline" }),
    says: '"by-hand" runs `mc mirror old/mlpipeline new/mlpipeline`. Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  },
  {
    rule: "backup-before-migration",
    breaks: "a dynamic resource runs code of its own",
    config: { "no-force": { approved: ["code"] } },
    change: (all) => resource(all, "pulumi-nodejs:dynamic:Resource", "code", {}),
    says: '"code" runs a command that no preview can show. Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  },
  {
    rule: "backup-before-migration",
    breaks: "the proof is of a Job that takes no backup",
    change: (all) => retell(all, "prove-backup", (action) => ({ ...action, target: { claim: "another" } })),
    says: '"prove-backup" proves the backup on claim another. Missing: that place among those Job minio-backup writes. Fix: name the Job that takes the backup and the place it writes to.',
  },
  {
    rule: "backup-before-migration",
    breaks: "a shell calls a step",
    config: { "no-force": { approved: ["hidden"] } },
    change: (all) => command(all, "hidden", { create: `node bin/step.js '{"id":"hidden"}'` }),
    says: '"hidden" runs a command that no preview can show. Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  },
  {
    rule: "backup-before-migration",
    breaks: "a step does something else when it is updated",
    config: { "no-force": { approved: ["preflight"] } },
    change: (all) => edit(all, "preflight", (inputs) => (inputs.update = "{}")),
    says: '"preflight" runs a command that no preview can show. Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  },
  {
    rule: "backup-before-migration",
    breaks: "a proof is a shell that does nothing",
    change: (all) => edit(all, "prove-backup", (inputs) => (inputs.interpreter = ["/bin/true"])),
    also: "only-proven-jobs-write",
    says: '"refresh-argo-server" changes the model (refresh argo-server). Missing: a proven backup before it. Fix: add a backup Job and a prove-backup step that reads its result, and let it depend on that step.',
  },
  ...(
    [
      ["kubernetes:helm.sh/v3:Release", "chart", {}],
      ["kubernetes:yaml/v2:ConfigFile", "yaml", {}],
      ["kubernetes:kustomize/v2:Directory", "folder", {}],
      ["kubernetes:apps/v1:StatefulSetList", "sets", {}],
      ["kubernetes:core/v1:Secret", "secret", {}],
    ] as const
  ).map(([type, name, inputs]) => ({
    rule: "backup-before-migration",
    breaks: `a ${type} of somebody else is made before the backup`,
    change: (all: Registered[]) => resource(all, type, name, inputs),
    says: `"${name}" makes a ${type}, which may change the model. Missing: a proven backup before it. Fix: let it depend on "prove-backup".`,
  })),
  {
    rule: "backup-before-migration",
    breaks: "a resource of a provider that no rule knows is made before the backup",
    change: (all) => resource(all, "docker:index/container:Container", "mover", {}),
    says: '"mover" makes a docker:index/container:Container, and no rule knows what that reaches. Missing: a proven backup before it. Fix: let it depend on "prove-backup".',
  },
  {
    rule: "backup-before-migration",
    breaks: "a claim that an application uses is declared before the backup",
    change: (all) => resource(all, "kubernetes:core/v1:PersistentVolumeClaim", "again", { metadata: { name: claim } }),
    says: `"again" writes to claim ${claim}, which an application of the model uses. Missing: a proven backup before it. Fix: let it depend on "prove-backup".`,
  },
  {
    rule: "no-force",
    breaks: "a step is run by another folder's bin/step.js",
    change: (all) => edit(all, "refresh-argo-server", (inputs) => (inputs.dir = "/tmp/other")),
    says: '"refresh-argo-server" runs a command that no preview can show. Missing: an approval of that name. Fix: give it a text that a preview knows, with what only a run can tell on stdin, or add "refresh-argo-server" to no-force.approved in the policy configuration.',
  },
  {
    rule: "only-proven-jobs-write",
    breaks: "a Pod of somebody else writes to the copy",
    change: (all) =>
      resource(
        all,
        "kubernetes:batch/v1:Job",
        "tidy",
        {
          spec: {
            template: {
              spec: {
                ...writesToSource,
                volumes: [{ name: "data", persistentVolumeClaim: { claimName: "ckf-upgrade-minio-minio-data" } }],
              },
            },
          },
        },
        ["prove-backup"],
      ),
  },
  {
    rule: "retain-before-remove",
    breaks: "the removal does not wait for the read-back",
    change: (all) =>
      relations.reduce(
        (rest, name) => unlink(rest, `unrelate-${name}`, "check-retain-minio"),
        unlink(all, "remove-minio", "check-retain-minio"),
      ),
  },
  {
    rule: "retain-before-remove",
    breaks: "the read-back does not wait for the patch",
    change: (all) => unlink(all, "check-retain-minio", "retain-minio", "prove-backup"),
    says: `"check-retain-minio" reads back volume ${pvc}. Missing: a patch of that volume to Retain before it. Fix: declare a PersistentVolumePatch of ${pvc} that sets Retain, and let it depend on that.`,
  },
  {
    rule: "retain-before-remove",
    breaks: "the read-back is of another volume",
    change: (all) => retell(all, "check-retain-minio", (action) => ({ ...action, volumes: [] })),
    says: `"remove-minio" removes minio, which holds data in claim ${claim}. Missing: Retain on the volume, set and read back, before it. Fix: patch the volume of claim ${claim} to Retain, read it back with a check-retain step, and let it depend on that step.`,
  },
  {
    rule: "retain-before-remove",
    breaks: "a command of somebody else removes what holds data",
    change: (all) => command(all, "by-hand", { create: "juju remove-application minio" }, ["prove-backup"]),
    says: `"by-hand" removes minio, which holds data in claim ${claim}. Missing: Retain on the volume, set and read back, before it. Fix: let it depend on "check-retain-minio".`,
  },
  {
    rule: "verify-before-relate",
    breaks: "a relation does not wait for the proof of the objects",
    change: (all) => unlink(all, "relate-kfp-ui-minio", "prove-objects", "minio-verify"),
  },
  {
    rule: "verify-before-relate",
    breaks: "the proof does not wait for the reading Job",
    change: (all) => unlink(all, "prove-objects", "minio-verify", "start-minio"),
    says: '"prove-objects" reads the result of Job minio-verify. Missing: "minio-verify" (Job minio-verify) before it. Fix: let it depend on "minio-verify".',
  },
  {
    rule: "verify-before-relate",
    breaks: "the copy is completed while the old application runs",
    change: (all) =>
      link(unlink(all, "minio-migration", "remove-minio", "minio-presync"), "deploy-minio", "remove-minio"),
    says: '"minio-migration" completes the copy of minio. Missing: "remove-minio" (the removal of the old minio) before it. Fix: let it depend on "remove-minio".',
  },
  {
    rule: "verify-before-relate",
    breaks: "a volume is adopted that nobody proved",
    change: (all) => retell(all, "adopt-minio-volume", (action) => ({ ...action, from: "another" })),
    says: '"adopt-minio-volume" gives minio the copied volume. Missing: the proof of the copy, which this graph does not have. Fix: declare the proof of the copy and let it depend on that.',
  },
  {
    rule: "verify-before-relate",
    breaks: "clients can write to the volume that the application was deployed with",
    change: (all) => unlink(all, "set-minio-credentials", "adopt-minio-volume", "find-minio-claim"),
    says: '"set-minio-credentials" gives minio its old key, with which clients can write. Missing: "adopt-minio-volume" (the step that gives it its volume) before it. Fix: let it depend on "adopt-minio-volume".',
  },
  {
    rule: "verify-before-relate",
    breaks: "nobody starts the application on its data",
    change: (all) =>
      link(remove(unlink(all, "minio-verify", "start-minio"), "start-minio"), "minio-verify", "set-minio-credentials"),
    says: '"adopt-minio-volume" gives minio its volume. Missing: a step that starts minio on it. Fix: add a start-on-volume step that depends on this one.',
  },
  {
    rule: "verify-before-relate",
    breaks: "the new application is started on the volume it was deployed with",
    change: (all) =>
      link(
        unlink(
          unlink(all, "set-minio-credentials", "adopt-minio-volume", "find-minio-claim"),
          "start-minio",
          "adopt-minio-volume",
        ),
        "minio-verify",
        "adopt-minio-volume",
      ),
    says: '"start-minio" starts minio on its data. Missing: "adopt-minio-volume" (the step that gives it its volume) before it. Fix: let it depend on "adopt-minio-volume".',
  },
  {
    rule: "no-scale-to-zero",
    breaks: "an application with storage is scaled to 0",
    change: (all) => stopped(all, "minio", "remove-minio"),
  },
  {
    rule: "no-scale-to-zero",
    breaks: "a sidecar's application is scaled to 0",
    change: (all) => stopped(all, "training-operator", "verify"),
    says: '"stop-training-operator" scales training-operator, which runs a sidecar charm, to 0 units. Missing: a way back: with Juju 2.9 its unit stays lost when it is started again. Fix: refresh it with its units.',
  },
  ...[
    "juju scale-application -m kubeflow minio 0",
    "kubectl scale statefulset/minio --replicas=0 -n kubeflow",
    "kubectl -n kubeflow scale --replicas 0 sts minio",
  ].map((create) => ({
    rule: "no-scale-to-zero",
    breaks: `a command of somebody else stops what holds data: ${create}`,
    change: (all: Registered[]) => command(all, "by-hand", { create }, ["prove-backup"]),
    says: `"by-hand" scales minio, which holds data in claim ${claim}, to 0 units. Missing: a way back: Juju destroys its claim and volume when it is started again, whatever the reclaim policy. Fix: remove it, which keeps its claim, and deploy it again on its volume, as the program's own graph does.`,
  })),
  {
    rule: "source-kept-until-finalize",
    breaks: "somebody else deletes the source",
    change: (all) => command(all, "tidy-up", { create: `kubectl -n kubeflow delete pvc ${claim}` }, ["verify"]),
    says: `"tidy-up" runs \`kubectl -n kubeflow delete pvc ${claim}\`. Missing: a finalize step, which alone may delete claims and volumes. Fix: remove it and set finalize after the upgrade was verified.`,
  },
  {
    rule: "source-kept-until-finalize",
    breaks: "finalize does not wait for the record",
    change: (all) => unlink(all, "finalize-minio-minio-data", "record-verified"),
  },
  {
    rule: "source-kept-until-finalize",
    breaks: "finalize does not know what is in use",
    change: (all) => unread(all, "finalize-minio-minio-data", "adopt-minio-volume"),
    says: `"finalize-minio-minio-data" deletes claim ${claim} and what else is unused. Missing: the evidence of the step that gave the application its volume, which tells what is in use, among its inputs. Fix: list "adopt-minio-volume" in its needs.`,
  },
  {
    rule: "source-kept-until-finalize",
    breaks: "a removal takes the storage along",
    change: (all) => retell(all, "remove-minio", (action) => ({ ...action, destroyStorage: true })),
    says: '"remove-minio" is told destroyStorage. Missing: a finalize step, which alone may delete claims and volumes. Fix: remove it and set finalize after the upgrade was verified.',
  },
  {
    rule: "source-kept-until-finalize",
    breaks: "a step of another kind deletes",
    change: (all) =>
      link(step(all, "drop", { kind: "delete-volume", volume: pvc }, ["prove-backup"]), "verify", "drop"),
    says: '"drop" runs a step of kind delete-volume, which this pack does not know. Missing: a finalize step, which alone may delete claims and volumes. Fix: remove it and set finalize after the upgrade was verified.',
  },
  {
    rule: "source-kept-until-finalize",
    breaks: "the reclaim policy becomes Delete",
    change: (all) =>
      edit(
        copy(all, "retain-minio", "retain-katib"),
        "retain-katib",
        (inputs) => ((inputs.spec as Record<string, unknown>).persistentVolumeReclaimPolicy = "Delete"),
      ),
    says: '"retain-katib" sets the reclaim policy of a volume to Delete. Missing: Retain, which keeps the data when the claim goes. Fix: set persistentVolumeReclaimPolicy to Retain.',
  },
  {
    rule: "source-kept-until-finalize",
    breaks: "the verification leaves a step out",
    change: (all) => unlink(all, "verify", "refresh-argo-server"),
    says: '"verify" verifies the upgrade. Missing: "refresh-argo-server" before it. Fix: let it depend on "refresh-argo-server".',
  },
  {
    rule: "source-kept-until-finalize",
    breaks: "the record is made from nothing",
    change: (all) => link(unlink(all, "record-verified", "verify", "verify"), "record-verified", "prove-backup"),
    says: '"record-verified" records a verified upgrade. Missing: the evidence of the verify step among its inputs. Fix: write what verify printed into its data.',
  },
  {
    rule: "source-kept-until-finalize",
    breaks: "the reclaim policy is not known in the preview",
    change: (all) =>
      edit(
        copy(all, "retain-minio", "retain-katib"),
        "retain-katib",
        (inputs) => ((inputs.spec as Record<string, unknown>).persistentVolumeReclaimPolicy = unknownValue),
      ),
    says: '"retain-katib" sets the reclaim policy of a volume to what no preview can show. Missing: Retain, which keeps the data when the claim goes. Fix: set persistentVolumeReclaimPolicy to Retain.',
  },
  {
    rule: "istio-one-minor-at-a-time",
    breaks: "somebody refreshes it by hand",
    change: (all) =>
      command(all, "by-hand", { create: "juju refresh istio-pilot --channel 1.16/stable" }, ["prove-backup"]),
    says: '"by-hand" refreshes istio-pilot by hand. Missing: a place among the minors that can be judged. Fix: leave it to the upgrade\'s refresh steps.',
  },
  {
    rule: "istio-one-minor-at-a-time",
    breaks: "a minor is left out",
    change: (all) =>
      link(remove(all, "refresh-istio-pilot-1.13"), "refresh-istio-pilot-1.14", "refresh-istio-pilot-1.12"),
  },
  {
    rule: "istio-one-minor-at-a-time",
    breaks: "the first minor is left out",
    change: (all) =>
      link(remove(all, "refresh-istio-pilot-1.12"), "refresh-istio-pilot-1.13", "remove-istio-ingressgateway"),
    says: '"refresh-istio-pilot-1.13" refreshes istio-pilot to Istio 1.13. Missing: Istio 1.12 before it, since istio-pilot comes from 1.11. Fix: refresh to 1.12/stable first and let this step depend on that.',
  },
  {
    rule: "istio-one-minor-at-a-time",
    breaks: "the gateway is there during the climb",
    change: (all) =>
      link(
        unlink(all, "refresh-istio-pilot-1.12", "remove-istio-ingressgateway"),
        "deploy-istio-ingressgateway",
        "remove-istio-ingressgateway",
      ),
    says: '"refresh-istio-pilot-1.12" begins the climb of istio-pilot. Missing: "remove-istio-ingressgateway" before it. Fix: let it depend on "remove-istio-ingressgateway".',
  },
  {
    rule: "profile-protected-before-dashboard-removal",
    breaks: "somebody removes the dashboard by hand",
    change: (all) =>
      command(all, "by-hand", { create: "juju remove-application kubeflow-dashboard" }, ["prove-backup"]),
  },
  {
    rule: "labels-off-before-crossing",
    breaks: "a crossing does not wait for its guard",
    change: (all) =>
      link(
        link(
          unlink(all, "refresh-kubeflow-profiles", "guard-crossing-kubeflow-profiles"),
          "refresh-kubeflow-profiles",
          "scale-down-kubeflow-profiles",
        ),
        "verify",
        "guard-crossing-kubeflow-profiles",
      ),
  },
  {
    rule: "labels-off-before-crossing",
    breaks: "the labels are taken off while units are there, and come back",
    change: (all) =>
      link(
        unlink(all, "guard-crossing-kubeflow-profiles", "scale-down-kubeflow-profiles"),
        "refresh-kubeflow-profiles",
        "scale-down-kubeflow-profiles",
      ),
    says: '"refresh-kubeflow-profiles" takes kubeflow-profiles from a podspec to a sidecar charm, by which Juju deletes what carries its labels. Missing: guard-crossing for kubeflow-profiles at 0 units before it. Fix: add that step after the scale to 0 units and let it depend on it.',
  },
  {
    rule: "labels-off-before-crossing",
    breaks: "somebody crosses by hand",
    change: (all) =>
      link(
        command(all, "by-hand", { create: "juju refresh katib-ui --channel 0.15/stable" }, [
          "prove-backup",
          "scale-down-katib-ui",
        ]),
        "scale-up-katib-ui",
        "by-hand",
      ),
    says: '"by-hand" takes katib-ui from a podspec to a sidecar charm, by which Juju deletes what carries its labels. Missing: guard-crossing for katib-ui at 0 units before it. Fix: let it depend on "guard-crossing-katib-ui".',
  },
  {
    rule: "labels-off-before-crossing",
    breaks: "the refresh does not look again",
    change: (all) =>
      retell(all, "refresh-kubeflow-profiles", (action) =>
        Object.fromEntries(Object.entries(action).filter(([key]) => key !== "crossing")),
      ),
    says: '"refresh-kubeflow-profiles" takes kubeflow-profiles from a podspec to a sidecar charm, by which Juju deletes what carries its labels. Missing: the look in the moment of the refresh. Fix: give the step "crossing": true.',
  },
  {
    rule: "trust-before-sidecar-refresh",
    breaks: "somebody refreshes a charm by hand",
    change: (all) =>
      link(
        unlink(
          command(all, "by-hand", { create: "juju refresh katib-ui --channel 0.15/stable" }, [
            "prove-backup",
            "guard-crossing-katib-ui",
          ]),
          "scale-down-katib-ui",
          "trust-katib-ui",
        ),
        "refresh-katib-ui",
        "trust-katib-ui",
      ),
    says: '"by-hand" refreshes katib-ui to a charm that needs cluster access. Missing: trust for katib-ui before it. Fix: let it depend on "trust-katib-ui".',
  },
  {
    rule: "trust-before-sidecar-refresh",
    breaks: "the refresh does not wait for trust",
    change: (all) => link(unlink(all, "scale-down-kfp-api", "trust-kfp-api"), "verify", "trust-kfp-api"),
  },
  {
    rule: "trust-before-sidecar-refresh",
    breaks: "a unit exists at the crossing",
    change: (all) =>
      link(
        unlink(all, "guard-crossing-kfp-api", "scale-down-kfp-api", "trust-kfp-api"),
        "scale-up-kfp-api",
        "scale-down-kfp-api",
      ),
    says: '"refresh-kfp-api" takes kfp-api from a podspec to a sidecar charm. Missing: kfp-api at 0 units before it. Fix: let it depend on "scale-down-kfp-api".',
  },
  {
    rule: "no-crd-owner-removal",
    breaks: "an owner of definitions is deployed again",
    change: (all) =>
      link(
        step(
          all,
          "remove-jupyter-controller",
          { kind: "remove-application", application: "jupyter-controller", gone: [], storage: [] },
          ["prove-backup"],
        ),
        "verify",
        "remove-jupyter-controller",
      ),
  },
  {
    rule: "no-crd-owner-removal",
    breaks: "it has another name than its charm",
    change: (all) =>
      command(all, "by-hand", { create: "juju remove-application seldon-controller-manager" }, ["prove-backup"]),
    says: '"by-hand" removes seldon-controller-manager, whose charm seldon-core owns custom resource definitions. Missing: a way that keeps them. Fix: refresh the application instead of removing it.',
  },
  {
    rule: "no-crd-owner-removal",
    breaks: "definitions are deleted",
    change: (all) => command(all, "by-hand", { create: "kubectl delete crd notebooks.kubeflow.org" }, ["prove-backup"]),
    says: '"by-hand" runs `kubectl delete crd notebooks.kubeflow.org`, which deletes every object of those definitions. Missing: a way that keeps them. Fix: leave the definitions to their charms.',
  },
  {
    rule: "no-force",
    breaks: "a removal is forced",
    change: (all) =>
      command(all, "clear-gateway", { create: "juju remove-application istio-ingressgateway --force" }, [
        "prove-backup",
      ]),
  },
  {
    rule: "no-force",
    breaks: "a step is told to use force",
    change: (all) => retell(all, "remove-kubeflow-roles", (action) => ({ ...action, force: true })),
    says: '"remove-kubeflow-roles" uses force: `action.force`. Missing: an approval of that name. Fix: do it without force, or add "remove-kubeflow-roles" to no-force.approved in the policy configuration.',
  },
  {
    rule: "no-force",
    breaks: "force is in the interpreter",
    change: (all) =>
      command(all, "kill", { interpreter: ["juju", "remove-unit", "--force"], create: "istio-pilot/0" }, [
        "prove-backup",
      ]),
    says: '"kill" uses force: `juju remove-unit --force istio-pilot/0`. Missing: an approval of that name. Fix: do it without force, or add "kill" to no-force.approved in the policy configuration.',
  },
  {
    rule: "no-force",
    breaks: "a command is not known in the preview",
    change: (all) => command(all, "opaque", { create: unknownValue }, ["prove-backup"]),
    says: '"opaque" runs a command that no preview can show. Missing: an approval of that name. Fix: give it a text that a preview knows, with what only a run can tell on stdin, or add "opaque" to no-force.approved in the policy configuration.',
  },
  {
    rule: "channels-of-the-release",
    breaks: "somebody deploys a charm by hand",
    change: (all) => command(all, "by-hand", { create: "juju deploy minio store" }, ["prove-backup"]),
    says: '"by-hand" takes minio from a channel that it does not name. Missing: a track of release 1.7, which has ckf-1.7. Fix: take the release\'s channel, or add the track to channels-of-the-release.extraTracks in the policy configuration.',
  },
  {
    rule: "channels-of-the-release",
    breaks: "a charm comes from another track",
    change: (all) => retell(all, "deploy-minio", (action) => ({ ...action, channel: "latest/edge" })),
    config: { "channels-of-the-release-risk": { allowedRisks: ["edge", "stable"] } },
  },
  {
    rule: "channels-of-the-release",
    breaks: "a production stack takes a charm from edge",
    change: (all) => retell(all, "deploy-minio", (action) => ({ ...action, channel: "ckf-1.7/edge" })),
    config: {
      "channels-of-the-release": { production: ["test"] },
      "channels-of-the-release-risk": { production: ["test"] },
    },
    says: '"deploy-minio" takes minio from ckf-1.7/edge. Missing: an allowed risk (stable). Fix: take ckf-1.7/stable.',
  },
  {
    rule: "channels-of-the-release-risk",
    breaks: "any other stack takes a charm from edge",
    change: (all) => retell(all, "deploy-minio", (action) => ({ ...action, channel: "ckf-1.7/edge" })),
  },
  {
    rule: "no-plaintext-secret",
    breaks: "a variable holds a key",
    change: (all) => command(all, "set-key", { create: "true", environment: { MINIO_SECRET_KEY: "hunter22" } }),
  },
  {
    rule: "no-plaintext-secret",
    breaks: "a step is told a key",
    change: (all) => retell(all, "deploy-minio", (action) => ({ ...action, config: { "secret-key": "hunter22" } })),
    says: '"deploy-minio" has what looks like a secret in environment.CKF_STEP.action.config.secret-key (the option secret-key). Missing: a mark that it is secret. Fix: read it in the step from a Kubernetes Secret, or wrap it in pulumi.secret.',
  },
  {
    rule: "no-delete-commands",
    breaks: "a step has a delete command",
    change: (all) => edit(all, "deploy-minio", (inputs) => (inputs.delete = "{}")),
  },
  {
    rule: "migration-pod-hardened",
    breaks: "the source can be written",
    change: (all) =>
      edit(all, "minio-migration", (inputs) =>
        (pod(inputs).containers[0].volumeMounts as { readOnly?: boolean }[]).forEach((mount) => delete mount.readOnly),
      ),
  },
  {
    rule: "migration-pod-hardened",
    breaks: "the Pod has a token",
    change: (all) => edit(all, "minio-backup", (inputs) => (pod(inputs).automountServiceAccountToken = true)),
    says: '"minio-backup" runs a Pod with users\' data. Missing: a Pod without a service-account token. Fix: set automountServiceAccountToken to false.',
  },
  {
    rule: "migration-pod-hardened",
    breaks: "capabilities are kept",
    change: (all) =>
      edit(
        all,
        "minio-verify",
        (inputs) =>
          (pod(inputs).containers[0].securityContext = {
            allowPrivilegeEscalation: false,
            capabilities: { add: ["CHOWN"] },
          }),
      ),
    says: '"minio-verify" runs a Pod with users\' data. Missing: dropped capabilities for container mover. Fix: set securityContext.capabilities.drop to ["ALL"].',
  },
  {
    rule: "migration-pod-hardened",
    breaks: "a capability is added that no file needs",
    change: (all) =>
      edit(
        all,
        "minio-verify",
        (inputs) =>
          (pod(inputs).containers[0].securityContext = {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] },
          }),
      ),
    says: '"minio-verify" runs a Pod with users\' data. Missing: no capability beyond those of files for container mover. Fix: remove SYS_ADMIN from securityContext.capabilities.add.',
  },
  {
    rule: "migration-pod-hardened",
    breaks: "there are no requests",
    change: (all) =>
      edit(all, "minio-verify", (inputs) => (pod(inputs).containers[0].resources = { requests: { cpu: "1" } })),
    says: '"minio-verify" runs a Pod with users\' data. Missing: a request of memory for container mover. Fix: set resources.requests.memory.',
  },
  {
    rule: "migration-pod-hardened",
    breaks: "an image has a tag",
    change: (all) =>
      edit(all, "minio-backup", (inputs) => (pod(inputs).containers[0].image = "registry:5000/rclone:1.71")),
    says: '"minio-backup" runs a Pod with users\' data. Missing: an image by digest for container mover. Fix: set moverImage to registry:5000/rclone@sha256:..., so that every run has the same code.',
  },
  {
    rule: "migration-pod-hardened",
    breaks: "another kind of resource runs the Pod",
    change: (all) =>
      resource(
        all,
        "kubernetes:batch/v1:CronJob",
        "nightly",
        { spec: { jobTemplate: { spec: { template: { spec: writesToSource } } } } },
        ["prove-backup"],
      ),
    says: `"nightly" runs a Pod with users' data. Missing: a read-only mount of source claim ${claim}. Fix: set readOnly on its volume or mount.`,
  },
  {
    rule: "migration-pod-hardened",
    breaks: "a Pod is not known in the preview",
    change: (all) => resource(all, "kubernetes:apps/v1:Deployment", "hidden", { spec: unknownValue }),
    says: '"hidden" runs a Pod with users\' data. Missing: spec known in the preview. Fix: give what only a run can tell as a variable or on a volume.',
  },
  {
    rule: "migration-pod-hardened",
    breaks: "a capability is not known in the preview",
    change: (all) =>
      edit(
        all,
        "minio-verify",
        (inputs) =>
          (pod(inputs).containers[0].securityContext = {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"], add: unknownValue },
          }),
      ),
    says: '"minio-verify" runs a Pod with users\' data. Missing: containers.0.securityContext.capabilities.add known in the preview. Fix: give what only a run can tell as a variable or on a volume.',
  },
  {
    rule: "patches-retained",
    breaks: "a patch has no force",
    change: (all) =>
      edit(all, "retain-minio", (inputs) => ((inputs.metadata as { annotations: object }).annotations = {})),
    says: '"retain-minio" patches an object of the cluster. Missing: the annotation pulumi.com/patchForce, without which a field that another manager owns stays as it was. Fix: set it to "true".',
  },
  {
    rule: "patches-retained",
    breaks: "a patch is not among those that are retained",
    change: (all) => rename(all, "retain-minio", "volume-policy"),
  },
];

const exampleOf = (name: string): string => rules.find((rule) => rule.name === name)!.example;

test("the whole graph passes", async () => {
  expect(await judge(asPolicySees(whole))).toEqual([]);
});

test.each(cases)("$rule alone refuses a graph in which $breaks", async ({ rule, change, says, also, config }) => {
  const violations = await judge(asPolicySees(change(whole)), rules, config);
  expect([...new Set(violations.map((violation) => violation.rule))]).toEqual([rule, ...(also ? [also] : [])]);
  expect(violations.map(({ message }) => message)).toContain(says ?? exampleOf(rule));
});

test("each rule has a case whose violation is its documented example", () => {
  expect(new Set(cases.filter(({ says }) => says === undefined).map(({ rule }) => rule))).toEqual(
    new Set(rules.map(({ name }) => name)),
  );
});

test("a declared backup passes where it is approved by its own text, and where the stack is not production", async () => {
  const declared = (all: Registered[]): Registered[] =>
    retell(all, "prove-backup", (action) => ({
      ...action,
      declared: { by: "ops", when: "2026-01-01", what: "nightly-12" },
    }));
  const judged = (config: object): Promise<unknown[]> =>
    judge(asPolicySees(declared(whole)), rules, { "backup-before-migration": config });
  expect(await judged({ production: ["test"], approvedDeclared: ["nightly-12"] })).toEqual([]);
  expect(await judged({ production: ["another"] })).toEqual([]);
  expect(await judged({ production: ["test"], approvedDeclared: ["nightly-11"] })).toHaveLength(1);
});

test.each([
  ["no-force", "clear-gateway", { create: "juju remove-application istio-ingressgateway --force" }],
  ["no-delete-commands", "helper", { create: "true", delete: "rm -f /tmp/note" }],
])("%s lets an approved resource pass", async (rule, name, inputs) => {
  const resources = asPolicySees(command(whole, name, inputs, ["prove-backup"]));
  expect(await judge(resources, rules, { [rule]: { approved: [name] } })).toEqual([]);
  expect(
    (await judge(resources, rules, { [rule]: { approved: ["another"] } })).map((violation) => violation.rule),
  ).toEqual([rule]);
});

test("what is declared retain-* is declared with retainOnDelete, and so is whatever else must outlive the stack", () => {
  const kept = whole.filter(({ type }) => /Patch$|:PersistentVolumeClaim$|:ConfigMap$/.test(type));
  expect(kept.map(({ name }) => name).sort()).toEqual([
    "backup-claim",
    "baseline",
    "record-verified",
    "retain-minio",
    "stage-minio",
  ]);
  expect(kept.filter(({ retainOnDelete }) => !retainOnDelete)).toEqual([]);
});

test.each([
  [
    "no-force",
    "aproved",
    'the policy configuration gives no-force a setting "aproved". Missing: a rule that knows it. Fix: its settings are approved.',
  ],
  [
    "channels-of-the-release",
    "stacks",
    'the policy configuration gives channels-of-the-release a setting "stacks". Missing: a rule that knows it. Fix: its settings are production, allowedRisks, extraTracks.',
  ],
  [
    "patches-retained",
    "approved",
    'the policy configuration gives patches-retained a setting "approved". Missing: a rule that knows it. Fix: it has no settings, so remove it.',
  ],
])("a setting that %s does not have is refused, once", async (rule, setting, message) => {
  const violations = await judge(asPolicySees(whole), rules, { [rule]: { [setting]: [] } });
  expect(violations.map((violation) => [violation.rule, violation.message])).toEqual([[rule, message]]);
});
