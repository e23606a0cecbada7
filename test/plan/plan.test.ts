import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePlan } from "../../guide/plan";
import { closures } from "../../planner/reduce";
import { type CheckName, ignorableNames } from "../../guide/preflight/finding";
import { renderPlan } from "../../plan/render";
import type { Baseline, CommandStep, Plan } from "../../plan/types";
import {
  baseline16,
  baselineChangedStorage,
  baselineExtraApps,
  baselineGatewayRemoved,
  baselineHalfUpgraded,
  baselineKatib,
  baselineLarge,
  baselineLite,
  baselineUpgraded,
  hop,
  settings,
} from "../support/baseline";

const models: Record<string, { baseline: () => Baseline } & Partial<typeof settings>> = {
  "1.6-stock": { baseline: baseline16 },
  "1.6-changed-storage": { baseline: baselineChangedStorage },
  "1.6-changed-storage-finalize": { baseline: baselineChangedStorage, finalize: true },
  "1.6-rebind-finalize": { baseline: baselineLarge, copyLimitMiB: 10240, finalize: true },
  "1.6-katib-db-copy": {
    baseline: baselineKatib,
    volumes: [{ application: "katib-db", storage: "database", path: "copy" }],
  },
  "1.6-mysql-finalize": { baseline: baselineKatib, databases: "mysql", finalize: true },
  "1.6-lite": { baseline: baselineLite },
  "1.6-extra-apps": { baseline: baselineExtraApps },
  "1.6-half-upgraded": { baseline: baselineHalfUpgraded },
  "1.6-gateway-removed": { baseline: baselineGatewayRemoved },
  "already-1.7": { baseline: baselineUpgraded },
};

function planOf(baseline: Baseline, changed: Partial<typeof settings> = {}): Plan {
  return makePlan(hop, baseline, { ...settings, ...changed });
}

function actionOf(plan: Plan, id: string): CommandStep["action"] {
  const step = plan.steps.find((one) => one.id === id);
  if (step?.type !== "command") throw new Error(`no command step ${id}`);
  return step.action;
}

/** Everything a step waits for, directly or not. */
function before(plan: Plan, id: string): Set<string> {
  const found = closures(plan.steps).get(id);
  if (!found) throw new Error(`no step ${id}`);
  return found;
}

/** Steps of the databases that a full model has. */
const dumps = ["katib-db", "kfp-db"].flatMap((name) => [`store-${name}-password`, `${name}-dump`, `prove-${name}`]);

const ids = (plan: Plan): string[] => plan.steps.map(({ id }) => id);

describe("golden plans", () => {
  test.each(Object.entries(models))("%s", (name, { baseline, ...changed }) => {
    const file = join(__dirname, "golden", `${name}.txt`);
    const text = renderPlan(planOf(baseline(), changed));
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });

  test("the same baseline gives the same plan, whatever the order its applications came in", () => {
    const baseline = baselineChangedStorage();
    const shuffled = { ...baseline, applications: Object.fromEntries(Object.entries(baseline.applications).reverse()) };
    expect(renderPlan(planOf(shuffled))).toBe(renderPlan(planOf(baseline)));
  });
});

describe("faults of the guide's draft that the plan does not inherit (facts, prior art 0.3)", () => {
  const plan = planOf(baselineChangedStorage(), { finalize: true });

  test("(a) the user and the key both come back, from one Secret that outlives the application", () => {
    expect(actionOf(plan, "store-minio-credentials")).toMatchObject({
      from: "minio-secret",
      to: "ckf-upgrade-minio-credentials",
    });
    expect(actionOf(plan, "set-minio-credentials")).toMatchObject({ from: "ckf-upgrade-minio-credentials" });
    expect(before(plan, "remove-minio")).toContain("store-minio-credentials");
  });

  test("(b) the size is known: the old volume fits and the new declaration is met", () => {
    expect(actionOf(plan, "deploy-minio")).toMatchObject({ storage: { "minio-data": 10240 } });
    const large = baselineChangedStorage();
    large.volumes.minio[0].capacityMiB = 51200;
    expect(actionOf(planOf(large), "deploy-minio")).toMatchObject({ storage: { "minio-data": 51200 } });
  });

  test("(c) the volume is the one that minio's own claim is bound to, though another application's name also says minio", () => {
    const baseline = baselineChangedStorage();
    baseline.volumes["mlflow-minio"] = [
      { ...baseline.volumes.minio[0], claim: "minio-data-ffffffff-mlflow-minio-0", volume: "pvc-of-mlflow" },
    ];
    const text = renderPlan(planOf(baseline, { finalize: true }));
    expect(text).toContain("patch volume pvc-1c0ffee0-2222-4333-8444-555566667777 to Retain");
    expect(text).not.toContain("pvc-of-mlflow");
  });

  test("(d) every step has a name of its own", () => {
    expect(new Set(ids(plan)).size).toBe(plan.steps.length);
  });

  test("(e) no MinIO runs on the volume that is filled: the new one gets it once it was checked", () => {
    expect(before(plan, "adopt-minio-volume")).toContain("find-minio-claim");
    expect(before(plan, "start-minio")).toContain("adopt-minio-volume");
  });

  test("(f) the copy is checked, and nothing serves it before", () => {
    expect(before(plan, "prove-minio-migration")).toContain("minio-migration");
    for (const id of ["delete-minio-migration-pod", "deploy-minio", "adopt-minio-volume", "start-minio"])
      expect(before(plan, id)).toContain("prove-minio-migration");
  });

  test("(g) objects are read through S3 before anything is related to the new MinIO", () => {
    for (const id of ids(plan).filter((one) => /^relate-.*minio/.test(one)))
      expect(before(plan, id)).toContain("prove-objects");
    expect(ids(plan).filter((one) => /^relate-.*minio/.test(one))).toHaveLength(5);
  });

  test("(h) claim and volume go in one step, which knows both by the claim's real name", () => {
    expect(actionOf(plan, "finalize-minio-minio-data")).toMatchObject({
      source: { claim: "minio-data-0837847d-minio-0", volume: "pvc-1c0ffee0-2222-4333-8444-555566667777" },
    });
  });

  test("(i) only the relations of applications that are removed are removed", () => {
    const removed = new Set(
      plan.steps.flatMap((step) =>
        step.type === "command" && step.action.kind === "remove-application" ? [step.action.application] : [],
      ),
    );
    expect([...removed].sort()).toEqual(["istio-ingressgateway", "kubeflow-roles", "minio"]);
    const relations = plan.steps.flatMap((step) =>
      step.type === "command" && step.action.kind === "remove-relation" ? [step.action.relation] : [],
    );
    expect(relations).toHaveLength(6);
    for (const relation of relations)
      expect(relation.some((endpoint) => removed.has(endpoint.split(":")[0]))).toBe(true);
  });

  test("(j) the new claim is looked up after the deployment", () => {
    expect(before(plan, "adopt-minio-volume")).toContain("find-minio-claim");
    expect(actionOf(plan, "find-minio-claim")).toMatchObject({ source: "minio-data-0837847d-minio-0" });
  });
});

describe("the move of a volume", () => {
  const copy = planOf(baselineChangedStorage(), { finalize: true });
  const rebind = planOf(baselineLarge(), { copyLimitMiB: 10240, finalize: true });
  const staging = "ckf-upgrade-minio-minio-data";
  const source = "minio-data-0837847d-minio-0";

  test("copies the long part while MinIO serves, and waits for nothing but the backup and a claim", () => {
    expect(before(copy, "minio-presync")).toEqual(
      new Set([
        "preflight",
        "store-minio-credentials",
        "export-resources",
        "backup-claim",
        "resources-backup",
        "prove-resources",
        ...dumps,
        "minio-backup",
        "prove-backup",
        "preflight-again",
        "stage-minio",
      ]),
    );
    for (const id of ids(copy).filter((one) => /^unrelate-.*minio/.test(one)))
      expect(before(copy, id)).toContain("minio-presync");
  });

  test("copies the rest once the old MinIO is removed", () => {
    expect(before(copy, "minio-migration")).toContain("remove-minio");
    expect(before(copy, "deploy-minio")).toContain("delete-minio-migration-pod");
  });

  test("never scales what has storage", () => {
    for (const plan of [copy, rebind])
      expect(
        plan.steps.filter(
          (step) => step.type === "command" && step.action.kind === "scale" && step.action.application === "minio",
        ),
      ).toEqual([]);
  });

  test("gives the new MinIO its key once its volume is handed over, so that nobody can use it before", () => {
    for (const plan of [copy, rebind]) {
      expect(before(plan, "set-minio-credentials")).toContain("adopt-minio-volume");
      expect(before(plan, "start-minio")).toContain("set-minio-credentials");
      expect(actionOf(plan, "deploy-minio")).toMatchObject({ config: {} });
    }
  });

  test("looks into the volume that MinIO was deployed with before it is given up, and before it is deleted", () => {
    for (const id of ["adopt-minio-volume", "finalize-minio-minio-data"])
      expect(actionOf(copy, id)).toMatchObject({ look: settings.moverImage });
  });

  test("stages a claim of the source's class and modes, in which the old volume and the new declaration fit", () => {
    expect(copy.steps.find(({ id }) => id === "stage-minio")).toMatchObject({
      type: "claim",
      claim: staging,
      sizeMiB: 10240,
      storageClass: "standard",
      accessModes: ["ReadWriteOnce"],
    });
  });

  test("adopts the staged volume for a copy, the source's own for a rebind, and never copies for that", () => {
    expect(actionOf(copy, "adopt-minio-volume")).toMatchObject({ from: staging });
    expect(actionOf(rebind, "adopt-minio-volume")).toMatchObject({ from: source });
    expect(ids(rebind).filter((id) => /presync|migration|stage-/.test(id))).toEqual([]);
    expect(actionOf(rebind, "deploy-minio")).toMatchObject({ storage: { "minio-data": 20480 } });
  });

  test("retains the source before the old MinIO is removed, whichever way", () => {
    for (const plan of [copy, rebind]) expect(before(plan, "remove-minio")).toContain("check-retain-minio");
  });

  test("has a clock that starts when the old MinIO is removed and ends when the new one serves", () => {
    expect(actionOf(copy, "remove-minio")).toMatchObject({ stops: "pvc-1c0ffee0-2222-4333-8444-555566667777" });
    expect(actionOf(copy, "start-minio")).toMatchObject({
      kind: "start-on-volume",
      units: 1,
      source: { volume: "pvc-1c0ffee0-2222-4333-8444-555566667777" },
    });
  });

  test("ends with a finalize step that knows whether the source's volume is in use", () => {
    expect(actionOf(copy, "finalize-minio-minio-data")).toMatchObject({ staging });
    expect(actionOf(rebind, "finalize-minio-minio-data")).not.toHaveProperty("staging");
    expect(copy.steps.find(({ id }) => id === "finalize-minio-minio-data")!.needs).toContain("adopt-minio-volume");
  });

  test("of another application deploys it again as it is, and gives it its relations back", () => {
    const plan = planOf(baselineKatib(), { volumes: [{ application: "katib-db", storage: "database", path: "copy" }] });
    expect(actionOf(plan, "deploy-katib-db")).toMatchObject({
      charm: "charmed-osm-mariadb-k8s",
      channel: "latest/stable",
      revision: baselineKatib().applications["katib-db"].revision,
      config: { database: "katib" },
      storage: { database: 2048 },
    });
    expect(ids(plan).filter((id) => id.endsWith("relate-katib-db-manager-katib-db"))).toEqual([
      "unrelate-katib-db-manager-katib-db",
      "relate-katib-db-manager-katib-db",
    ]);
    expect(before(plan, "relate-katib-db-manager-katib-db")).toContain("start-katib-db");
    expect(before(plan, "verify")).toContain("relate-katib-db-manager-katib-db");
    expect(ids(plan)).not.toContain("set-katib-db-credentials");
    expect(plan.steps.find(({ id }) => id === "katib-db-presync")).toMatchObject({ objectStore: false });
  });

  test("of two related applications takes their relation away once, and restores it once both serve", () => {
    const baseline = baselineKatib();
    baseline.applications["kfp-db"].config = {};
    baseline.volumes["kfp-db"] = [
      { ...baseline.volumes["katib-db"][0], claim: "database-3-kfp-db-0", volume: "pvc-kfp" },
    ];
    baseline.relations.push(["katib-db:replica", "kfp-db:replica"]);
    const plan = planOf(baseline, {
      volumes: ["katib-db", "kfp-db"].map((application) => ({ application, storage: "database", path: "rebind" })),
    });
    expect(ids(plan).filter((id) => id === "unrelate-katib-db-kfp-db")).toHaveLength(1);
    for (const id of ["start-katib-db", "start-kfp-db"]) expect(before(plan, "relate-katib-db-kfp-db")).toContain(id);
    for (const id of ["remove-katib-db", "remove-kfp-db"])
      expect(before(plan, id)).toContain("unrelate-katib-db-kfp-db");
  });
});

describe("order", () => {
  const plan = planOf(baselineChangedStorage());

  test("nothing changes the model before the backup is proven", () => {
    const free = [
      "preflight",
      "store-minio-credentials",
      "export-resources",
      "backup-claim",
      "resources-backup",
      "prove-resources",
      ...dumps,
      "minio-backup",
      "prove-backup",
    ];
    for (const id of ids(plan).filter((one) => !free.includes(one))) expect(before(plan, id)).toContain("prove-backup");
  });

  test("istio-pilot takes one minor after the other, between the gateway's removal and its return", () => {
    const ladder = ["1.12", "1.13", "1.14", "1.15", "1.16"].map((minor) => `refresh-istio-pilot-${minor}`);
    ladder.reduce((lower, higher) => {
      expect(before(plan, higher)).toContain(lower);
      return higher;
    });
    expect(before(plan, ladder[0])).toContain("remove-istio-ingressgateway");
    expect(before(plan, "deploy-istio-ingressgateway")).toContain(ladder[4]);
  });

  test("Juju's labels are taken off at 0 units before every crossing, which looks again", () => {
    const down = ids(plan).filter((id) => id.startsWith("scale-down-"));
    expect(down).toContain("scale-down-kubeflow-profiles");
    for (const id of down) {
      const application = id.slice("scale-down-".length);
      expect(before(plan, `guard-crossing-${application}`)).toContain(id);
      expect(before(plan, `refresh-${application}`)).toContain(`guard-crossing-${application}`);
      expect(plan.steps.find((step) => step.id === `refresh-${application}`)).toMatchObject({
        action: { crossing: true },
      });
    }
  });

  test("trust comes before the refresh of the seven, and of no other", () => {
    const trusted = ids(plan)
      .filter((id) => id.startsWith("trust-"))
      .map((id) => id.slice("trust-".length));
    expect(trusted.sort()).toEqual([
      "jupyter-ui",
      "katib-db-manager",
      "katib-ui",
      "kfp-api",
      "kubeflow-dashboard",
      "kubeflow-profiles",
      "seldon-controller-manager",
    ]);
    for (const application of trusted) expect(before(plan, `refresh-${application}`)).toContain(`trust-${application}`);
  });

  test("an application scaled down to be refreshed is scaled up again", () => {
    for (const id of ids(plan).filter((one) => one.startsWith("scale-down-")))
      expect(before(plan, id.replace("down", "up"))).toContain(id);
  });

  test("refreshes that have nothing to do with each other do not wait for each other", () => {
    expect(before(plan, "refresh-katib-controller")).not.toContain("refresh-admission-webhook");
    expect(before(plan, "refresh-kfp-ui")).not.toContain("scale-up-kfp-api");
  });

  test("the source volume is deleted only where the setting says so", () => {
    expect(ids(plan).filter((id) => id.startsWith("finalize"))).toEqual([]);
  });
});

describe("what is no difference is no step", () => {
  test("an application at its target channel and revision is left alone", () => {
    const baseline = baseline16();
    baseline.applications["dex-auth"].revision = baseline.available["dex-auth"]["2.31/stable"];
    const plan = planOf(baseline);
    expect(ids(plan)).not.toContain("refresh-dex-auth");
    expect(plan.notes).toContain("at their target already: dex-auth");
  });

  test("an equal storage declaration moves no data", () => {
    const plan = planOf(baseline16());
    expect(plan.storage[0]).toMatchObject({
      path: "refresh",
      reason: "deployed charm (revision 99) and target charm both declare 10240 MiB: no data moves",
    });
    expect(ids(plan).filter((id) => /migration|retain|remove-minio/.test(id))).toEqual([]);
    expect(ids(plan)).toContain("refresh-minio");
  });

  test("applications that the model never had are not brought in, those new in the release are", () => {
    const plan = planOf(baselineLite());
    expect(ids(plan)).not.toContain("deploy-katib-ui");
    expect(ids(plan)).toContain("deploy-kserve-controller");
  });

  test("an application that no release knows keeps its charm and its relations", () => {
    const plan = planOf(baselineChangedStorage());
    expect(ids(plan).filter((id) => id.includes("mlflow-server"))).toEqual([
      "unrelate-minio-mlflow-server",
      "relate-minio-mlflow-server",
    ]);
  });
});

describe("what the plan refuses", () => {
  test("a channel that Charmhub does not have", () => {
    const baseline = baseline16();
    delete baseline.available["kfp-api"];
    expect(() => planOf(baseline)).toThrow('charm "kfp-api" has no channel "2.0-alpha.7/stable" at Charmhub');
  });

  test("a charm under a known name that no rule covers", () => {
    const baseline = baseline16();
    baseline.applications["kfp-db"].charm = "postgresql-k8s";
    expect(() => planOf(baseline)).toThrow('application "kfp-db" runs charm "postgresql-k8s"');
  });

  test("a redeployment that would lose secret options", () => {
    const baseline = baselineChangedStorage();
    baseline.applications.minio.configOmitted = ["secret-key", "ssl-key"];
    expect(() => planOf(baseline)).toThrow(
      'application "minio" is deployed again by this hop, and its options ssl-key may hold secrets',
    );
  });

  test("every application that would lose secret options, in one run", () => {
    const baseline = baselineChangedStorage();
    for (const name of ["istio-ingressgateway", "kubeflow-roles", "minio"])
      baseline.applications[name].configOmitted = ["api-token"];
    expect(() => planOf(baseline)).toThrow(
      /"istio-ingressgateway" is deployed again[^]*"kubeflow-roles" is deployed again[^]*"minio" is deployed again/,
    );
  });

  test("a move that would lose secret options of another application", () => {
    const baseline = baselineKatib();
    baseline.applications["katib-db"].configOmitted = ["root_password"];
    expect(() =>
      planOf(baseline, { volumes: [{ application: "katib-db", storage: "database", path: "copy" }] }),
    ).toThrow('application "katib-db" is deployed again by this hop, and its options root_password may hold secrets');
  });

  test("a volume that cannot move", () => {
    const baseline = baselineChangedStorage();
    expect(() => planOf(baseline, { storagePath: "rebind" })).toThrow(
      "has 1024 MiB and the new claim will ask for 10240 MiB, which never binds",
    );
  });

  test("the volume of an application that the hop takes another way", () => {
    const baseline = baselineKatib();
    baseline.volumes["istio-pilot"] = [{ ...baseline.volumes.minio[0], storage: "state" }];
    expect(() =>
      planOf(baseline, { volumes: [{ application: "istio-pilot", storage: "state", path: "copy" }] }),
    ).toThrow('setting "volumes" names istio-pilot, which this hop takes another way');
  });

  test("a model whose object store has no volume", () => {
    const baseline = baseline16();
    baseline.volumes = {};
    expect(() => planOf(baseline)).toThrow('application "minio" has no volume for its storage "minio-data"');
  });

  test("the removal of a charm that owns custom resource definitions", () => {
    const changed = structuredClone(hop);
    changed.hazards.redeploy["kubeflow-profiles"] = { gone: [], why: "a mistake in a hazards file" };
    expect(() => makePlan(changed, baseline16(), settings)).toThrow('the plan would remove "kubeflow-profiles"');
  });

  test("all that stands in its way, in one run, each with what it means and what to do", () => {
    const baseline = baselineChangedStorage();
    const { applications } = baseline;
    delete baseline.available["kfp-api"];
    Object.assign(applications["dex-auth"], { charm: "", channel: "", revision: -1 });
    applications["kfp-db"].charm = "postgresql-k8s";
    applications["kubeflow-roles"].configOmitted = ["api-token"];
    applications.minio.scale = 2;
    const changed: Partial<typeof settings> = {
      databases: "mysql",
      volumes: [{ application: "mlmd", storage: "mlmd-data", path: "copy" }],
      backupTarget: "s3",
      backupEndpoint: "http://minio:9000",
    };
    delete baseline.databases!["katib-db"];
    const refuse = (): Plan => planOf(baseline, changed);
    expect(refuse).toThrow("this hop cannot be planned, 8 findings:\n");
    for (const told of [
      'channels-missing     kfp-api cannot be brought to release 1.7: charm "kfp-api" has no channel',
      'applications-unread  application "dex-auth" could not be read by juju\n                     A baseline of it would be wrong, and is recorded once only\n                     Mend it (`juju status dex-auth`), then try again',
      'charms-unknown       application "kfp-db" runs charm "postgresql-k8s"',
      'options-lost         application "kubeflow-roles" is deployed again',
      "volumes-unmovable    storage minio/minio-data cannot come along by copy: minio has 2 units",
      'settings-unfit       setting "volumes" names mlmd/mlmd-data, which the model does not have',
      'settings-unfit       setting "backupEndpoint" is http://minio:9000, which is the object store',
      'settings-unfit       setting "databases" is mysql, but no running Pod of katib-db',
    ]) {
      expect(refuse).toThrow(told);
    }
  });

  test("nothing of it because it was named in ignorePreflight, which takes none of these names", () => {
    const names: CheckName[] = [
      "applications-unread",
      "charms-unknown",
      "options-lost",
      "volumes-unmovable",
      "object-store-volume",
      "settings-unfit",
    ];
    expect(ignorableNames.filter((name) => names.includes(name))).toEqual([]);
    const baseline = baselineChangedStorage();
    baseline.applications.minio.scale = 2;
    expect(() => planOf(baseline, { ignorePreflight: names })).toThrow("volumes-unmovable");
  });
});

describe("a gateway that somebody removed by hand", () => {
  const plan = planOf(baselineGatewayRemoved());
  const gateway = "istio-ingressgateway";

  test("comes back from the target's channel with the bundle's config, at the end of the climb, and related", () => {
    const { channel, options, charm } = hop.target.applications[gateway];
    expect(actionOf(plan, `deploy-${gateway}`)).toMatchObject({
      application: gateway,
      charm,
      channel,
      config: options,
      trust: true,
    });
    expect(options).toEqual({ kind: "ingress" });
    expect(before(plan, `deploy-${gateway}`)).toContain("refresh-istio-pilot-1.16");
    expect(actionOf(plan, `relate-${gateway}-istio-pilot`)).toEqual({
      kind: "add-relation",
      relation: [`${gateway}:istio-pilot`, "istio-pilot:istio-pilot"],
    });
    expect(before(plan, "deploy-knative-operator")).toContain(`relate-${gateway}-istio-pilot`);
    expect(ids(plan).filter((id) => id.startsWith("relate-") && id.includes(gateway))).toHaveLength(1);
    expect(plan.notes.filter((note) => note.includes("removed by hand"))).toHaveLength(1);
  });

  test("may have left its workload, which is gone before the climb (F10, F11)", () => {
    expect(actionOf(plan, `remove-${gateway}`)).toMatchObject({
      kind: "remove-application",
      gone: [`${gateway}-workload`],
    });
    expect(before(plan, "refresh-istio-pilot-1.14")).toContain(`remove-${gateway}`);
    expect(ids(plan).filter((id) => id.startsWith("unrelate-") && id.includes(gateway))).toEqual([]);
  });

  test("comes back to a control plane that is through", () => {
    const baseline = baselineGatewayRemoved();
    Object.assign(baseline.applications["istio-pilot"], {
      channel: "1.16/stable",
      revision: baseline.available["istio-pilot"]["1.16/stable"],
    });
    const late = planOf(baseline);
    expect(ids(late)).toEqual(
      expect.arrayContaining([`remove-${gateway}`, `deploy-${gateway}`, `relate-${gateway}-istio-pilot`]),
    );
    expect(ids(late).filter((id) => id.startsWith("refresh-istio-pilot"))).toEqual([]);
  });

  test("is none where the model is of the target release or has no Istio", () => {
    const upgraded = baselineUpgraded();
    delete upgraded.applications[gateway];
    expect(ids(planOf(upgraded))).toEqual([]);
    const bare = baselineGatewayRemoved();
    delete bare.applications["istio-pilot"];
    expect(ids(planOf(bare))).not.toContain(`deploy-${gateway}`);
  });
});
