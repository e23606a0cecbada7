import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePlan } from "../../guide/plan";
import { preflightQuestion } from "../../guide/preflight/question";
import { closures } from "../../planner/reduce";
import { renderPlan } from "../../plan/render";
import type { Baseline, Plan, StepAction } from "../../plan/types";
import { loadHop } from "../../releases/load";
import { orderSchema } from "../../steps/schema";
import { settings } from "../support/baseline";
import { baselineOf, volumeOf } from "../support/line";

const hop = loadHop("1.11");

/** 1.10 as its stable definition has been since December 2025, with MinIO of a revision whose storage has no place of its own. */
function stock(): Baseline {
  const baseline = baselineOf(hop);
  baseline.applications.minio.revision = 635;
  return baseline;
}

/** As of August 2025: MinIO of track ckf-1.10. */
function podspecMinio(revision = 575): Baseline {
  const baseline = stock();
  Object.assign(baseline.applications.minio, { channel: "ckf-1.10/stable", revision, generation: "podspec" });
  baseline.volumes.minio[0].claim = "minio-data-0837847d-minio-0";
  return baseline;
}

/** As of April 2025: kfp 2.4 and argo 3.4, too. Its charms ran on another base. */
function april2025(): Baseline {
  const baseline = podspecMinio();
  for (const [name, live] of Object.entries(baseline.applications))
    if (/^kfp-(?!db)/.test(name)) live.channel = "2.4/stable";
  baseline.applications["argo-controller"].channel = "3.4/stable";
  return baseline;
}

const plan = (baseline = stock(), changed: Partial<typeof settings> = {}): Plan =>
  makePlan(hop, baseline, { ...settings, to: "1.11", ...changed });

const actionOf = (made: Plan, id: string): StepAction => {
  const step = made.steps.find((one) => one.id === id);
  if (step?.type !== "command") throw new Error(`no command step ${id}`);
  return step.action;
};
const before = (made: Plan, id: string): Set<string> => closures(made.steps).get(id)!;
const refreshed = (made: Plan): string[] =>
  made.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "refresh" ? [step.action.application] : [],
  );

/** What preflight refuses in each model, until a person answers for it. */
const unproven = ["data-unproven/kfp-db", "data-unproven/katib-db", "data-unproven/mlmd"];

/** What else it finds in the baseline alone. */
const findings = (baseline: Baseline): string[] =>
  preflightQuestion(hop, baseline, { ...settings, to: "1.11" })
    .planned.map(({ name, subject }) => `${name}/${subject}`)
    .filter((found) => !unproven.includes(found));

/** 1.10 with kfp 2.4 and argo 3.4, whose MinIO somebody moved to the sidecar charm. */
function april2025Moved(): Baseline {
  const { minio } = stock().applications;
  const baseline = april2025();
  return { ...baseline, applications: { ...baseline.applications, minio }, volumes: stock().volumes };
}

describe("golden plans", () => {
  test.each([
    ["1.10-stock", stock],
    ["1.10-april-2025-minio-moved", april2025Moved],
  ])("%s", (name, baseline) => {
    const file = join(__dirname, "golden", `${name}.txt`);
    const text = renderPlan(plan(baseline()));
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, "utf8"));
  });
});

test("a hop that nobody ran on a real controller says so in its plan", () => {
  expect(plan().notes).toContainEqual(expect.stringMatching(/^NOT REHEARSED: .*1\.10 to 1\.11/));
});

test("every order is one that a step takes", () => {
  for (const step of plan().steps)
    if (step.type === "command")
      expect(
        orderSchema.safeParse({ id: step.id, model: "kubeflow", hop: "1.10-1.11", action: step.action }).error,
      ).toBeUndefined();
});

test("5.1 row 1: it is for Kubernetes 1.32 to 1.33 and Juju 3.6", () => {
  const { versions } = preflightQuestion(hop, stock(), settings);
  expect(versions.kubernetes).toMatchObject({ from: "1.32", to: "1.33" });
  expect(versions.juju).toMatchObject({ from: "3.6", to: "3.6" });
});

test("5.1 row 3: the gateway is gone, then each of four rungs, then the gateway comes again", () => {
  const made = plan();
  const rungs = ["1.25", "1.26", "1.27", "1.28"].map((minor) => `refresh-istio-pilot-${minor}`);
  expect(before(made, rungs[0])).toContain("remove-istio-ingressgateway");
  expect(actionOf(made, "remove-istio-ingressgateway")).toMatchObject({ gone: ["istio-ingressgateway-workload"] });
  rungs.slice(1).forEach((rung, index) => expect(before(made, rung)).toContain(rungs[index]));
  for (const rung of rungs) expect(actionOf(made, rung)).not.toHaveProperty("awaiting");
  expect(before(made, "deploy-istio-ingressgateway")).toContain(rungs[3]);
  expect(actionOf(made, "deploy-istio-ingressgateway")).toMatchObject({ channel: "1.28/stable" });
});

test("5.1 row 4: channels of the target bundle", () => {
  const made = plan();
  for (const [application, channel] of Object.entries({
    "argo-controller": "3.7/stable",
    "katib-controller": "0.19/stable",
    "katib-db-manager": "0.19/stable",
    "katib-ui": "0.19/stable",
    "kfp-api": "2.15/stable",
    "kserve-controller": "0.15/stable",
  }))
    expect(actionOf(made, `refresh-${application}`)).toMatchObject({ channel });
});

test("5.1 row 5: what stays on its channel goes to the revision that the channel has now", () => {
  const baseline = stock();
  expect(actionOf(plan(baseline), "refresh-dex-auth")).toMatchObject({
    channel: "2.41/stable",
    revision: baseline.available["dex-auth"]["2.41/stable"],
  });
  baseline.applications["dex-auth"].revision = baseline.available["dex-auth"]["2.41/stable"];
  expect(refreshed(plan(baseline))).not.toContain("dex-auth");
});

describe("5.1 row 6: MinIO", () => {
  test("from 600 on is refreshed, its key pinned before, which is kept from where pipelines have it", () => {
    const made = plan();
    expect(made.storage).toMatchObject([{ application: "minio", path: "refresh" }]);
    expect(before(made, "refresh-minio")).toContain("pin-minio-credentials");
    expect(actionOf(made, "pin-minio-credentials")).toEqual({
      kind: "set-credentials",
      application: "minio",
      from: "ckf-upgrade-minio-credentials-1-10-1-11",
    });
    expect(actionOf(made, "store-minio-credentials")).toMatchObject({ from: "mlpipeline-minio-artifact" });
    expect(before(made, "pin-minio-credentials")).toContain("store-minio-credentials");
  });

  test.each([
    ["below 600, whose storage has a place", 555],
    ["of revision 583", 583],
  ])("%s is refused, since its refresh is", (_name, revision) => {
    const baseline = stock();
    baseline.applications.minio.revision = revision;
    expect(() => plan(baseline)).toThrow(/deployed again as a sidecar/);
  });

  test.each([
    ["of a known revision", 575],
    ["of one that nobody knows", 4711],
  ])("of ckf-1.10 %s is refused, since its refresh is", (_name, revision) => {
    expect(() => plan(podspecMinio(revision))).toThrow(/storage minio\/minio-data.*deployed again as a sidecar/s);
  });
});

test("5.1 row 7: mlmd with a second storage is refused, and one without is refreshed", () => {
  const baseline = stock();
  expect(findings(baseline)).toEqual([]);
  expect(refreshed(plan(baseline))).toContain("mlmd");
  baseline.applications.mlmd.revision = 415;
  baseline.volumes.mlmd = [volumeOf("mlmd", "mlmd-data"), volumeOf("mlmd", "config", 1)];
  expect(findings(baseline)).toContain("storage-declaration/mlmd");
});

test.each(["knative-serving", "knative-eventing"])(
  "5.1 row 8: %s in another namespace is refused, and the one that it will have is not",
  (application) => {
    const baseline = stock();
    baseline.applications[application].config = { namespace: application };
    expect(findings(baseline)).toEqual([]);
    baseline.applications[application].config = { namespace: "elsewhere" };
    expect(findings(baseline)).toEqual([`options-changed/${application}`]);
  },
);

test("F45: every refresh and deployment names the base of its revision", () => {
  for (const step of plan().steps)
    if (step.type === "command" && (step.action.kind === "refresh" || step.action.kind === "deploy"))
      expect(step.action.base).toBe("ubuntu@24.04");
});

test("F51, F54: what no step backs up is refused by name until a person answers for it, and only where it is", () => {
  const baseline = stock();
  const { "katib-db": _, ...applications } = baseline.applications;
  const question = (of: Baseline) => preflightQuestion(hop, of, { ...settings, to: "1.11" }).planned;
  expect(question(baseline).map(({ name, subject, weight }) => [`${name}/${subject}`, weight])).toEqual(
    unproven.map((name) => [name, "refuses"]),
  );
  expect(question({ ...baseline, applications }).map(({ subject }) => subject)).toEqual(["kfp-db", "mlmd"]);
  for (const { next, subject } of question(baseline)) expect(next).toContain(`data-unproven/${subject}`);
});

test("F47: MySQL is left alone, whatever revision its channel has, and that is told", () => {
  const made = plan();
  expect(refreshed(made)).not.toContain("kfp-db");
  expect(made.notes).toContainEqual(expect.stringMatching(/^kfp-db stays on mysql-k8s: .*\(F47\)/));
  expect(findings(stock()).join()).not.toContain("kfp-db");
});

test("F48: Istio climbs once kubeflow-profiles is through", () => {
  expect(before(plan(), "refresh-istio-pilot-1.25")).toContain("refresh-kubeflow-profiles");
  const baseline = stock();
  const { available, applications } = baseline;
  applications["kubeflow-profiles"].revision = available["kubeflow-profiles"]["1.10/stable"];
  expect(before(plan(baseline), "refresh-istio-pilot-1.25")).not.toContain("refresh-kubeflow-profiles");
});

test("F55: argo-controller before metacontroller", () => {
  expect(before(plan(), "refresh-metacontroller-operator")).toContain("refresh-argo-controller");
});

test("nothing that owns definitions is removed or goes through 0 units (F41, F61)", () => {
  for (const step of plan().steps) {
    if (step.type !== "command") continue;
    if (step.action.kind === "scale") expect(step.action.units).toBeGreaterThan(0);
    if (step.action.kind === "remove-application") expect(step.action.application).toBe("istio-ingressgateway");
  }
});

test("it adds no relation and no application, and takes none away for good", () => {
  const made = plan();
  const of = (kind: "add-relation" | "remove-relation"): string[] =>
    made.steps.flatMap((step) =>
      step.type === "command" && step.action.kind === kind ? [step.action.relation.join(" ")] : [],
    );
  expect(of("add-relation").sort()).toEqual(of("remove-relation").sort());
});
