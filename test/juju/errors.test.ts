import fc from "fast-check";
import { type ErrorKind, explain, JujuError, lastError, shown } from "../../juju/errors";

/** Texts as juju 2.9.42 and 3.6.11 write them. */
const texts: [string, ErrorKind, string][] = [
  [
    "ERROR Juju on containers does not support updating storage on a statefulset.\nThe new charm's metadata contains updated storage declarations.\nYou'll need to deploy a new charm rather than upgrading if you need this change.\n not supported (not supported)",
    "permanent",
    "F1",
  ],
  [
    "ERROR updating storage declarations on a StatefulSet during charm upgrade is not supported; deploy a new charm (not supported)",
    "permanent",
    "F1",
  ],
  ["k8s does not support updating storage", "permanent", "F1"],
  [
    "ERROR Juju on containers does not support updating deployment info for services.\nThe new charm's metadata contains updated deployment info.",
    "permanent",
    "F2",
  ],
  ["ERROR cannot upgrade from v1 stateless deployment to v2", "permanent", "F2"],
  ["ERROR cannot upgrade from v1 daemon deployment to v2", "permanent", "F2"],
  [
    "ERROR Juju on containers does not support updating node selectors (configured from charm devices).",
    "permanent",
    "devices",
  ],
  ["k8s does not support updating devices", "permanent", "devices"],
  [
    "ERROR Upgrading from an older PodSpec style charm to a newer Sidecar charm requires that\nthe application be scaled down to 0 units.\n\nBefore refreshing the application again, you must scale it to 0 units",
    "permanent",
    "F3",
  ],
  ["ERROR cannot downgrade from v2 charm format to v1", "permanent", "never becomes"],
  [
    'ERROR selecting releases: charm or bundle not found for channel "9/stable", platform "amd64/ubuntu/20.04"\navailable releases are:\n  1/stable',
    "missing",
    "F24",
  ],
  [
    'ERROR resolving with preferred channel: selecting releases: charm or bundle not found for channel "9/stable", base "amd64/ubuntu/20.04"',
    "missing",
    "F24",
  ],
  ['ERROR no releases found for channel "9/stable"', "missing", "F24"],
  ['ERROR invalid risk in channel "9/steady"', "missing", "F24"],
  ['ERROR No information found for charm or bundle with the name "minioo"', "missing", "no such charm"],
  [
    "ERROR All operations that change model have been disabled for the current model.\nTo enable the command run\n\n    juju enable-command all",
    "permanent",
    "disabled",
  ],
  ["ERROR remove-object has been disabled for the current model.", "permanent", "disabled"],
  ["ERROR the operation has been blocked (operation is blocked)", "permanent", "disabled"],
  ["ERROR permission denied (unauthorized access)", "permanent", "may not"],
  [
    'You do not have permission to integrate.\nYou may ask an administrator to grant you access with "juju grant".\nERROR permission denied',
    "permanent",
    "may not",
  ],
  ["please enter password for admin on uk8s: \nERROR EOF", "permanent", "login"],
  ["ERROR model uk8s:admin/x not found", "missing", "does not know this model"],
  ["ERROR controller x not found", "missing", "does not know this model"],
  ["ERROR No model in focus.", "missing", "does not know this model"],
  ['ERROR application "minio" not found', "missing", "no such application"],
  ['ERROR could not scale application "x": application "x" does not exist', "missing", "no such application"],
  ['ERROR relation matching "a:x b:y" not found (not found)', "missing", "or relation"],
  ["ERROR cannot acquire lock file to read controller uk8s: timeout acquiring mutex", "lock", "held"],
  ["ERROR upgrade in progress (upgrade in progress)", "transient", "upgraded"],
  ["ERROR connection is shut down", "transient", "did not answer"],
  [
    "ERROR unable to connect to API: dial tcp 10.1.1.1:17070: connect: connection refused",
    "transient",
    "did not answer",
  ],
  ["ERROR unable to connect to API: dial tcp 10.1.1.1:17070: i/o timeout", "transient", "did not answer"],
  ['ERROR cannot resolve "juju.example"', "transient", "did not answer"],
  ["ERROR websocket: close 1006 (abnormal closure): unexpected EOF", "transient", "did not answer"],
  ["ERROR api connection broken unexpectedly", "transient", "did not answer"],
  ['ERROR agent binaries for unit "kfp-api/0" not found (not found)', "transient", "between two charms"],
  ["ERROR state changing too quickly; try again soon (excessive contention)", "transient", "at that moment"],
  ["ERROR another user was updating application; please try again", "transient", "at that moment"],
  ['ERROR "minio" deploy incomplete, please try refresh again in a little bit.', "transient", "at that moment"],
  ['ERROR application "minio" is not alive', "transient", "removal"],
  [
    'ERROR cannot add relation "a b"\nrelation a:x b:x is dying, but not yet removed (already exists): ',
    "transient",
    "removal",
  ],
  ['ERROR cannot add application "minio": application already exists', "permanent", "already"],
  ["ERROR unrecognized command: juju run-action", "permanent", "line"],
  ["ERROR option provided but not defined: --trust", "permanent", "line"],
];

it.each(texts)("sorts %j", (text, kind, meaning) => {
  const { meaning: told, next, ...rest } = explain(text);
  expect(rest).toMatchObject({ kind });
  expect(told).toContain(meaning);
  expect(next).toBeTruthy();
});

it("takes what nobody has seen for final, and claims to know nothing about it", () => {
  expect(explain("ERROR something nobody has seen")).toEqual({ kind: "permanent" });
  expect(explain('charm "minio": already up-to-date')).toEqual({ kind: "permanent" });
});

it("tells command, juju's words, meaning and what to do, in one line", () => {
  const stderr = `Added charm-hub charm "minio", revision 278 in channel ckf-1.8/stable, to the model\n${texts[0][0]}\n`;
  const { message } = new JujuError(["refresh", "minio"], { stderr, exitCode: 1 });
  expect(message).toMatch(
    /^`juju refresh minio`: Juju on containers does not support updating storage .*\. The new charm declares other storage.*\(F1\)\. \S/,
  );
  expect(message).not.toContain("\n");
});

it.each([
  ["ERROR first\nWARNING more\n\u001b[31mERROR\u001b[0m second\nline\nWARNING last\n", "second line"],
  [
    'ERROR cannot add application "minio": application already exists\nERROR failed to deploy charm "minio"\n',
    'cannot add application "minio": application already exists',
  ],
  [
    'removing application foo failed: application "foo" not found\n',
    'removing application foo failed: application "foo" not found',
  ],
  ["", ""],
])("finds the last error in %j", (stderr, last) => {
  expect(lastError(stderr)).toBe(last);
});

it("shows no value of an option", () => {
  expect(shown(["deploy", "minio", "--config", "secret-key=a=b\nc", "--storage", "minio-data=1M"])).toBe(
    "juju deploy minio --config secret-key=*** --storage minio-data=1M",
  );
  expect(shown(["config", "-m", "kubeflow", "minio", "secret-key=hunter2"])).toBe(
    "juju config -m kubeflow minio secret-key=***",
  );
});

it("makes one line of whatever juju says", () => {
  fc.assert(
    fc.property(fc.string(), (stderr) =>
      expect(new JujuError(["status"], { stderr }).message).toMatch(/^`juju status`: \S[^\n\r]*$/u),
    ),
  );
});
