import { checks, ignorableNames } from "../../../guide/preflight/finding";
import type { LiveFacts } from "../../../guide/preflight/facts";
import { preflight } from "../../../guide/preflight/judge";
import { preflightQuestion } from "../../../guide/preflight/question";
import type { PreflightQuestion } from "../../../guide/preflight/types";
import { renderFinding, widthOf } from "../../../guide/preflight/render";
import type { AppStatus } from "../../../juju/status";
import { baseline16, baselineChangedStorage, hop, settings } from "../../support/baseline";

const asked = preflightQuestion(hop, baseline16(), settings);

function application(name: string): AppStatus {
  const atRest = { workload: { current: "active", message: "" }, agent: { current: "idle", message: "" } };
  return {
    charmName: name,
    channel: "1/stable",
    revision: 1,
    scale: 1,
    life: "alive",
    status: { current: "active", message: "" },
    related: {},
    units: { [`${name}/0`]: atRest },
  };
}

/** A model at rest on a cluster that is as the hop wants it. */
function facts(changed: Partial<LiveFacts> = {}): LiveFacts {
  return {
    begun: false,
    resumed: false,
    namespaceOf: "model-id",
    juju: {
      uuid: "model-id",
      clientVersion: "2.9.42",
      modelVersion: "2.9.42",
      modelStatus: "available",
      disabled: [],
      applications: Object.fromEntries(asked.applications.map((name) => [name, application(name)])),
    },
    kubernetes: "v1.24.17",
    running: [],
    unread: [],
    storageClasses: [{ name: "standard", isDefault: true }],
    claims: [],
    marked: [],
    capacities: { standard: 100_000 },
    usedMiB: 2_000,
    format: { text: '{"version":"1","format":"fs","id":"f","fs":{"version":"2"}}' },
    ...changed,
  };
}

const named = (question: PreflightQuestion, found: LiveFacts): string[] =>
  preflight(question, found).refusing.map(({ name, subject }) => `${name} ${subject}`);

test("a model at rest, on versions of the hop, with space, is let through", () => {
  const { refusing, ignored, told } = preflight(asked, facts());
  expect([refusing, ignored, told]).toEqual([[], [], []]);
});

test.each<[string, Partial<LiveFacts>, string]>([
  ["another model's cluster", { namespaceOf: "other" }, "model-identity model"],
  ["a namespace of no model", { namespaceOf: undefined }, "model-identity model"],
  ["juju that is being upgraded", { juju: undefined, refusal: "upgrade in progress" }, "model-upgrading model:"],
  ["a suspended model", { juju: { ...facts().juju!, modelStatus: "suspended" } }, "model-upgrading model:"],
  [
    "a locked model",
    { juju: { ...facts().juju!, disabled: [{ commands: "all", message: "freeze" }] } },
    "commands-disabled all",
  ],
  [
    "removals that are locked",
    { juju: { ...facts().juju!, disabled: [{ commands: "remove-object", message: "" }] } },
    "commands-disabled remove-object",
  ],
  [
    "another line of Juju",
    { juju: { ...facts().juju!, modelVersion: "3.6.11", clientVersion: "3.6.11" } },
    "juju-version model",
  ],
  ["a client of another line", { juju: { ...facts().juju!, clientVersion: "3.6.11" } }, "juju-version client"],
  ["a cluster that is too new", { kubernetes: "v1.25.0" }, "kubernetes-version cluster"],
  ["a cluster that is too old", { kubernetes: "v1.21.14-eks-1" }, "kubernetes-version cluster"],
  [
    "a running notebook",
    { running: [{ check: "notebooks-running", kind: "Notebook", names: ["alice/lab"] }] },
    "notebooks-running Notebook",
  ],
  ["no default StorageClass", { storageClasses: [] }, "storage-class the backup"],
  ["a driver without space", { capacities: { standard: 9_000 } }, "free-space the backup"],
  ["more objects than the backup's claim holds", { usedMiB: 20_000 }, "free-space the backup"],
])("%s is a finding", (_name, changed, finding) => {
  expect(named(asked, facts(changed))).toEqual([finding]);
});

test.each(["v1.22.0", "v1.23.4", "v1.24.99"])("Kubernetes %s is in range", (kubernetes) => {
  expect(named(asked, facts({ kubernetes }))).toEqual([]);
});

test("a lock against destroying the model is none against upgrading it", () => {
  expect(
    named(asked, facts({ juju: { ...facts().juju!, disabled: [{ commands: "destroy-model", message: "" }] } })),
  ).toEqual([]);
});

test.each<[string, (app: AppStatus) => void, string]>([
  [
    "waits",
    (app) => void (app.status = { current: "waiting", message: "for storage" }),
    "applications-restless minio is waiting: for storage",
  ],
  [
    "has an agent at work",
    (app) => void (app.units["minio/0"].agent.current = "executing"),
    "applications-restless minio the agent of minio/0 is executing",
  ],
  [
    "is being upgraded",
    (app) => void (app.units["minio/0"].upgradingFrom = "ch:minio-99"),
    "applications-restless minio minio/0 is being upgraded from ch:minio-99",
  ],
  [
    "is in error",
    (app) => void (app.status = { current: "error", message: "image" }),
    "applications-broken minio is in error: image",
  ],
  [
    "has a failed hook",
    (app) => void (app.units["minio/0"].workload = { current: "error", message: "hook failed" }),
    "applications-broken minio minio/0 is in error: hook failed",
  ],
  [
    "lost its agent",
    (app) => void (app.units["minio/0"].agent = { current: "lost", message: "no contact" }),
    "applications-broken minio the agent of minio/0 is lost: no contact",
  ],
  ["is dying", (app) => void (app.life = "dying"), "applications-broken minio is dying"],
])("an application that %s is a finding", (_name, spoil, text) => {
  const found = facts();
  spoil(found.juju!.applications.minio);
  expect(preflight(asked, found).refusing.map(({ name, subject, fact }) => `${name} ${subject} ${fact}`)).toEqual([
    text,
  ]);
});

test("applications that came or went since the plan was made are findings", () => {
  const found = facts();
  delete found.juju!.applications.minio;
  found.juju!.applications.newcomer = application("newcomer");
  expect(named(asked, found)).toEqual(["applications-changed minio", "applications-changed newcomer"]);
});

test("all findings come at once", () => {
  const found = facts({
    kubernetes: "v1.37.2",
    storageClasses: [],
    running: [{ check: "tfjobs-running", kind: "TFJob", names: ["a/b"] }],
  });
  found.juju!.disabled.push({ commands: "all", message: "" });
  expect(named(asked, found)).toEqual([
    "commands-disabled all",
    "kubernetes-version cluster",
    "tfjobs-running TFJob",
    "storage-class the backup",
  ]);
});

test("what is named in ignorePreflight refuses nothing, and is still told", () => {
  const { refusing, ignored } = preflight(
    { ...asked, ignore: ["kubernetes-version"] },
    facts({ kubernetes: "v1.37.2", running: [{ check: "notebooks-running", kind: "Notebook", names: ["a/b"] }] }),
  );
  expect([refusing.map(({ name }) => name), ignored.map(({ name }) => name)]).toEqual([
    ["notebooks-running"],
    ["kubernetes-version"],
  ]);
});

test("what cannot be read is told as not checked, and refuses nothing", () => {
  const { refusing, told } = preflight(
    asked,
    facts({
      capacities: {},
      usedMiB: undefined,
      format: { why: "no such file" },
      unread: [{ check: "notebooks-running", why: "notebooks: the cluster answered 403, forbidden" }],
    }),
  );
  expect(refusing).toEqual([]);
  expect(told.map(({ name, fact }) => `${name} ${fact}`)).toEqual([
    "on-disk-format not checked: no such file",
    "notebooks-running not checked: notebooks: the cluster answered 403, forbidden",
    "free-space not checked: the driver of StorageClass standard does not say what space it has, nor the kubelet how full the object store's volume is",
  ]);
});

test("a copy needs space of its own, in the class of its source, the backup where it is set", () => {
  const question = preflightQuestion(hop, baselineChangedStorage(), {
    ...settings,
    backupStorageClass: "slow",
    backupSizeMiB: 4096,
  });
  expect(question.claims).toEqual([
    { purpose: "the backup", claim: "ckf-upgrade-backup", sizeMiB: 4096, storageClass: "slow", holdsObjects: true },
    {
      purpose: "the copy of minio's volume",
      claim: "ckf-upgrade-minio-minio-data",
      sizeMiB: 10240,
      storageClass: "standard",
      holdsObjects: true,
    },
  ]);
  expect(named(question, facts({ capacities: { standard: 10_000 } }))).toEqual([
    "storage-class the backup",
    "free-space the copy of minio's volume",
  ]);
});

describe("a disk that volumes are folders of", () => {
  const roomy = { ...settings, backupSizeMiB: 200_000 };
  const copying = preflightQuestion(hop, baselineChangedStorage(), roomy);
  const onFolders = (freeMiB: number, changed: Partial<LiveFacts> = {}): LiveFacts =>
    facts({
      storageClasses: [{ name: "standard", isDefault: true, folders: true }],
      capacities: {},
      usedMiB: 10_000,
      disk: { storageClass: "standard", freeMiB },
      ...changed,
    });
  const told = (question: PreflightQuestion, found: LiveFacts): string[] =>
    preflight(question, found).told.map(({ name, subject, fact }) => `${name} ${subject} ${fact}`);

  test("must have room for the objects once more for the backup, once more for the copy, and some beside", () => {
    const { refusing } = preflight(copying, onFolders(20_999));
    expect(refusing.map(({ name, subject, fact }) => `${name} ${subject} ${fact}`)).toEqual([
      "free-space the disk of minio's volume has 20999 MiB free; the backup and the copy of minio's volume take 20000 MiB of it, and 1024 MiB are to be left",
    ]);
    expect(preflight(copying, onFolders(21_024))).toEqual({ refusing: [], ignored: [], told: [] });
  });

  test("keeps a tenth of what there is where that is more", () => {
    const large = preflightQuestion(hop, baseline16(), roomy);
    expect(named(large, onFolders(109_999, { usedMiB: 100_000 }))).toEqual(["free-space the disk of minio's volume"]);
    expect(named(large, onFolders(110_000, { usedMiB: 100_000 }))).toEqual([]);
  });

  test("may be ignored by name", () => {
    expect(preflight({ ...copying, ignore: ["free-space"] }, onFolders(0))).toMatchObject({
      refusing: [],
      ignored: [{ name: "free-space" }],
    });
  });

  test.each<[string, PreflightQuestion, Partial<LiveFacts>]>([
    ["a claim that is there already", copying, { claims: ["ckf-upgrade-backup"] }],
    [
      "a backup in a bucket",
      preflightQuestion(hop, baselineChangedStorage(), {
        ...roomy,
        backupTarget: "s3",
        backupEndpoint: "https://s3.example.com",
        backupBucket: "b",
        backupSecret: "s",
      }),
      {},
    ],
    [
      "a backup of another class",
      preflightQuestion(hop, baselineChangedStorage(), { ...roomy, backupStorageClass: "fast" }),
      {
        storageClasses: [
          { name: "fast", isDefault: false },
          { name: "standard", isDefault: true, folders: true },
        ],
      },
    ],
    [
      "a backup that others made",
      preflightQuestion(hop, baselineChangedStorage(), {
        ...roomy,
        declaredBackupBy: "ops",
        declaredBackupWhen: "2026-03-01",
        declaredBackupWhat: "Velero",
      }),
      {},
    ],
  ])("needs no room for %s", (_name, question, changed) => {
    expect(named(question, onFolders(11_024, changed))).toEqual([]);
    expect(named(question, onFolders(11_023, changed))).toEqual(["free-space the disk of minio's volume"]);
  });

  test("that could not be looked at is told as not checked, with the reason", () => {
    const found = onFolders(0, {
      usedMiB: undefined,
      disk: { storageClass: "standard", why: "executable file not found" },
    });
    expect(named(copying, found)).toEqual([]);
    expect(told(copying, found)).toEqual(
      ["the backup", "the copy of minio's volume"].map(
        (purpose) =>
          `free-space ${purpose} not checked: what is free on the disk behind StorageClass standard could not be read: executable file not found`,
      ),
    );
  });
});

test("hundreds of objects are named up to a point and counted beyond", () => {
  const names = Array.from({ length: 60 }, (_, index) => `team/${index}`);
  const [{ fact }] = preflight(
    asked,
    facts({ running: [{ check: "workflows-running", kind: "Workflow", names }] }),
  ).refusing;
  expect(fact).toMatch(/^team\/0, team\/1, .*team\/49 and 10 more are running$/);
});

test("a claim that is there already needs no space any more, and must be large enough all the same", () => {
  const made = { claims: ["ckf-upgrade-backup"], storageClasses: [], capacities: {} };
  expect(named(asked, facts(made))).toEqual([]);
  expect(named(asked, facts({ ...made, usedMiB: 20_000 }))).toEqual(["free-space the backup"]);
});

describe("when an interrupted upgrade goes on", () => {
  test("from a step that had changed nothing yet, everything counts but that the model is not at rest", () => {
    const found = facts({ begun: true, running: [{ check: "notebooks-running", kind: "Notebook", names: ["a/b"] }] });
    found.juju!.applications.minio.status = { current: "waiting", message: "" };
    expect(named(asked, found)).toEqual(["notebooks-running Notebook"]);
  });

  test("only what is broken or dangerous counts", () => {
    const found = facts({
      begun: true,
      resumed: true,
      kubernetes: "v1.37.2",
      running: [{ check: "notebooks-running", kind: "Notebook", names: ["a/b"] }],
      storageClasses: [],
    });
    found.juju!.applications.minio.status = { current: "waiting", message: "" };
    delete found.juju!.applications["kfp-ui"];
    expect(preflight(asked, found)).toEqual({ refusing: [], ignored: [], told: [] });
    found.juju!.applications.minio.status = { current: "error", message: "" };
    found.namespaceOf = "other";
    found.juju!.disabled.push({ commands: "all", message: "" });
    expect(named(asked, found)).toEqual(["model-identity model", "commands-disabled all", "applications-broken minio"]);
  });
});

test("what must never be ignored cannot be", () => {
  expect(Object.keys(checks).filter((name) => !(ignorableNames as string[]).includes(name))).toEqual([
    "model-identity",
    "crd-owner-removal",
    "channels-missing",
    "applications-unread",
    "charms-unknown",
    "options-lost",
    "volumes-unmovable",
    "object-store-volume",
    "settings-unfit",
    "model-upgrading",
    "commands-disabled",
    "offers-connected",
    "crossing-guard",
  ]);
});

test("findings are lined up, and say how to ignore them where that is possible", () => {
  const { refusing } = preflight(asked, facts({ namespaceOf: "other", kubernetes: "v1.30.1" }));
  const width = widthOf(refusing);
  expect(refusing.map((finding) => renderFinding(finding, width)).join("\n")).toBe(
    [
      "model-identity      model has the id model-id by juju, the cluster's namespace of that name is of model other",
      "                    Juju and KUBECONFIG point to different places; one would be changed by what is seen in the other",
      "                    Check `juju switch` and `kubectl config current-context`. This cannot be ignored",
      "kubernetes-version  cluster is v1.30.1; this hop is known for 1.22 to 1.24",
      "                    Charms of these releases may ask for APIs that this version no longer has, or not yet (F14). Known from the guide for 1.6 to 1.7 in https://github.com/canonical/bundle-kubeflow (a32fcd2)",
      "                    Move to one of 1.22 to 1.24, or rehearse the upgrade on a copy with this version before you ignore it",
      "                    To go on all the same: ignorePreflight: [kubernetes-version]",
    ].join("\n"),
  );
});

describe("a refresh from podspec to sidecar", () => {
  const crossing = { applications: ["kubeflow-profiles"], definitions: [], marked: [], refused: [] };

  test("is told which definition with an unserved version it would hang on, and how that is cured", () => {
    const definitions = [
      { name: "a.example.com", served: ["v1"], unserved: [] },
      { name: "b.example.com", served: ["v1"], unserved: ["v1alpha1"] },
    ];
    const [finding] = preflight(asked, facts({ crossing: { ...crossing, definitions } })).refusing;
    expect(finding).toMatchObject({
      name: "definitions-unserved",
      subject: "definition",
      fact: "b.example.com (v1alpha1) has a version that is not served",
    });
    expect(finding.meaning).toMatch("unknown 0/1");
    expect(finding.next).toMatch("kubectl edit crd");
  });

  test("is refused where labels cannot be looked for, and cannot be ignored", () => {
    const found = facts({ crossing: { ...crossing, refused: ["objects of x: the cluster answered 403, no"] } });
    expect(preflight(asked, found).refusing).toMatchObject([{ name: "crossing-guard" }]);
    expect(checks["crossing-guard"].ignorable).toBe(false);
  });

  test("only tells what carries labels that can be taken off", () => {
    const { refusing, told } = preflight(asked, facts({ crossing: { ...crossing, marked: ["definition x"] } }));
    expect([refusing, told.map(({ name }) => name)]).toEqual([[], ["crossing-guard"]]);
  });
});

test("a claim that is being deleted is a finding with the way to save its data, half-way through an upgrade too", () => {
  const marked = {
    namespace: "kubeflow",
    claim: "c",
    volume: "v",
    what: "claim and volume" as const,
    reclaimPolicy: "Delete",
    pods: ["minio-0"],
  };
  const [finding] = preflight(asked, facts({ begun: true, resumed: true, marked: [marked] })).refusing;
  expect(finding).toMatchObject({ name: "data-marked", subject: "claim kubeflow/c and its volume v" });
  expect(finding.next).toMatch(/kubectl patch pv v .*Retain.*Do not restart.*kubectl exec -n kubeflow minio-0 -- tar/s);
});
