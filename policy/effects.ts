/** What a command line of somebody else would do, as far as a rule asks. */
export interface Effects {
  /** Parts of the line that change or copy something of the model, the cluster or the object store: all but those known to look only. */
  changes: string[];
  /** Parts that delete claims, volumes, or what takes them along. */
  deletesVolumes: string[];
  /** Parts that skip the safeguards of what they call. */
  forces: string[];
  /** Applications that `juju remove-application` is given. */
  applications: string[];
  /** Applications that are scaled to 0 units, by juju or at their workload, which Juju follows. */
  stops: string[];
  /** Applications that `juju refresh` is given, each with the channel it names. */
  refreshes: { application: string; channel: string }[];
  /** Charms that `juju deploy` is given, each with the channel it names. */
  deploys: { charm: string; channel: string }[];
  /** Parts that delete custom resource definitions. */
  deletesDefinitions: string[];
}

/** Verbs that look only. Whatever is not among them counts as a change, so that a new verb does. */
const looking: Record<string, RegExp> = {
  juju: /^(|status|models|info|find|version|whoami|switch|help|export-bundle|diff-bundle|debug-log|wait-for|controllers|machines|relations|storage|spaces|(show|list)-[\w-]+)$/,
  kubectl:
    /^(|get|describe|logs|wait|top|explain|version|api-resources|api-versions|auth|config|cluster-info|port-forward|diff|events)$/,
  mc: /^(|ls|cat|head|stat|du|find|diff|tree|ready|ping|alias|--version)$/,
  rclone: /^(|ls|lsl|lsd|lsf|lsjson|check|cryptcheck|cat|size|tree|version|hashsum|md5sum|sha1sum|listremotes|about)$/,
};

const harmless = ["pod", "pods", "po", "job", "jobs", "event", "events", "lease", "leases"];
const volumes = [
  "pvc",
  "persistentvolumeclaim",
  "persistentvolumeclaims",
  "pv",
  "persistentvolume",
  "persistentvolumes",
  "ns",
  "namespace",
  "namespaces",
  "profile",
  "profiles",
  "all",
];
const definitions = ["crd", "crds", "customresourcedefinition", "customresourcedefinitions"];
const withValue = [
  "-m",
  "--model",
  "-n",
  "--namespace",
  "--context",
  "--kubeconfig",
  "-l",
  "--selector",
  "-f",
  "--filename",
  "--timeout",
  "--channel",
  "--revision",
  "--format",
  "-o",
  "--output",
];

/** "kubectl" of "/snap/bin/kubectl" or "microk8s.kubectl". */
const program = (word: string): string => word.split(/[/.]/).at(-1)!;

/** Words that are neither flags nor values of flags. */
function operands(words: string[]): string[] {
  return words.filter((word, index) => !word.startsWith("-") && !withValue.includes(words[index - 1]));
}

/** Splits a line into the commands a shell would run, each into words without quotes. */
function segments(line: string): string[][] {
  return line
    .split(/[;&|\n`()]+/)
    .map((segment) =>
      segment
        .split(/\s+/)
        .map((word) => word.replace(/^["']+|["']+$/g, ""))
        .filter((word) => word !== "" && word !== "\\"),
    )
    .filter((words) => words.length > 0);
}

/** The value of an option, given as `--name value` or `--name=value`; empty where it is not given. */
function option(words: string[], name: string): string {
  const index = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  return index < 0 ? "" : (words[index].split("=")[1] ?? words[index + 1] ?? "");
}

function judgeJuju(words: string[], said: string, effects: Effects): void {
  const [verb = "", ...subjects] = operands(words);
  const removing = /^(remove|destroy|kill)-/.test(verb);
  const reads =
    looking.juju.test(verb) || (verb === "config" && !words.some((word) => /^[\w.-]+=|^--(file|reset)\b/.test(word)));
  if (!reads) effects.changes.push(said);
  const channel = option(words, "--channel");
  if (verb === "refresh" || verb === "upgrade-charm")
    effects.refreshes.push(...subjects.map((application) => ({ application, channel })));
  if (verb === "deploy" && subjects[0]) effects.deploys.push({ charm: subjects[0].replace(/^ch:/, ""), channel });
  if (
    /^(remove-storage|destroy-model|destroy-controller|kill-controller)$/.test(verb) ||
    (removing && words.includes("--destroy-storage"))
  )
    effects.deletesVolumes.push(said);
  if (
    words.some((word) => /^--(force|no-wait|force-units|force-base|force-series)(=|$)/.test(word)) ||
    verb === "kill-controller"
  )
    effects.forces.push(said);
  if (verb === "remove-application") effects.applications.push(...subjects);
  if (verb === "scale-application" && subjects[0] && subjects[1] === "0") effects.stops.push(subjects[0]);
}

function judgeKubectl(words: string[], said: string, effects: Effects): void {
  const [verb = "", ...subjects] = operands(words);
  const text = words.join(" ");
  const kinds = (subjects[0] ?? "").split(",").map((kind) => kind.split("/")[0].split(".")[0].toLowerCase());
  if (!looking.kubectl.test(verb) && !(verb === "delete" && kinds.every((kind) => harmless.includes(kind))))
    effects.changes.push(said);
  if (verb === "delete") {
    // Without a kind the objects come from a file or a selector: nobody can tell here that no claim is among them.
    if (kinds.some((kind) => kind === "" || volumes.includes(kind))) effects.deletesVolumes.push(said);
    if (kinds.some((kind) => definitions.includes(kind))) effects.deletesDefinitions.push(said);
    if (
      words.some((word) => /^--(force|now)(=true)?$/.test(word) || word === "--grace-period=0") ||
      /--grace-period 0\b/.test(text)
    )
      effects.forces.push(said);
  }
  if (verb === "scale" && option(words, "--replicas") === "0") {
    const workload = subjects.filter((word) => word !== "0").at(-1)!;
    effects.stops.push(workload.split("/").at(-1)!);
  }
  if (verb === "replace" && words.includes("--force")) effects.forces.push(said);
  if (verb === "patch" && text.includes("finalizers")) effects.forces.push(said);
  if (verb === "patch" && /persistentVolumeReclaimPolicy\W+(Delete|Recycle)/.test(text))
    effects.deletesVolumes.push(said);
}

/** Reads a command line for what it changes, removes or forces. Knows juju, kubectl, mc, rclone and rm; a script's content it cannot see. */
export function effectsOf(line: string): Effects {
  const effects: Effects = {
    changes: [],
    deletesVolumes: [],
    forces: [],
    applications: [],
    stops: [],
    refreshes: [],
    deploys: [],
    deletesDefinitions: [],
  };
  for (const words of segments(line)) {
    words.forEach((word, index) => {
      const [rest, said] = [words.slice(index + 1), words.slice(index).join(" ")];
      const verb = operands(rest)[0] ?? "";
      switch (program(word)) {
        case "juju":
          judgeJuju(rest, said, effects);
          break;
        case "kubectl":
          judgeKubectl(rest, said, effects);
          break;
        case "mc":
        case "rclone":
          if (!looking[program(word)].test(verb)) effects.changes.push(said);
          break;
        case "rm":
          if (rest.some((flag) => /^-\w*[rR]/.test(flag))) effects.changes.push(said);
      }
    });
  }
  return effects;
}
