import { makePlan } from "../../guide/plan";
import type { Plan, Step } from "../../plan/types";
import { baseline16, baselineKatib, hop, settings as plain } from "../support/baseline";

const settings = { ...plain, databases: "mysql" as const };
const stepOf = (plan: Plan, id: string): Step => {
  const found = plan.steps.find((one) => one.id === id);
  if (!found) throw new Error(`no step ${id}`);
  return found;
};

test("a consumer leaves the old server once the new one is active, and meets the new one once it holds every row", () => {
  const plan = makePlan(hop, baseline16(), settings);
  expect(stepOf(plan, "deploy-kfp-db-mysql")).toMatchObject({
    action: { charm: "mysql-k8s", channel: "8.0/stable", trust: true, active: true },
    dependsOn: ["preflight-again", "prove-backup"],
  });
  expect(stepOf(plan, "unrelate-kfp-api-kfp-db")).toMatchObject({
    action: { relation: ["kfp-api:mysql", "kfp-db:mysql"] },
    dependsOn: ["deploy-kfp-db-mysql", "preflight-again", "prove-backup", "scale-up-kfp-api"],
  });
  expect(stepOf(plan, "load-kfp-db-mysql")).toMatchObject({
    dependsOn: expect.arrayContaining(["unrelate-kfp-api-kfp-db"]),
    needs: ["prove-kfp-db", "prove-backup"],
  });
  expect(stepOf(plan, "relate-kfp-api-kfp-db-mysql")).toMatchObject({
    action: { relation: ["kfp-api:relational-db", "kfp-db-mysql:database"] },
    dependsOn: expect.arrayContaining(["load-kfp-db-mysql"]),
  });
});

test("the model is expected with both servers, with the new relation and without the old one, and rows are counted in the new one", () => {
  const verify = stepOf(makePlan(hop, baseline16(), settings), "verify");
  if (verify.type !== "command" || verify.action.kind !== "verify") throw new Error("verify is none");
  const { applications, relations, movedDatabases } = verify.action.expected;
  expect([applications["kfp-db"].charm, applications["kfp-db-mysql"].charm]).toEqual([
    "charmed-osm-mariadb-k8s",
    "mysql-k8s",
  ]);
  expect(relations).toContainEqual(["kfp-api:relational-db", "kfp-db-mysql:database"]);
  expect(relations).not.toContainEqual(["kfp-api:mysql", "kfp-db:mysql"]);
  expect(movedDatabases).toEqual({ "katib-db": "katib-db-mysql", "kfp-db": "kfp-db-mysql" });
});

test("the old server goes with finalize only, after the record, and its volume is Retain before", () => {
  const ids = (finalize: boolean): string[] =>
    makePlan(hop, baselineKatib(), { ...settings, finalize })
      .steps.map(({ id }) => id)
      .filter((id) => /^(finalize|retain|check-retain)-k/.test(id));
  expect(ids(false)).toEqual([]);
  expect(ids(true).sort()).toEqual([
    "check-retain-katib-db-database",
    "finalize-katib-db",
    "finalize-katib-db-password",
    "finalize-kfp-db",
    "finalize-kfp-db-password",
    "retain-katib-db-database",
  ]);
  expect(stepOf(makePlan(hop, baselineKatib(), { ...settings, finalize: true }), "finalize-katib-db")).toMatchObject({
    action: { kind: "finalize-database", volumes: [{ volume: "pvc-katib", claim: "database-11112222-katib-db-0" }] },
    dependsOn: expect.arrayContaining(["record-verified", "check-retain-katib-db-database"]),
    needs: ["verify", "prove-backup"],
  });
});

test("by default nothing is moved, and finalize deletes the copies of the passwords, after the record", () => {
  const plan = makePlan(hop, baseline16(), { ...plain, finalize: true });
  expect(plan.steps.map(({ id }) => id).filter((id) => /mysql|finalize-k/.test(id))).toEqual([
    "finalize-katib-db-password",
    "finalize-kfp-db-password",
  ]);
  expect(stepOf(plan, "finalize-kfp-db-password")).toMatchObject({
    action: { kind: "delete-root-password", application: "kfp-db" },
    dependsOn: ["record-verified", "verify"],
    needs: ["verify"],
  });
  expect(plan.notes).toContainEqual(expect.stringMatching(/^kfp-db stays on charmed-osm-mariadb-k8s/));
});

test("a consumer that could not follow, a name that is taken, a server that cannot be read, a volume that is moved as well and a channel that is closed are refused", () => {
  const related = baseline16();
  related.relations.push(["kfp-db:mysql", "mlflow-server:db"]);
  expect(() => makePlan(hop, related, settings)).toThrow(
    /mlflow-server uses kfp-db and has no relation to it in release 1\.7/,
  );
  const taken = baseline16();
  taken.applications["kfp-db-mysql"] = { ...taken.applications["kfp-db"], charm: "mysql-k8s" };
  expect(() => makePlan(hop, taken, settings)).toThrow(/there is an application "kfp-db-mysql" already/);
  expect(() =>
    makePlan(hop, baselineKatib(), {
      ...settings,
      volumes: [{ application: "katib-db", storage: "database", path: "copy" }],
    }),
  ).toThrow(/the volume of katib-db is moved by "volumes" as well/);
  const unread = baseline16();
  delete unread.databases!["kfp-db"];
  expect(() => makePlan(hop, unread, settings)).toThrow(/no running Pod of kfp-db told how root is let in/);
  const closed = baseline16();
  closed.available["mysql-k8s"] = {};
  expect(() => makePlan(hop, closed, settings)).toThrow(
    /1 finding:[^]*is mysql, but charm "mysql-k8s" has no channel "8\.0\/stable" at Charmhub/,
  );
});
