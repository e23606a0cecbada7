import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePlan } from "../../../guide/plan";
import { renderPlan } from "../../../plan/render";
import { makeRollback } from "../../../guide/rollback/plan";
import type { Baseline, CommandStep, Plan } from "../../../plan/types";
import { baseline16, baselineChangedStorage, baselineGatewayRemoved, hop, settings } from "../../support/baseline";
import { foundAfter, foundCopied, foundGatewayBack, foundHalfWay, foundMoved } from "../../support/found";

function planOf(
  baseline: Baseline,
  found: Baseline,
  changed: Partial<typeof settings> = {},
  gone: string[] = [],
): Plan {
  return makeRollback({ hop, baseline, found }, { ...settings, rollback: true, ...changed }, gone);
}

const models: Record<string, () => Plan> = {
  "1.7-stock": () => planOf(baseline16(), foundAfter()),
  "1.7-copied": () => planOf(baselineChangedStorage(), foundCopied(), {}, ["minio/minio-data"]),
  "1.7-mysql": () => planOf(baseline16(), foundMoved()),
  "gateway-removed": () => planOf(baselineGatewayRemoved(), foundGatewayBack()),
  "half-way": () => planOf(baseline16(), foundHalfWay(), { acceptIrreversible: ["definition-owners"] }),
};

const actions = ({ steps }: Plan): Map<string, CommandStep["action"]> =>
  new Map(steps.flatMap((step) => (step.type === "command" ? [[step.id, step.action]] : [])));

/** Everything a step waits for, directly or not. */
function before({ steps }: Plan, id: string): Set<string> {
  const all = new Map(steps.map((step) => [step.id, step.dependsOn]));
  const seen = new Set<string>();
  const open = [...all.get(id)!];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    open.push(...all.get(one)!);
  }
  return seen;
}

test.each(Object.entries(models))("golden rollback of %s", (name, plan) => {
  const file = join(__dirname, "golden", `${name}.txt`);
  const text = renderPlan(plan());
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
});

describe("a whole upgrade", () => {
  const plan = planOf(baseline16(), foundAfter());
  const all = actions(plan);

  test("keeps the upgrade's preflight and backup as they are, so that their evidence stays", () => {
    const upgrade = makePlan(hop, baseline16(), settings);
    const kept = upgrade.steps.filter(({ phase }) => ["preflight", "backup"].includes(phase));
    expect(plan.steps.filter(({ phase }) => ["preflight", "backup"].includes(phase))).toEqual(kept);
    const ids = new Set(upgrade.steps.map(({ id }) => id));
    expect(plan.steps.filter(({ id }) => ids.has(id)).map(({ id }) => id)).toEqual([
      ...kept.map(({ id }) => id),
      "verify",
    ]);
  });

  test("is the same in every order of the recordings", () => {
    const shuffled = {
      ...foundAfter(),
      applications: Object.fromEntries(Object.entries(foundAfter().applications).reverse()),
    };
    expect(renderPlan(planOf(baseline16(), shuffled))).toBe(renderPlan(plan));
  });

  test("changes nothing before what cannot be undone was accepted and the model recorded", () => {
    for (const { id, phase } of plan.steps) {
      if (["preflight", "backup"].includes(phase) || id === "accept-irreversible") continue;
      expect(before(plan, id)).toContain("accept-irreversible");
      if (id !== "found") expect(before(plan, id)).toContain("found");
    }
  });

  test("never refreshes a sidecar charm to podspec, nor Istio to an older minor", () => {
    const refreshed = [...all.values()].flatMap((action) => (action.kind === "refresh" ? [action.application] : []));
    for (const name of refreshed)
      expect([name, foundAfter().applications[name].generation]).toEqual([
        name,
        baseline16().applications[name].generation,
      ]);
    expect(refreshed).not.toContain("istio-pilot");
    expect(refreshed).not.toContain("kubeflow-profiles");
  });

  test("removes whoever owns definitions under the guard only, which stays until it is back", () => {
    const owners = [...all].filter(
      ([, action]) =>
        action.kind === "remove-application" &&
        hop.hazards.crdOwners.includes(baseline16().applications[action.application]?.charm),
    );
    expect(owners.map(([id]) => id).sort()).toEqual([
      "back-remove-istio-pilot",
      "back-remove-kubeflow-profiles",
      "back-remove-seldon-controller-manager",
    ]);
    for (const [id, action] of owners) {
      expect(action).toMatchObject({ guarded: true });
      expect(before(plan, id)).toContain("guard-definitions");
      expect(before(plan, "lift-guard")).toContain(id.replace("remove", "deploy"));
    }
    for (const id of ["back-remove-knative-operator", "back-remove-kserve-controller"])
      expect(before(plan, "guard-definitions")).toContain(id);
    expect(before(plan, "verify")).toContain("lift-guard");
  });

  test("protects the dashboard's profile before the dashboard goes", () => {
    expect(before(plan, "back-remove-kubeflow-dashboard")).toContain("back-protect-profile-admin");
  });

  test("expects the model as it was, as data", () => {
    const { applications, relations } = baseline16();
    expect(all.get("verify")).toMatchObject({
      expected: {
        release: "1.6",
        applications: Object.fromEntries(
          Object.entries(applications).map(([name, { charm, channel, revision }]) => [
            name,
            { charm, channel, revision },
          ]),
        ),
        relations: expect.arrayContaining(relations),
        set: Object.fromEntries(
          Object.entries(applications).map(([name, { trust, scale, config }]) => [name, { trust, scale, config }]),
        ),
        mesh: { istiod: "1.11", "istio-ingressgateway-workload": "1.11" },
      },
    });
    const verify = all.get("verify") as Extract<CommandStep["action"], { kind: "verify" }>;
    expect(verify.expected.relations).toHaveLength(relations.length);
    expect(Object.keys(verify.expected.applications)).toHaveLength(Object.keys(applications).length);
  });
});

test("a model as it was recorded is not touched", () => {
  const { steps, notes, irreversible } = planOf(baseline16(), baseline16());
  expect({ steps, irreversible }).toEqual({ steps: [], irreversible: [] });
  expect(notes).toContain("the model is as it was recorded: there is nothing to take back");
});

describe("a gateway that had been removed by hand when the model was recorded", () => {
  const plan = planOf(baselineGatewayRemoved(), foundGatewayBack());
  const all = actions(plan);

  test("is removed again, with its workload, before Istio goes back", () => {
    expect(all.get("back-remove-istio-ingressgateway")).toMatchObject({
      kind: "remove-application",
      gone: ["istio-ingressgateway-workload"],
      superseded: "never",
    });
    expect(before(plan, "back-remove-istio-ingressgateway")).toContain(
      "back-unrelate-istio-ingressgateway-istio-pilot",
    );
    expect(before(plan, "back-remove-istio-pilot")).toContain("back-remove-istio-ingressgateway");
    expect([...all.keys()]).not.toContain("back-deploy-istio-ingressgateway");
    const { expected } = all.get("verify") as Extract<CommandStep["action"], { kind: "verify" }>;
    expect(Object.keys(expected.applications).sort()).toEqual(
      Object.keys(baselineGatewayRemoved().applications).sort(),
    );
    // It waited for the gateway when it was recorded, and does again; nothing else may wait.
    expect(
      Object.entries(expected.applications)
        .filter(([, { awaiting: asked }]) => asked)
        .map(([name]) => name),
    ).toEqual(["istio-pilot"]);
    expect(expected.applications["istio-pilot"].awaiting).toEqual({
      status: "waiting",
      message: expect.stringContaining("istio-ingressgateway-workload"),
    });
    expect(expected.relations).toHaveLength(baselineGatewayRemoved().relations.length);
  });

  test("is asked for by name: nobody gets in without it", () => {
    expect(plan.irreversible).toContainEqual({
      name: "no-gateway",
      what: expect.stringContaining("istio-ingressgateway had been removed by hand"),
      asks: true,
    });
    expect(planOf(baseline16(), foundAfter()).irreversible!.map(({ name }) => name)).not.toContain("no-gateway");
  });
});

test("what people deployed themselves since stays, told and expected, though the release has it too", () => {
  const baseline = baseline16();
  delete baseline.applications["katib-ui"];
  baseline.relations = baseline.relations.filter((relation) => !relation.some((end) => end.startsWith("katib-ui:")));
  const found = foundAfter(baseline);
  found.applications["katib-ui"] = foundAfter().applications["katib-ui"];
  found.relations.push(["istio-pilot:ingress", "katib-ui:ingress"]);
  const plan = planOf(baseline, found);
  const { expected } = actions(plan).get("verify") as Extract<CommandStep["action"], { kind: "verify" }>;
  expect(plan.irreversible).toContainEqual({
    name: "since-katib-ui",
    what: "katib-ui came since the upgrade and stays",
    asks: false,
  });
  expect(expected.applications["katib-ui"]).toMatchObject({ channel: found.applications["katib-ui"].channel });
  expect(expected.relations).toContainEqual(["istio-pilot:ingress", "katib-ui:ingress"]);
  expect(plan.steps.map(({ id }) => id)).not.toContain("back-remove-katib-ui");
});

describe("what was set otherwise since", () => {
  test("goes back to what was recorded: options, units and trust", () => {
    const found = foundAfter();
    Object.assign(found.applications["dex-auth"], { config: { "public-url": "x" }, scale: 3 });
    found.applications["training-operator"].trust = false;
    const all = actions(planOf(baseline16(), found));
    expect(all.get("back-configure-dex-auth")).toEqual({ kind: "restore-config", application: "dex-auth", config: {} });
    expect(all.get("back-scale-dex-auth")).toEqual({
      kind: "scale",
      application: "dex-auth",
      units: 1,
      taken: [["dex-auth:ingress", "istio-pilot:ingress"]],
    });
    expect(all.get("back-trust-training-operator")).toEqual({ kind: "trust", application: "training-operator" });
    expect(before(planOf(baseline16(), found), "back-refresh-training-operator")).toContain(
      "back-trust-training-operator",
    );
  });

  test("an application that is deployed again gets all of its units", () => {
    const baseline = baseline16();
    baseline.applications["katib-ui"].scale = 2;
    const plan = planOf(baseline, foundAfter(baseline));
    expect(actions(plan).get("back-scale-katib-ui")).toEqual({ kind: "scale", application: "katib-ui", units: 2 });
    expect(before(plan, "back-relate-istio-pilot-katib-ui")).toContain("back-scale-katib-ui");
  });
});

describe("databases that were moved", () => {
  const plan = planOf(baseline16(), foundMoved());
  const all = actions(plan);

  test("are served by the old servers again, each related once its consumer is off the new one and back", () => {
    expect(all.get("back-unrelate-kfp-api-kfp-db-mysql")).toMatchObject({
      kind: "remove-relation",
      relation: ["kfp-api:relational-db", "kfp-db-mysql:database"],
    });
    expect(all.get("back-relate-kfp-api-kfp-db")).toEqual({
      kind: "add-relation",
      relation: ["kfp-api:mysql", "kfp-db:mysql"],
    });
    expect(before(plan, "back-relate-kfp-api-kfp-db")).toContain("back-unrelate-kfp-api-kfp-db-mysql");
    expect(before(plan, "back-relate-katib-db-manager-katib-db")).toContain(
      "back-unrelate-katib-db-manager-katib-db-mysql",
    );
  });

  test("stay on the new servers as well, which hold what was written since, and that is asked for by name", () => {
    expect(
      [...all.values()].filter(
        (action) => action.kind === "remove-application" && action.application.endsWith("-mysql"),
      ),
    ).toEqual([]);
    const asked = plan.irreversible!.filter(({ asks }) => asks).map(({ name }) => name);
    expect(asked).toEqual(expect.arrayContaining(["rows-since-katib-db", "rows-since-kfp-db"]));
    expect(all.get("accept-irreversible")).toMatchObject({
      asked: expect.arrayContaining([expect.objectContaining({ name: "rows-since-kfp-db" })]),
    });
    expect(plan.irreversible!.map(({ name }) => name).filter((name) => name.startsWith("since-"))).toEqual([]);
    const verify = all.get("verify") as Extract<CommandStep["action"], { kind: "verify" }>;
    expect(verify.expected.applications["kfp-db-mysql"]).toMatchObject({ charm: "mysql-k8s" });
    expect(verify.expected.relations).toHaveLength(baseline16().relations.length);
  });

  test("what people related to a new server themselves stays", () => {
    const found = foundMoved();
    found.relations.push(["kfp-db-mysql:database", "superset:db"]);
    const verify = actions(planOf(baseline16(), found)).get("verify") as Extract<
      CommandStep["action"],
      { kind: "verify" }
    >;
    expect(verify.expected.relations).toContainEqual(["kfp-db-mysql:database", "superset:db"]);
  });

  test("are none of a name that no release knows, nor where a server of that name was there before or runs another charm", () => {
    const baseline = baseline16();
    baseline.applications["own-db"] = { ...baseline.applications["kfp-db"] };
    const asked = (one: Baseline, found: Baseline): string[] =>
      planOf(one, found)
        .irreversible!.map(({ name }) => name)
        .filter((name) => name.startsWith("rows-since-"));
    expect(asked(baseline, foundAfter(baseline))).toEqual([]);
    const before = {
      ...baseline16(),
      applications: { ...baseline16().applications, "kfp-db-mysql": foundMoved().applications["kfp-db-mysql"] },
    };
    expect(asked(before, foundAfter(before))).toEqual([]);
    const found = foundAfter();
    found.applications["kfp-db-mysql"] = { ...foundMoved().applications["kfp-db-mysql"], charm: "percona" };
    expect(asked(baseline16(), found)).toEqual([]);
  });

  test("have no way back once finalize removed the old server", () => {
    const found = foundMoved();
    delete found.applications["kfp-db"];
    expect(() => planOf(baseline16(), found)).toThrow(
      'the databases of "kfp-db" were moved to kfp-db-mysql, and kfp-db was removed by finalize: the rows are in kfp-db-mysql only',
    );
  });
});

describe("refuses in the preview", () => {
  test("what an application would lose of options that may hold secrets", () => {
    const found = foundAfter();
    found.applications["kfp-api"].configOmitted = ["object-store-secret"];
    expect(() => planOf(baseline16(), found)).toThrow(
      'application "kfp-api" is deployed again on the way back, and its options object-store-secret may hold secrets, which are not recorded',
    );
  });

  test("an application that runs another charm now", () => {
    const found = foundAfter();
    found.applications["katib-db"].charm = "mysql-k8s";
    expect(() => planOf(baseline16(), found)).toThrow(
      'application "katib-db" runs charm "mysql-k8s" and ran "charmed-osm-mariadb-k8s"',
    );
  });

  test("one that holds data and is not there", () => {
    const found = foundAfter();
    delete found.applications.minio;
    expect(() => planOf(baseline16(), found)).toThrow(
      'application "minio" is not in the model and holds data (minio-data)',
    );
  });
});
