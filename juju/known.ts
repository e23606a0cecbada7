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
    // https://github.com/canonical/charmhub.io/issues/2072: the answer of a proxy or firewall, or the failure of a look-up, after the
    // address. The controller asks for releases (refresh, deploy), the client for `juju info`.
    text: /(?:charmhub\.io|snapcraft\.io|charmcraft)[^\n]*(?:dial tcp|lookup|i\/o timeout|no such host|server misbehaving|connection refused|connection reset|network is unreachable|no route to host|proxy|x509|tls|certificate|EOF|deadline exceeded|Client\.Timeout|bad gateway|service unavailable|too many requests|\b(?:403|407|429|5\d\d)\b)/i,
    kind: "transient",
    meaning:
      "Charmhub was not reached (api.charmhub.io): the client asks it for `juju info`, the controller for what is deployed or refreshed",
    next: "Look from both: `curl -sS https://api.charmhub.io/v2/charms/info/minio` here and from the machine of the controller; set http-proxy, https-proxy and no-proxy of the model (`juju model-config`) and of this shell where a proxy is in between, then run the upgrade again",
  },
  {
    // https://github.com/juju/juju/blob/juju-2.9.42/core/assumes/sat_checker.go; "cannot be deployed because" in 3.x
    text: /feature requirements cannot be met|cannot be deployed because|charm requires feature|charm requires Juju/i,
    kind: "permanent",
    meaning: "the charm asks for another version of Juju or of Kubernetes than this model has (its `assumes`, F50)",
    next: "The version is in the text above: upgrade the controller and then the model (`juju upgrade-controller`, `juju upgrade-model`) within their line, or the cluster, then run the upgrade again",
  },
  {
    // https://github.com/juju/juju/pull/10227, state/application.go and state/applicationoffers.go of juju 2.9.42
    text: /application is used by \d+ (?:offer|consumer)|offer has \d+ relation|cannot delete application offer/i,
    kind: "permanent",
    meaning: "applications of other models use it through an offer, and Juju removes no application that is used so",
    next: "See who (`juju offers`), take those relations away in their models (`juju remove-relation`) and the offer (`juju remove-offer`), run the upgrade again, and offer and relate it again afterwards",
  },
  {
    // apiserver/facades/client/application of juju 2.9.42 (F43)
    text: /would break relation/i,
    kind: "permanent",
    meaning: "the new charm has not the endpoint of a relation that is there, or has it with another interface (F43)",
    next: "Take that relation away (`juju remove-relation`), run the upgrade again, and relate it again to the endpoint of the new charm",
  },
  {
    text: /upgrading a local charm requires either --path or --switch|local charms? (?:cannot|does not)/i,
    kind: "permanent",
    meaning: "the application runs a charm from a file, which no channel of Charmhub refreshes",
    next: "Take it to the same charm of Charmhub first: `juju refresh APPLICATION --switch ch:CHARM --channel CHANNEL`",
  },
  {
    // cmd/juju/application/refresher of juju 2.9.42; https://github.com/canonical/bundle-kubeflow/issues/859
    text: /series "[^"]*" not supported by charm|base "[^"]*" not supported by charm|supported series are|does not support architecture|no (?:matching )?architecture/i,
    kind: "permanent",
    meaning: "the new charm is not made for this model's kind of workload, base or architecture (F24)",
    next: "Compare series, bases and architectures in `juju info` for the charm",
  },
  {
    text: /quota limit exceeded|exceeded quota|is forbidden: exceeded/i,
    kind: "permanent",
    meaning: "a ResourceQuota of the namespace has no room for it",
    next: "See `kubectl describe resourcequota -n MODEL`, make room or raise it, then run the upgrade again",
  },
  {
    text: /storage pool "[^"]*" (?:not found|is not valid)|pool "[^"]*" not found|storageclass(?:es)?[^\n]*not found|cannot find storage class/i,
    kind: "permanent",
    meaning: "the storage pool that the application had, or its StorageClass, is not there any more",
    next: "See `juju storage-pools` and `kubectl get storageclass`, make it again, then run the upgrade again",
  },
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
    next: 'Compare the setting "model" with `juju models`: a model of another user is named with its owner, OWNER/MODEL, e.g. admin/kubeflow; JUJU_DATA and JUJU_CONTROLLER count too',
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
    // `juju export-bundle` of 2.9.42 while a unit goes from a podspec charm to a sidecar one (seen on a real controller)
    text: /agent binaries for unit "[^"]*" not found/i,
    kind: "transient",
    meaning: "a unit is between two charms, and juju exports no model meanwhile",
    next: "Wait until `juju status` shows its agent as idle, then run the upgrade again",
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
