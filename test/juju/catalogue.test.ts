import type { AppStatus } from "../../juju/application";
import { causeOf, told } from "../../juju/causes";
import { type ErrorKind, explain } from "../../juju/errors";

/*
 * Texts of real controllers and of public reports that stop an upgrade. The source is named where it is not juju's own:
 * cmd/, state/, core/assumes and apiserver/ of juju 2.9.42 and 3.6.11.
 */
test.each<[string, string, ErrorKind, RegExp, RegExp]>([
  [
    "an application that another model uses",
    'removing application prov failed: cannot destroy application "prov": application is used by 1 consumer\n',
    "permanent",
    /other models/,
    /remove-offer/,
  ],
  [
    "an offer in use",
    'ERROR cannot delete application offer "prov": offer has 1 relation\n',
    "permanent",
    /other models/,
    /juju offers/,
  ],
  [
    "a relation that the new charm has no endpoint for (F43)",
    'ERROR cannot upgrade application "prov" to charm "ch:amd64/focal/prov-2": would break relation "req:db prov:db"\n',
    "permanent",
    /endpoint/,
    /remove-relation/,
  ],
  [
    "a sidecar charm back to podspec",
    'ERROR series "focal" not supported by charm, supported series are: kubernetes\n',
    "permanent",
    /kind of workload, base or architecture/,
    /juju info/,
  ],
  [
    "a charm from a file",
    "ERROR upgrading a local charm requires either --path or --switch\n",
    "permanent",
    /from a file/,
    /--switch ch:/,
  ],
  [
    "a name whose removal is not through",
    'ERROR cannot add application "x": state changing too quickly; try again soon\n',
    "transient",
    /at that moment/,
    /again/,
  ],
  [
    "an export in the middle of a crossing",
    'ERROR agent binaries for unit "x/0" not found (not found)\n',
    "transient",
    /between two charms/,
    /idle/,
  ],
  [
    "assumes, as 3.x tells it (F50)",
    'ERROR Charm cannot be deployed because:\n  - charm requires feature "juju" (version >= 3.1.0) but model currently supports version 2.9.49\n',
    "permanent",
    /another version of Juju/,
    /upgrade-controller/,
  ],
  [
    "assumes of Kubernetes",
    'ERROR Charm feature requirements cannot be met:\n  - charm requires feature "k8s-api" (version >= 1.24.0) but model currently supports version 1.22.0\n',
    "permanent",
    /version of Juju or of Kubernetes/,
    /cluster/,
  ],
  [
    // https://github.com/canonical/bundle-kubeflow/issues/818
    "Charmhub behind a proxy with a certificate of its own",
    'ERROR cannot deploy charm "minio": Post "https://api.charmhub.io/v2/charms/refresh": x509: certificate signed by unknown authority\n',
    "transient",
    /Charmhub was not reached/,
    /proxy/,
  ],
  [
    "Charmhub that is down",
    'ERROR resolving with preferred channel: Post "https://api.charmhub.io/v2/charms/refresh": attempts count exceeded: 503 Service Unavailable\n',
    "transient",
    /Charmhub was not reached/,
    /api\.charmhub\.io/,
  ],
  [
    "a quota of the namespace",
    'ERROR persistentvolumeclaims "minio-data-1" is forbidden: exceeded quota: compute, requested: requests.storage=10Gi\n',
    "permanent",
    /ResourceQuota/,
    /describe resourcequota/,
  ],
  ["a pool that is gone", 'ERROR storage pool "fast" not found\n', "permanent", /pool/, /storage-pools/],
  [
    "the controller",
    "ERROR unable to connect to API: dial tcp 10.1.1.1:17070: i/o timeout\n",
    "transient",
    /controller/,
    /controllers/,
  ],
])("%s", (_what, stderr, kind, meaning, next) => {
  expect(explain(stderr)).toMatchObject({
    kind,
    meaning: expect.stringMatching(meaning) as string,
    next: expect.stringMatching(next) as string,
  });
});

function failing(message: string, current = "error"): AppStatus {
  return {
    charmName: "kfp-api",
    channel: "2.0/stable",
    revision: 7,
    scale: 1,
    life: "alive",
    status: { current, message },
    related: {},
    units: { "kfp-api/0": { workload: { current, message }, agent: { current: "idle", message: "" } } },
  };
}

test.each<[string, AppStatus, string, RegExp]>([
  // https://github.com/canonical/bundle-kubeflow/issues/1318
  [
    "versions of the other side",
    failing("List of <ops.model.Relation object-storage:8> versions not found for apps: minio", "waiting"),
    "",
    /other side of a relation.*juju status -m kubeflow kfp-api --relations/s,
  ],
  ["a charm that failed to install", failing('hook failed: "install"'), "", /while it was installed.*juju trust/s],
  [
    "a workload that ends again and again",
    failing("CrashLoopBackOff: back-off 5m0s restarting failed container", "waiting"),
    "",
    /again and again.*--previous/s,
  ],
  [
    "a Pod that no node takes",
    failing("0/2 nodes are available: 2 node(s) had volume node affinity conflict.", "waiting"),
    "",
    /no node takes its Pod/i,
  ],
  [
    "a unit that does not reach Charmhub",
    failing('hook failed: "upgrade-charm"'),
    'cannot retrieve charm "ch:amd64/focal/kfp-api-9": Get "https://api.charmhub.io/api/v1/charms/download": dial tcp: lookup api.charmhub.io: no such host',
    /did not get its charm.*juju resolved -m kubeflow kfp-api\/0/s,
  ],
])("of an application: %s", (_what, application, errors, expected) => {
  expect(told(causeOf({ model: "kubeflow", name: "kfp-api", application, errors }))).toMatch(expected);
});
