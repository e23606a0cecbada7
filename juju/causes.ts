import type { AppStatus } from "./application";
import { commandName } from "./model-name";

/** What something that was seen means by the facts (docs/faults.md), and what to type. */
export interface Cause {
  meaning: string;
  next: string;
}

/** What there is to see of an application that is not where it should be. */
export interface Sight {
  model: string;
  name: string;
  application: AppStatus;
  /** Where it should be. */
  target?: { channel?: string; revision?: number };
  /** Errors that its charm logged: status tells which hook failed, and never why. */
  errors?: string;
}

/** An application as the rules see it: its texts, and what to type. */
interface Seen extends Required<Pick<Sight, "target" | "errors">> {
  application: AppStatus;
  texts: string[];
  /** Unit whose hook failed. */
  failed?: string;
  /** `juju VERB -m MODEL ...`, to be typed. */
  juju: (verb: string, ...words: string[]) => string;
  /** `kubectl VERB -n MODEL ...`, to be typed. */
  kubectl: (verb: string, ...words: string[]) => string;
  name: string;
}

interface Rule {
  holds: (seen: Seen) => boolean;
  cause: (seen: Seen) => Cause;
}

const failedWith =
  (text: RegExp) =>
  ({ failed, errors }: Seen): boolean =>
    failed !== undefined && text.test(errors);
const says =
  (text: RegExp) =>
  ({ texts }: Seen): boolean =>
    texts.some((one) => text.test(one));
const upgrading = ({ application: { units } }: Seen): boolean =>
  Object.values(units).some(
    ({ upgradingFrom, agent }) =>
      upgradingFrom !== undefined || (agent.current === "executing" && agent.message.includes("upgrade-charm")),
  );
const podsOf = ({ name, kubectl }: Seen): string => kubectl("describe", "pods", "-l", `app.kubernetes.io/name=${name}`);

/** The first that holds counts: what a charm said itself comes before what may only be slow. */
const rules: Rule[] = [
  {
    holds: failedWith(/more than one minor version/i),
    cause: ({ name, failed, juju, kubectl }) => ({
      meaning:
        "istioctl refuses a control plane more than one minor behind it: a minor was left out (F9), or the hook of one was skipped (F30)",
      next: `See the minor that runs (\`${kubectl("get", "deployment", "istiod", "-o", "jsonpath={..image}")}\`), type \`${juju("resolved", failed!, "--no-retry")}\` and \`${juju("refresh", name, "--channel", "NEXT_MINOR/stable")}\`, and wait until it is active`,
    }),
  },
  {
    holds: failedWith(/timed out while waiting for new Istio version/i),
    cause: ({ failed, juju, kubectl }) => ({
      meaning: "Istio's new control plane did not roll out in the 15 minutes that the charm gives it (F12)",
      next: `See what holds its Pods (\`${kubectl("describe", "pods", "-l", "app=istiod")}\`; mostly an image), then \`${juju("resolved", failed!)}\``,
    }),
  },
  {
    holds: failedWith(/\b403\b|forbidden|unauthorized/i),
    cause: ({ name, failed, juju }) => ({
      meaning: "the cluster refused what the charm asked for: mostly the application is not trusted (F40)",
      next: `\`${juju("trust", name, "--scope=cluster")}\`, then \`${juju("resolved", failed!)}\``,
    }),
  },
  {
    holds: failedWith(/charmhub\.io[^\n]*(?:dial|lookup|timeout|refused|proxy)|cannot retrieve charm/i),
    cause: ({ failed, juju }) => ({
      meaning:
        "the unit did not get its charm or a resource of it: Charmhub, or the controller, was not reached from the cluster",
      next: `Let Pods reach api.charmhub.io and the controller (proxy, DNS, firewall), then \`${juju("resolved", failed!)}\``,
    }),
  },
  {
    holds: ({ failed, errors, texts }) =>
      failed !== undefined && texts.some((one) => /hook failed: "install"/.test(one)) && errors === "",
    cause: ({ name, failed, juju, kubectl }) => ({
      meaning: "the charm failed while it was installed, and logged no reason",
      next: `See \`${juju("debug-log", "--replay", "--no-tail", "--include", name)}\` and \`${kubectl("get", "events", "--sort-by=.lastTimestamp")}\`; mostly access to the cluster is missing (\`${juju("trust", name, "--scope=cluster")}\`). Then \`${juju("resolved", failed!)}\``,
    }),
  },
  {
    // https://github.com/canonical/bundle-kubeflow/issues/1318
    holds: says(/List of <ops\.model\.Relation .*> versions not found for apps/),
    cause: ({ name, juju }) => ({
      meaning:
        "the application on the other side of a relation has not told its version yet, or never will: it is broken or not a charm that does",
      next: `See which (\`${juju("status", name, "--relations")}\`): wait until it is active, or take that relation away and make it again`,
    }),
  },
  {
    holds: says(/CrashLoopBackOff|crash loop|container is restarting|Back-off restarting/i),
    cause: (seen) => ({
      meaning: "its workload starts and ends again and again",
      next: `\`${seen.kubectl("logs", "-l", `app.kubernetes.io/name=${seen.name}`, "--all-containers", "--previous", "--tail=50")}\` tells why`,
    }),
  },
  {
    holds: says(
      /didn't match Pod's node affinity|volume node affinity conflict|Insufficient (?:cpu|memory)|had (?:untolerated )?taint|unbound immediate PersistentVolumeClaims|exceeded quota|violates PodSecurity/i,
    ),
    cause: (seen) => ({
      meaning: "no node takes its Pod, or the namespace does not admit it",
      next: `\`${podsOf(seen)}\` and \`${seen.kubectl("get", "events", "--sort-by=.lastTimestamp")}\` tell what it lacks: room, a volume on that node, a toleration, or a rule of the namespace`,
    }),
  },
  {
    holds: says(/ImagePullBackOff|ErrImage|InvalidImageName|is not present with pull policy/),
    cause: (seen) => ({
      meaning: "the node does not get the image of its workload (F31)",
      next: `\`${podsOf(seen)}\` names it: make the node reach it, or give the charm another (\`${seen.juju("refresh", seen.name, "--resource", "NAME=IMAGE")}\`)`,
    }),
  },
  {
    holds: ({ application: { life, units } }) =>
      life !== "alive" && Object.values(units).some(({ workload }) => workload.current === "error"),
    cause: ({ failed, juju }) => ({
      meaning: "a unit in error holds the removal for ever (F26)",
      next: `See why in its log; where nothing of that hook is needed, \`${juju("resolved", failed!, "--no-retry")}\``,
    }),
  },
  {
    holds: ({ application: { life } }) => life !== "alive",
    cause: ({ name, juju, kubectl }) => ({
      meaning: "Juju can keep a dying application for ever (F26)",
      next: `If it stays: \`${juju("remove-application", name, "--force", "--no-prompt")}\`, and see that \`${kubectl("get", "all", "-l", `app.kubernetes.io/name=${name}`)}\` shows nothing`,
    }),
  },
  {
    holds: says(/Remove deprecated mysql relation/),
    cause: ({ name, juju }) => ({
      meaning: "it is related to a database at both of its endpoints, and uses neither (F21)",
      next: `See both (\`${juju("status", name, "--relations")}\`), and remove the one that nobody planned: \`${juju("remove-relation", `${name}:ENDPOINT`, "DATABASE")}\``,
    }),
  },
  {
    holds: says(/Waiting for relational-db data/),
    cause: ({ name, juju }) => ({
      meaning: "its database told it nothing over their relation (F20)",
      next: `See that the database is active, then make the relation again: \`${juju("remove-relation", `${name}:relational-db`, "DATABASE")}\`, \`${juju("relate", `${name}:relational-db`, "DATABASE")}\``,
    }),
  },
  {
    holds: ({ application, target: { channel, revision } }) =>
      channel !== undefined &&
      application.channel === channel &&
      revision !== undefined &&
      application.revision !== revision,
    cause: ({ name, application, target: { channel, revision }, juju }) => ({
      meaning: "juju took the channel and not the revision (F25)",
      next: `\`${juju("refresh", name, "--channel", channel!, "--switch", `ch:${application.charmName}-${revision}`)}\``,
    }),
  },
  {
    holds: (seen) => seen.application.charmName === "istio-pilot" && upgrading(seen),
    cause: ({ kubectl }) => ({
      meaning: "its upgrade waits for ever while the workload of a gateway is there (F10)",
      next: `\`${kubectl("get", "deployments", "-l", "istio=ingressgateway")}\` and \`${kubectl("get", "deployment", "istio-ingressgateway-workload")}\` show it: where its application is removed, \`${kubectl("delete", "deployment", "istio-ingressgateway-workload")}\``,
    }),
  },
  {
    holds: upgrading,
    cause: ({ name, kubectl }) => ({
      meaning: "an operator that cannot fetch the new charm stays like this for ever (F4)",
      next: `\`${kubectl("logs", `${name}-operator-0`, "--tail=20")}\` tells: where it says "cannot retrieve charm", take Juju's marks off the definitions that ${name} owns, and remove, deploy and relate it again by hand`,
    }),
  },
  {
    holds: says(/waiting for container/),
    cause: (seen) => ({
      meaning:
        "its Pod does not start, or it does and Juju does not see it: 3.4.0 to 3.4.2 do not for podspec charms (F36)",
      next: `\`${podsOf(seen)}\` tells which: where the Pod is ready, upgrade controller and model to 3.4.3 or later`,
    }),
  },
];

/** The cause that the facts know for what is seen; undefined where they know none, as of an application that is only slow. */
export function causeOf({ model, name, application, target = {}, errors = "" }: Sight): Cause | undefined {
  const units = Object.entries(application.units);
  const typed =
    (tool: string) =>
    (verb: string, ...words: string[]): string =>
      [tool, verb, ...(tool === "juju" ? ["-m", commandName(model)] : ["-n", model]), ...words].join(" ");
  const seen: Seen = {
    name,
    application,
    target,
    errors,
    texts: [application.status.message, ...units.map(([, { workload }]) => workload.message)],
    failed: units.find(([, { workload }]) => workload.current === "error")?.[0],
    juju: typed("juju"),
    kubectl: typed("kubectl"),
  };
  return rules.find(({ holds }) => holds(seen))?.cause(seen);
}

/** As the end of a message. */
export function told(cause: Cause | undefined): string {
  if (!cause) return "";
  return [cause.meaning, cause.next]
    .map((sentence) => `. ${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`)
    .join("");
}
