/** What is to be done about a failed command: wait and try, try again after a look at the model, or give up. */
export type ErrorKind = "transient" | "lock" | "permanent" | "missing";

export interface Known {
  text: RegExp;
  kind: ErrorKind;
  meaning: string;
  next: string;
  /** Juju may say so because the wanted state is there already: the model tells, not the text. */
  maybeDone?: true;
}

/**
 * Juju's own texts, by their stable middle: what a call fails with ends in a code in parentheses, what one item fails with
 * does not. Sources: cmd/ and apiserver/ of juju 2.9.42 and 3.6.11. The first match counts.
 */
export const known: Known[] = [
  {
    // https://github.com/canonical/mlflow-operator/issues/112, https://github.com/juju/juju/pull/21916
    text: /does not support updating storage|updating storage declarations on a StatefulSet/i,
    kind: "permanent",
    meaning: "the new charm declares other storage than the deployed one, and Juju never refreshes across that (F1)",
    next: "Set this application's storage path to copy, so that it is deployed again and its data moved",
  },
  {
    // https://github.com/canonical/bundle-kubeflow/issues/732, https://github.com/canonical/bundle-kubeflow/issues/847
    text: /does not support updating deployment info|cannot upgrade from v1 \w+ deployment to v2/i,
    kind: "permanent",
    meaning:
      "the deployed charm runs as another kind of workload than the new one, and Juju never refreshes across that (F2)",
    next: "Export the custom resources it owns, refresh to the newest revision of its own track, then remove and deploy it by hand",
  },
  {
    text: /does not support updating (node selectors|devices)/i,
    kind: "permanent",
    meaning: "the new charm declares other devices than the deployed one, and Juju never refreshes across that",
    next: "Remove and deploy it by hand; its claims stay",
  },
  {
    // https://github.com/juju/juju/pull/15701
    text: /be scaled down to 0 units/i,
    kind: "permanent",
    meaning: "a podspec charm becomes a sidecar charm, which Juju refreshes at 0 units only (F3)",
    next: "Run the upgrade again: it scales first; if it says this again, the application is missing from `sidecar` in the hop's hazards file",
  },
  {
    text: /cannot downgrade from v2 charm format to v1/i,
    kind: "permanent",
    meaning: "a sidecar charm never becomes a podspec charm again",
    next: "There is no way back by refresh: deploy the old revision under another name and restore its data",
  },
  {
    text: /charm or bundle not found for channel|no releases found for channel|invalid risk in channel|No information found for charm/i,
    kind: "missing",
    meaning: "Charmhub has no such charm or release for this model's base and architecture (F24)",
    next: "Compare with `juju info` for the charm",
  },
  {
    text: /incompatible base|to a charm supporting \[/i,
    kind: "permanent",
    meaning: "the new charm is built for other bases (F24)",
    next: "Compare the bases in `juju info` for the charm",
  },
  {
    text: /ha(s|ve) been disabled for the current model|operation is blocked/i,
    kind: "permanent",
    meaning: "an operator disabled changes of this kind in the model",
    next: "See `juju disabled-commands`, and `juju enable-command` when the upgrade may go on",
  },
  {
    text: /unauthorized access|You do not have permission|^ERROR permission denied/im,
    kind: "permanent",
    meaning: "this user may not do that in this model",
    next: "See `juju whoami`; an administrator grants it with `juju grant`",
  },
  {
    text: /please enter password|macaroon discharge|cannot get discharge|not logged in|cannot log into controller/i,
    kind: "permanent",
    meaning: "the login has run out, and nobody is asked for a password here",
    next: "Run `juju login`, then the upgrade again",
  },
  {
    text: /No controllers registered|No model in focus|no current controller|model \S+ not found|controller \S+ not found/i,
    kind: "missing",
    meaning: "the juju client does not know this model",
    next: 'Compare the setting "model" with `juju models`; JUJU_DATA and JUJU_CONTROLLER count too',
  },
  {
    text: /cannot acquire lock file|timeout acquiring mutex/i,
    kind: "lock",
    meaning: "other juju commands of this user held the client's files for longer than juju waits (5 s)",
    next: "Run the upgrade again, with fewer juju commands beside it",
  },
  {
    text: /upgrade in progress/i,
    kind: "transient",
    meaning: "the controller is being upgraded",
    next: "Wait until `juju status` answers, then run the upgrade again",
  },
  {
    text: /connection is shut down|unable to connect to API|connection refused|connection reset|i\/o timeout|websocket: close|api connection broken|cannot resolve (?!charm|bundle)|no such host|context deadline exceeded|TLS handshake timeout/i,
    kind: "transient",
    meaning: "the controller did not answer",
    next: "See `juju controllers --refresh` and the controller's pods, then run the upgrade again",
  },
  {
    text: /state changing too quickly|excessive contention|another user was updating|please try again|deploy incomplete, please try refresh again/i,
    kind: "transient",
    meaning: "something else changed the same at that moment",
    next: "Run the upgrade again",
  },
  {
    text: /" is not alive|is dying, but not yet removed/i,
    kind: "transient",
    meaning: "its removal is not through yet",
    next: "Wait until it is gone from `juju status`, then run the upgrade again",
  },
  {
    text: /already exists/i,
    kind: "permanent",
    meaning: "it is in the model already, though not as wanted, or it is still on its way out",
    next: "Look at `juju status`; wait for it to vanish, or remove it, then run the upgrade again",
    maybeDone: true,
  },
  {
    text: /application "[^"]*" (not found|does not exist)|relation matching ".*" not found|no relations found/i,
    kind: "missing",
    meaning: "the model has no such application or relation",
    next: "Look at `juju status --relations`",
    maybeDone: true,
  },
  {
    text: /unrecognized command|(option|flag) provided but not defined/i,
    kind: "permanent",
    meaning: "this juju client is of a line whose commands are not the ones used here",
    next: "Install a client of the controller's line, 2.9 or 3.x",
  },
];
