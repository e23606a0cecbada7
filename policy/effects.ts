/** What a command line of somebody else would do, as far as a rule asks. */
export interface Effects {
  /** Parts of the line that remove something from the model, the cluster or the object store. */
  removes: string[];
  /** Parts that delete claims, volumes, or what takes them along. */
  deletesVolumes: string[];
  /** Parts that skip the safeguards of what they call. */
  forces: string[];
  /** Applications that `juju remove-application` is given. */
  applications: string[];
  /** Parts that delete custom resource definitions. */
  deletesDefinitions: string[];
}

const harmless = ["pod", "pods", "po", "job", "jobs", "event", "events", "lease", "leases"];
const volumes = ["pvc", "persistentvolumeclaim", "persistentvolumeclaims", "pv", "persistentvolume", "persistentvolumes", "ns", "namespace", "namespaces", "profile", "profiles", "all"];
const definitions = ["crd", "crds", "customresourcedefinition", "customresourcedefinitions"];
const withValue = ["-m", "--model", "-n", "--namespace", "--context", "--kubeconfig", "-l", "--selector", "-f", "--filename", "--timeout"];

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
    .map((segment) => segment.split(/\s+/).map((word) => word.replace(/^["']+|["']+$/g, "")).filter((word) => word !== "" && word !== "\\"))
    .filter((words) => words.length > 0);
}

function judgeJuju(words: string[], said: string, effects: Effects): void {
  const [verb = "", ...subjects] = operands(words);
  const removing = /^(remove|destroy|kill)-/.test(verb);
  if (removing) effects.removes.push(said);
  if (/^(remove-storage|destroy-model|destroy-controller|kill-controller)$/.test(verb) || (removing && words.includes("--destroy-storage"))) effects.deletesVolumes.push(said);
  if (words.some((word) => /^--(force|no-wait|force-units|force-base|force-series)(=|$)/.test(word)) || verb === "kill-controller") effects.forces.push(said);
  if (verb === "remove-application") effects.applications.push(...subjects);
}

function judgeKubectl(words: string[], said: string, effects: Effects): void {
  const [verb = "", ...subjects] = operands(words);
  const text = words.join(" ");
  if (verb === "delete") {
    const kinds = (subjects[0] ?? "").split(",").map((kind) => kind.split("/")[0].split(".")[0].toLowerCase());
    if (!kinds.every((kind) => harmless.includes(kind))) effects.removes.push(said);
    // Without a kind the objects come from a file or a selector: nobody can tell here that no claim is among them.
    if (kinds.some((kind) => kind === "" || volumes.includes(kind))) effects.deletesVolumes.push(said);
    if (kinds.some((kind) => definitions.includes(kind))) effects.deletesDefinitions.push(said);
    if (words.some((word) => /^--(force|now)(=true)?$/.test(word) || word === "--grace-period=0") || /--grace-period 0\b/.test(text)) effects.forces.push(said);
  }
  if (verb === "replace" && words.includes("--force")) effects.forces.push(said);
  if (verb === "patch" && text.includes("finalizers")) effects.forces.push(said);
  if (verb === "patch" && /persistentVolumeReclaimPolicy\W+(Delete|Recycle)/.test(text)) effects.deletesVolumes.push(said);
}

/** Reads a command line for what it removes or forces. Knows juju, kubectl, mc, rclone and rm; a script's content it cannot see. */
export function effectsOf(line: string): Effects {
  const effects: Effects = { removes: [], deletesVolumes: [], forces: [], applications: [], deletesDefinitions: [] };
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
          if (["rm", "rb"].includes(verb)) effects.removes.push(said);
          break;
        case "rclone":
          if (["purge", "delete", "deletefile", "rmdirs"].includes(verb)) effects.removes.push(said);
          break;
        case "rm":
          if (rest.some((flag) => /^-\w*[rR]/.test(flag))) effects.removes.push(said);
      }
    });
  }
  return effects;
}
