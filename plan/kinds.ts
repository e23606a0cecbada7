import type { CheckName } from "../guide/preflight/finding";

/** A custom resource as far as it is looked at. */
export interface CustomObject {
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  spec?: { enabled?: boolean };
  status?: { phase?: string; version?: string; conditions?: { type?: string; status?: string }[] };
}

/** A kind of custom resource that belongs to users. */
export interface UserKind {
  kind: string;
  group: string;
  plural: string;
  /** Whether objects stay until somebody deletes them, so that fewer after the upgrade are a loss. */
  lasting: boolean;
  /** What counts as running, and the check that tells it. */
  running?: { check: CheckName; is: (object: CustomObject) => boolean; selector?: string };
}

const holds = (type: string, { status }: CustomObject): boolean =>
  status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;

/**
 * A Notebook is stopped by this annotation, whatever its value; without it the controller runs its Pod.
 * https://github.com/kubeflow/kubeflow components/notebook-controller/pkg/culler
 */
const notStopped = ({ metadata }: CustomObject): boolean =>
  metadata.annotations?.["kubeflow-resource-stopped"] === undefined;

/** Argo's phases; one without a phase was not looked at yet. https://argo-workflows.readthedocs.io/en/latest/fields/#workflowstatus */
const unfinished = ({ status }: CustomObject): boolean => ["", "Pending", "Running"].includes(status?.phase ?? "");

/** Conditions of Katib's Experiments. https://github.com/kubeflow/katib pkg/apis/controller/experiments */
const unended = (object: CustomObject): boolean => !holds("Succeeded", object) && !holds("Failed", object);

/** Conditions of training jobs: JobConditionType of https://github.com/kubeflow/training-operator pkg/apis */
const training = (object: CustomObject): boolean => unended(object) && !holds("Suspended", object);

const kubeflow = "kubeflow.org";
const job = (kind: string, check: CheckName): UserKind => ({
  kind,
  group: kubeflow,
  plural: `${kind.toLowerCase()}s`,
  lasting: true,
  running: { check, is: training },
});

/** What users have in the cluster, by kind. */
export const userKinds: UserKind[] = [
  {
    kind: "Notebook",
    group: kubeflow,
    plural: "notebooks",
    lasting: true,
    running: { check: "notebooks-running", is: notStopped },
  },
  // Argo labels a Workflow that has ended, so that thousands of those need not be read; it deletes them after a while.
  {
    kind: "Workflow",
    group: "argoproj.io",
    plural: "workflows",
    lasting: false,
    running: { check: "workflows-running", is: unfinished, selector: "workflows.argoproj.io/completed!=true" },
  },
  {
    kind: "ScheduledWorkflow",
    group: kubeflow,
    plural: "scheduledworkflows",
    lasting: true,
    running: { check: "recurring-runs-enabled", is: ({ spec }) => spec?.enabled === true },
  },
  {
    kind: "Experiment",
    group: kubeflow,
    plural: "experiments",
    lasting: true,
    running: { check: "experiments-running", is: unended },
  },
  job("TFJob", "tfjobs-running"),
  job("PyTorchJob", "pytorchjobs-running"),
  job("MPIJob", "mpijobs-running"),
  job("MXJob", "mxjobs-running"),
  job("XGBoostJob", "xgboostjobs-running"),
  job("PaddleJob", "paddlejobs-running"),
  { kind: "PodDefault", group: kubeflow, plural: "poddefaults", lasting: true },
  { kind: "Tensorboard", group: "tensorboard.kubeflow.org", plural: "tensorboards", lasting: true },
  { kind: "SeldonDeployment", group: "machinelearning.seldon.io", plural: "seldondeployments", lasting: true },
  { kind: "InferenceService", group: "serving.kserve.io", plural: "inferenceservices", lasting: true },
];
