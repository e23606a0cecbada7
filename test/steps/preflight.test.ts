import { type World, context, model, newWorld, refusal, uuid } from "../support/fake-model";
import { JujuError } from "../../juju/errors";
import type { PreflightQuestion } from "../../guide/preflight/types";
import { preflight } from "../../steps/preflight";
import { baseline16 } from "../support/baseline";

const question: PreflightQuestion = {
  baseline: "ckf-upgrade-baseline-1.6-1.7",
  applications: ["istio-pilot", "minio"],
  versions: {
    juju: { from: "2.9", to: "2.9", source: "a guide" },
    kubernetes: { from: "1.22", to: "1.24", source: "a guide" },
  },
  claims: [{ purpose: "the backup", claim: "ckf-upgrade-backup", sizeMiB: 10240, holdsObjects: true }],
  crossings: [],
  objectStore: { application: "minio", claim: "minio-data-0837847d-minio-0" },
  planned: [],
  ignore: [],
};
const action = { kind: "preflight" as const, ...question };
let world: World;
beforeEach(() => {
  world = newWorld();
  world.putMinio();
  world.put("istio-pilot");
});

/** Every kind that can run, one running and one not. */
function putWork(): void {
  const { cluster } = world;
  cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
  cluster.putObject("notebooks.kubeflow.org", "alice", "asleep", {
    annotations: { "kubeflow-resource-stopped": "2026-11-20T10:00:00Z" },
  });
  cluster.putObject("workflows.argoproj.io", "alice", "run-1", { status: { phase: "Running" } });
  cluster.putObject("workflows.argoproj.io", "bob", "run-2", { status: { phase: "Pending" } });
  cluster.putObject("workflows.argoproj.io", "bob", "run-3", {});
  for (const phase of ["Succeeded", "Failed", "Error"])
    cluster.putObject("workflows.argoproj.io", "bob", `run-${phase}`, { status: { phase } });
  cluster.putObject("scheduledworkflows.kubeflow.org", "bob", "nightly", { spec: { enabled: true } });
  cluster.putObject("scheduledworkflows.kubeflow.org", "bob", "paused", { spec: { enabled: false } });
  for (const kind of ["experiments", "tfjobs", "pytorchjobs", "mpijobs", "mxjobs", "xgboostjobs", "paddlejobs"]) {
    cluster.putObject(`${kind}.kubeflow.org`, "carol", "at-work", {
      status: {
        conditions: [
          { type: "Created", status: "True" },
          { type: "Running", status: "True" },
        ],
      },
    });
    cluster.putObject(`${kind}.kubeflow.org`, "carol", "done", {
      status: {
        conditions: [
          { type: "Running", status: "False" },
          { type: "Succeeded", status: "True" },
        ],
      },
    });
    cluster.putObject(`${kind}.kubeflow.org`, "carol", "broken", {
      status: { conditions: [{ type: "Failed", status: "True" }] },
    });
  }
  cluster.putObject("tfjobs.kubeflow.org", "carol", "suspended", {
    status: { conditions: [{ type: "Suspended", status: "True" }] },
  });
}

test("goes on with a whole model at rest, and changes nothing", async () => {
  expect(await preflight(action, context())).toMatchObject({
    changed: false,
    model: uuid,
    resumed: false,
    ignored: [],
  });
  expect(world.changes).toEqual([]);
});

test("tells every finding at once, and changes nothing", async () => {
  world.modelStatus = "suspended";
  world.disabled = [{ commands: "all", message: "freeze" }];
  world.cluster.namespaces[model].annotations["model.juju.is/id"] = "another-model";
  world.applications.minio.units["minio/0"].workload = { current: "error", message: "hook failed" };
  delete world.applications["istio-pilot"];
  world.put("newcomer", { life: "dying" });
  world.cluster.storageClasses = {};
  const message = await refusal(preflight(action, context()));
  expect(message).toContain("The model is not ready, 8 findings");
  for (const finding of [
    `model-identity        model has the id ${uuid} by juju, the cluster's namespace of that name is of model another-model`,
    "model-upgrading       model: the model is suspended",
    "commands-disabled     all is a set of commands that an operator disabled: freeze",
    "applications-broken   minio minio/0 is in error: hook failed",
    "applications-changed  istio-pilot is gone since the baseline was taken",
    "applications-broken   newcomer is dying",
    "applications-changed  newcomer came since the baseline was taken",
    "storage-class         the backup the cluster has no default StorageClass",
  ]) {
    expect(message).toContain(finding);
  }
  expect(message).toContain("nothing was changed by this run");
  expect(world.changes).toEqual([]);
});

test("refuses what the plan alone told", async () => {
  const planned: PreflightQuestion["planned"] = [
    { name: "kfp-level", subject: "kfp-ui", fact: "runs as a sidecar", meaning: "x", next: "y", weight: "refuses" },
  ];
  expect(await refusal(preflight({ ...action, planned }, context()))).toContain("kfp-level  kfp-ui runs as a sidecar");
});

test("names everything that runs, by namespace and name, and nothing that has ended", async () => {
  putWork();
  const message = await refusal(preflight(action, context()));
  for (const line of [
    /^notebooks-running +Notebook alice\/lab is running$/m,
    /^workflows-running +Workflow alice\/run-1, bob\/run-2, bob\/run-3 are running$/m,
    /^recurring-runs-enabled +ScheduledWorkflow bob\/nightly is enabled$/m,
    /^experiments-running +Experiment carol\/at-work is running$/m,
    /^tfjobs-running +TFJob carol\/at-work is running$/m,
    /^pytorchjobs-running +PyTorchJob carol\/at-work is running$/m,
    /^mpijobs-running +MPIJob carol\/at-work is running$/m,
    /^mxjobs-running +MXJob carol\/at-work is running$/m,
    /^xgboostjobs-running +XGBoostJob carol\/at-work is running$/m,
    /^paddlejobs-running +PaddleJob carol\/at-work is running$/m,
  ]) {
    expect(message).toMatch(line);
  }
  expect(message).toContain("10 findings");
  for (const name of ["asleep", "run-Succeeded", "run-Failed", "run-Error", "paused", "done", "broken", "suspended"])
    expect(message).not.toContain(`/${name}`);
});

test("ignores a kind by its name, and no other", async () => {
  putWork();
  const heard = context();
  const message = await refusal(preflight({ ...action, ignore: ["notebooks-running"] }, heard));
  expect(message).not.toContain("alice/lab");
  expect(message).toContain("9 findings");
  world.cluster.objects = { "notebooks.kubeflow.org": world.cluster.objects["notebooks.kubeflow.org"] };
  expect(await preflight({ ...action, ignore: ["notebooks-running"] }, heard)).toMatchObject({
    ignored: ["notebooks-running Notebook"],
  });
  expect(heard.said).toContain("ignored as set: notebooks-running: Notebook alice/lab is running");
});

test("reads lists in pieces to their end", async () => {
  for (let index = 0; index < 1200; index++)
    world.cluster.putObject(
      "notebooks.kubeflow.org",
      "team",
      `n-${index}`,
      index === 1199 ? {} : { annotations: { "kubeflow-resource-stopped": "" } },
    );
  expect(await refusal(preflight(action, context()))).toContain("Notebook team/n-1199 is running");
});

test("says of a list that may not be read that it is not checked", async () => {
  world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
  world.cluster.forbidden = ["notebooks"];
  const heard = context();
  await preflight(action, heard);
  expect(heard.said.join("\n")).toContain(
    "notebooks-running: cluster not checked: notebooks: the cluster answered 403",
  );
});

describe("space", () => {
  beforeEach(() => {
    world.cluster.pods[`${model}/minio-0`].spec!.nodeName = "node-1";
  });

  test("is looked up at the kubelet of the node that runs the object store", async () => {
    world.cluster.figures["node-1"] = JSON.stringify({
      pods: [
        { volume: [{ pvcRef: { namespace: model, name: "minio-data-0837847d-minio-0" }, usedBytes: 20 * 2 ** 30 }] },
      ],
    });
    expect(await refusal(preflight(action, context()))).toContain(
      "free-space  the backup 20480 MiB of objects do not fit into 10240 MiB",
    );
  });

  test("of a driver that publishes it is looked up, the largest claim of all its places", async () => {
    world.cluster.capacities = [
      { storageClassName: "standard", capacity: "5Gi" },
      { storageClassName: "standard", capacity: "90Gi", maximumVolumeSize: "8Gi" },
      { storageClassName: "fast", capacity: "1Ti" },
    ];
    expect(await refusal(preflight(action, context()))).toContain(
      "free-space  the backup StorageClass standard can make claims of 8192 MiB at most, 10240 MiB are needed",
    );
  });

  test("that nobody tells is said to be unknown", async () => {
    const heard = context();
    await preflight(action, heard);
    expect(heard.said.join("\n")).toContain(
      "free-space: the backup not checked: the driver of StorageClass standard does not say what space it has, nor the kubelet",
    );
  });
});

test("juju that refuses to answer because of an upgrade is a finding, any other failure is none", async () => {
  world.refusal = new JujuError(["status"], { stderr: "ERROR upgrade in progress (upgrade in progress)" });
  expect(await refusal(preflight(action, context()))).toContain(
    "model-upgrading  model: juju answers: upgrade in progress",
  );
  world.refusal = new JujuError(["status"], { stderr: "ERROR permission denied (unauthorized access)" });
  expect(await refusal(preflight(action, context()))).toMatch(/^`juju status`: permission denied/);
});

/** A baseline as an earlier run recorded it, of the model as it is. */
function record(): void {
  const { bundle, ...recorded } = baseline16();
  const { minio } = recorded.applications;
  const live = Object.entries(world.applications).map(([name, { charmName: charm, channel, revision }]) => [
    name,
    { ...minio, charm, channel, revision },
  ]);
  const text = JSON.stringify({
    ...recorded,
    applications: Object.fromEntries(live),
    relations: [["istio-pilot:storage", "minio:object-storage"]],
  });
  world.cluster.configMaps[`${model}/${question.baseline}`] = { "baseline.json": text, "bundle.yaml": bundle };
}

describe("in a later run", () => {
  beforeEach(() => {
    world.applications.minio.related = { "object-storage": ["istio-pilot"] };
    world.applications["istio-pilot"].related = { storage: ["minio"] };
    record();
    world.cluster.putSecret(model, "ckf-upgrade-minio-credentials", {});
    world.cluster.objects = {};
  });
  const begin = (): void => void (world.cluster.configMaps[`${model}/ckf-upgrade-begun`] = { first: "refresh" });

  test("after a backup that failed, a notebook that was started since is refused by its name", async () => {
    world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
    expect(await refusal(preflight(action, context()))).toContain("Notebook alice/lab is running");
  });

  test("after a first step that failed at once, too, though the model need not be at rest", async () => {
    begin();
    world.applications["istio-pilot"].status = { current: "waiting", message: "" };
    expect(await preflight(action, context())).toMatchObject({ resumed: false });
    world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
    expect(await refusal(preflight(action, context()))).toMatch(/1 finding:[^]*Notebook alice\/lab is running/);
  });

  test.each<[string, () => void]>([
    ["an application that is gone", () => delete world.applications.minio],
    ["one that came", () => void world.put("knative-operator")],
    ["a revision", () => void (world.applications.minio.revision = 186)],
    ["a channel", () => void (world.applications.minio.channel = "ckf-1.7/stable")],
    ["units", () => void (world.applications.minio.scale = 0)],
    ["a relation that is gone", () => void (world.applications.minio.related = {})],
  ])(
    "%s shows that a step has changed the model, together with the note that it made, and only then",
    async (_name, change) => {
      world.cluster.putObject("notebooks.kubeflow.org", "alice", "lab");
      change();
      expect(await refusal(preflight(action, context()))).toContain("Notebook alice/lab is running");
      begin();
      const heard = context();
      expect(await preflight(action, heard)).toMatchObject({ resumed: true });
      expect(heard.said.join("\n")).toContain("half-way");
    },
  );

  describe("of a model that a step has changed", () => {
    beforeEach(() => {
      begin();
      delete world.applications["istio-pilot"];
    });

    test("what is broken is refused all the same", async () => {
      world.applications.minio.units["minio/0"].workload = { current: "error", message: "hook failed" };
      expect(await refusal(preflight(action, context()))).toContain("minio/0 is in error: hook failed");
    });

    test("another model's cluster is refused all the same", async () => {
      world.modelUuid = "another";
      expect(await refusal(preflight(action, context()))).toContain("point to different places");
    });
  });
});
