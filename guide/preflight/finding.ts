import { z } from "zod";

/** Something that a reviewer must know before an upgrade starts: what was seen, of what, what it means and what to do next. */
export interface Finding {
  name: CheckName;
  subject: string;
  fact: string;
  meaning: string;
  next: string;
  /** "refuses" stops `up`; "told" is for people only, and says so where something could not be checked. */
  weight: "refuses" | "told";
}

/** What a plan cannot be made with; makePlan throws all of it at once. */
export type Obstacle = Omit<Finding, "weight">;

interface Check {
  /** What is looked at, for docs/checks.md. */
  about: string;
  /** Whether the setting `ignorePreflight` may name it. */
  ignorable: boolean;
  /** How long it counts. */
  counts: Counts;
}

/**
 * "always", also when an upgrade that was interrupted goes on: what is broken or dangerous. "until changed": as long as no step
 * has changed the model. "until begun": only as long as none was about to, for the model is not at rest then.
 */
export type Counts = "always" | "until changed" | "until begun";

const check = (about: string, { ignorable = true, counts = "until changed" as Counts } = {}): Check => ({
  about,
  ignorable,
  counts,
});

/** Every check by its stable name. */
export const checks = {
  "model-identity": check("juju and the cluster's namespace mean the same model", {
    ignorable: false,
    counts: "always",
  }),
  "crd-owner-removal": check("no step removes an application that takes custom resource definitions with it", {
    ignorable: false,
    counts: "always",
  }),
  "left-overs": check("what the hop before this one left was deleted by its finalize, or is accepted by name", {
    counts: "until begun",
  }),
  "channels-missing": check("Charmhub has every channel that the hop needs", { ignorable: false }),
  "applications-unread": check("juju could read every application", { ignorable: false, counts: "always" }),
  "charms-unknown": check("no application of the release's runs another charm than a rule of the hop knows", {
    ignorable: false,
    counts: "always",
  }),
  "options-lost": check("no application that is deployed again has options that the baseline does not keep", {
    ignorable: false,
    counts: "always",
  }),
  "volumes-unmovable": check("every volume that is moved can be, by the way that is chosen or set", {
    ignorable: false,
    counts: "always",
  }),
  "object-store-volume": check("the object store has the volume that is backed up", {
    ignorable: false,
    counts: "always",
  }),
  "settings-unfit": check("the settings volumes, databases and backupEndpoint fit the model", {
    ignorable: false,
    counts: "always",
  }),
  "model-upgrading": check("no other upgrade runs in the model or its controller", {
    ignorable: false,
    counts: "always",
  }),
  "commands-disabled": check("no operator disabled commands that the upgrade needs", {
    ignorable: false,
    counts: "always",
  }),
  "applications-broken": check("no application or unit is in error, dying, or without its agent", { counts: "always" }),
  "applications-restless": check("every application is active and idle", { counts: "until begun" }),
  "applications-changed": check("the model has the applications that the plan was made for"),
  "status-unread": check("juju could tell of every offer, its own and those of other models that are used"),
  "juju-version": check("Juju's version is one that the hop is known for"),
  "kubernetes-version": check("the version of Kubernetes is one that the hop is known for"),
  "kfp-level": check("kfp-* are of the release that the model says, by revision and generation, not by channel"),
  "later-track": check("no application is on a later track than the target release, and one that climbs is on a track"),
  "charm-generation": check("every charm runs its workload as its release does: podspec or sidecar"),
  "deployed-again": check(
    "no application that is deployed again has what Juju's deploy cannot give back: placement, bindings, attached resources",
  ),
  "offers-connected": check("no application of another model uses one that is deployed again", {
    ignorable: false,
    counts: "always",
  }),
  "charm-assumes": check("Juju's version is one that every charm to be deployed asks for"),
  "definitions-unserved": check(
    "where a podspec charm becomes a sidecar: no definition of the cluster has a version that is not served",
    { counts: "always" },
  ),
  "crossing-guard": check(
    "where a podspec charm becomes a sidecar: Juju's labels can be found on every kind of object, and taken off",
    { ignorable: false, counts: "always" },
  ),
  "data-marked": check("no claim of an application, nor its volume, is being deleted", {
    counts: "always",
  }),
  "storage-declaration": check("the storage that an application has is the one that its target charm declares"),
  "options-changed": check(
    "no option is set to what the target charm does not heed any more, or takes for something else",
  ),
  "on-disk-format": check("MinIO's volume is of a format that the target reads, by its format.json"),
  "databases-unreadable": check("every database that is to be dumped has a running Pod that tells how root is let in"),
  "data-unproven": check("no application holds data that the hop may change and that the backup does not have"),
  "storage-class": check("the StorageClass of every claim to be made is there"),
  "free-space": check("there is space for the backup and for a copy"),
  "workflows-running": check("no pipeline run (Workflow) is under way"),
  "recurring-runs-enabled": check("no recurring run (ScheduledWorkflow) will start one"),
  "notebooks-running": check("no Notebook runs"),
  "experiments-running": check("no Katib Experiment runs"),
  "tfjobs-running": check("no TFJob runs"),
  "pytorchjobs-running": check("no PyTorchJob runs"),
  "mpijobs-running": check("no MPIJob runs"),
  "mxjobs-running": check("no MXJob runs"),
  "xgboostjobs-running": check("no XGBoostJob runs"),
  "paddlejobs-running": check("no PaddleJob runs"),
};

export type CheckName = keyof typeof checks;

export const checkNames = Object.keys(checks) as [CheckName, ...CheckName[]];

/** Names that the setting `ignorePreflight` may hold. */
export const ignorableNames = checkNames.filter((name) => checks[name].ignorable);

/** What the setting `ignorePreflight` may hold: the name of a check, or that and the one subject that it may find, e.g. an application. */
export type Ignored = CheckName | `${CheckName}/${string}`;

export const ignored = z.custom<Ignored>((value) => {
  const [, name] = typeof value === "string" ? (/^([a-z-]+)(?:\/[a-z0-9][\w.-]*)?$/.exec(value) ?? []) : [];
  return ignorableNames.includes(name as CheckName);
}, "is no check that may be ignored");

/** Whether a setting lets a finding of that check and subject pass. */
export function isIgnored(ignore: Ignored[], { name, subject }: Pick<Finding, "name" | "subject">): boolean {
  return ignore.includes(name) || ignore.includes(`${name}/${subject}`);
}
