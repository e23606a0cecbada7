/** What is to be done about a failed command: give up, or try again, which for a change means to look first. */
export type ErrorKind = "permanent" | "transient" | "lock";

interface Known {
  text: RegExp;
  kind: ErrorKind;
  meaning: string;
  next: string;
}

/**
 * Juju's own texts, by their stable middle: the tail differs between per-item and whole-call errors. Sources: juju 2.9.42
 * and 3.6.11; F-numbers are those of docs/facts.md. The first match counts.
 */
const known: Known[] = [
  {
    text: /does not support updating storage on a statefulset|updating storage declarations on a StatefulSet/i,
    kind: "permanent",
    meaning: "the new charm declares other storage than the deployed one, and Juju never refreshes across that (F1)",
    next: "Set this application's storage path to copy, so that it is deployed again and its data moved",
  },
  {
    text: /does not support updating deployment info for services/i,
    kind: "permanent",
    meaning: "the deployed charm runs as a Deployment and the new one does not, and Juju never refreshes across that (F2)",
    next: "Export the custom resources it owns, refresh to the newest revision of its own track, then remove and deploy it by hand",
  },
  {
    text: /does not support updating node selectors|does not support updating devices/i,
    kind: "permanent",
    meaning: "the new charm declares other devices than the deployed one, and Juju never refreshes across that",
    next: "Remove and deploy it by hand; its claims stay",
  },
  {
    text: /be scaled down to 0 units|cannot upgrade from v1 \w+ deployment to v2/i,
    kind: "permanent",
    meaning: "a podspec charm becomes a sidecar charm, which Juju refreshes at 0 units only (F3)",
    next: "Run the upgrade again: it scales first; if it says this again, the application is missing from `sidecar` in the hop's hazards file",
  },
  {
    text: /charm or bundle not found for channel|no releases found for channel|invalid risk in channel/i,
    kind: "permanent",
    meaning: "Charmhub has no such release for this model's base (F24)",
    next: "Compare with `juju info` for the charm",
  },
  { text: /incompatible base|to a charm supporting \[/i, kind: "permanent", meaning: "the new charm is built for other bases (F24)", next: "Compare the bases in `juju info` for the charm" },
  {
    text: /ha(s|ve) been disabled for the current model|operation is blocked/i,
    kind: "permanent",
    meaning: "changes of this kind are disabled in the model",
    next: "See `juju disabled-commands`, and `juju enable-command` when the upgrade may go on",
  },
  {
    text: /permission denied|unauthorized access|You do not have permission/i,
    kind: "permanent",
    meaning: "this user may not do that in this model",
    next: "See `juju whoami`; an administrator grants it with `juju grant`",
  },
  {
    text: /please enter password|macaroon discharge|cannot get discharge|not logged in/i,
    kind: "permanent",
    meaning: "the login has run out",
    next: "Run `juju login`, then the upgrade again",
  },
  {
    text: /No controllers registered|No model in focus|no current controller|model \S+ not found|controller \S+ not found/i,
    kind: "permanent",
    meaning: "the juju client does not know this model",
    next: 'Compare the setting "model" with `juju models`; JUJU_DATA and JUJU_CONTROLLER count too',
  },
  {
    text: /cannot acquire lock file|timeout acquiring mutex/i,
    kind: "lock",
    meaning: "other juju commands of this user held the client's files for longer than juju waits",
    next: "Run the upgrade again, with fewer juju commands beside it",
  },
  {
    text: /upgrade in progress/i,
    kind: "transient",
    meaning: "the controller is being upgraded",
    next: "Wait until `juju status` answers, then run the upgrade again",
  },
  {
    text: /connection is shut down|unable to connect to API|connection refused|connection reset|i\/o timeout|websocket: close|api connection broken|cannot resolve|no such host|context deadline exceeded|TLS handshake timeout/i,
    kind: "transient",
    meaning: "the controller did not answer",
    next: "See `juju controllers --refresh` and the controller's pods, then run the upgrade again",
  },
  {
    text: /state changing too quickly|excessive contention|another user was updating|please try again|deploy incomplete, please try refresh again/i,
    kind: "transient",
    meaning: "others changed the same at that moment",
    next: "Run the upgrade again",
  },
  {
    text: /application is not alive|" is not alive|is dying, but not yet removed/i,
    kind: "transient",
    meaning: "its removal is not through yet",
    next: "Wait until it is gone from `juju status`, then run the upgrade again",
  },
];

const unknown: Omit<Known, "text"> = { kind: "permanent", meaning: "juju refused it", next: "Try the command by hand; it changes nothing when juju refuses it" };

/** Sorts a failure's text, standard error as it was, into what it means and what to do. */
export function classify(text: string): Omit<Known, "text"> {
  return known.find((one) => one.text.test(text)) ?? unknown;
}

/** A juju command that failed. The message names the command, what juju said, what that means and what to do next. */
export class JujuError extends Error {
  readonly kind: ErrorKind;

  constructor(
    readonly args: string[],
    /** What juju said. */
    readonly text: string,
    explained: Omit<Known, "text"> = classify(text),
  ) {
    const said = text
      .replace(/^(ERROR|WARNING) /gm, "")
      .replace(/\s+/g, " ")
      .trim();
    super(`\`juju ${args.join(" ")}\`: ${said === "" ? "it failed without a word" : said.replace(/\.$/, "")}. ${capital(explained.meaning)}. ${explained.next}`);
    this.kind = explained.kind;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
