import type { Permission } from "../../docs/permissions";
import { type AuditEvent, compareRights, rightsTrial } from "../../rehearsal/rights";

const cluster: Permission[] = [
  { group: "", resources: ["persistentvolumeclaims"], verbs: ["list"], why: "users' claims" },
  { group: "", resources: ["secrets"], verbs: ["get"], names: ["artifact"], why: "users' keys" },
];
const model: Permission[] = [
  { group: "", resources: ["persistentvolumeclaims"], verbs: ["list", "watch"], when: "plugin", why: "claims" },
  { group: "batch", resources: ["jobs"], verbs: ["create", "patch"], why: "Jobs" },
  { group: "", resources: ["pods/exec"], verbs: ["get", "create"], why: "rows" },
];
const event = (
  verb: string,
  resource: string,
  more: AuditEvent["objectRef"] = {},
  code = 200,
  decision = "allow",
): AuditEvent => ({
  verb,
  objectRef: { resource, ...more },
  responseStatus: { code },
  annotations: { "authorization.k8s.io/decision": decision },
});
const compare = (...events: AuditEvent[]) => compareRights(events, "kubeflow", { cluster, model });

test("a right counts as used where a request had need of it, and the model's comes before the cluster's", () => {
  expect(compare(event("list", "persistentvolumeclaims", { namespace: "admin" })).used).toEqual([
    "list persistentvolumeclaims",
  ]);
  expect(compare(event("list", "persistentvolumeclaims", { namespace: "kubeflow" })).used).toEqual([
    "list persistentvolumeclaims in the model",
  ]);
  expect(compare(event("get", "secrets", { namespace: "admin", name: "artifact" }))).toMatchObject({
    total: 8,
    used: ["get secrets named artifact"],
    unlisted: [],
  });
});

test("an apply that makes its object, and a command in a Pod, ask for create too", () => {
  const job = { apiGroup: "batch", namespace: "kubeflow", name: "copy" };
  expect(compare(event("patch", "jobs", job)).used).toEqual(["patch jobs.batch in the model"]);
  expect(compare(event("patch", "jobs", job, 201)).used).toEqual([
    "patch jobs.batch in the model",
    "create jobs.batch in the model",
  ]);
  expect(compare(event("get", "pods", { subresource: "exec", namespace: "kubeflow" }, 101)).used).toEqual([
    "get pods/exec in the model",
    "create pods/exec in the model",
  ]);
});

test("what is not listed, or was refused, is told", () => {
  const job = { apiGroup: "batch", namespace: "admin", name: "copy" };
  const { unlisted } = compare(
    event("get", "secrets", { namespace: "admin", name: "other" }),
    event("create", "jobs", job, 201),
    event("list", "persistentvolumeclaims", {}, 403, "forbid"),
  );
  expect(unlisted).toEqual(["get secrets named other", "create jobs.batch named copy", "list persistentvolumeclaims"]);
});

test("events of the whole cluster may be refused to the kubernetes plugin, but not those of a namespace", () => {
  const refused = (where: object): string[] =>
    compare(event("list", "events", where, 403, "forbid"), event("watch", "events", where, 403, "forbid")).unlisted;
  expect(refused({})).toEqual([]);
  expect(refused({ namespace: "admin" })).toEqual(["list events", "watch events"]);
});

test("kinds and versions, questions for one's own rights, and kubectl's requests are none of the upgrade's", () => {
  const kubectl = { ...event("delete", "namespaces"), userAgent: "kubectl/v1.37.2 (linux/amd64)" };
  expect(
    compare(
      { verb: "get" },
      event("create", "selfsubjectaccessreviews", { apiGroup: "authorization.k8s.io" }),
      kubectl,
    ),
  ).toMatchObject({ used: [], unlisted: [] });
});

test("what was not used is told by what it is for", () => {
  expect(compare(event("get", "pods", { subresource: "exec", namespace: "kubeflow" })).unused).toEqual({
    always: [
      "list persistentvolumeclaims",
      "get secrets named artifact",
      "create jobs.batch in the model",
      "patch jobs.batch in the model",
    ],
    plugin: ["list persistentvolumeclaims in the model", "watch persistentvolumeclaims in the model"],
  });
});

test("a rehearsal fails for a right that it should have used, and not for those of what it did not do", () => {
  const log = `${JSON.stringify(event("list", "nodes"))}\n`;
  expect(rightsTrial(log, "kubeflow", undefined)).toEqual({
    name: "rights used",
    ok: true,
    detail: expect.stringMatching(/^1 of \d+ used; not asked for here: .*\b\d+ always; .*\b4 with `rollback`/),
  });
  const { ok, detail } = rightsTrial(log, "kubeflow", ["moved"]);
  expect([ok, detail]).toEqual([
    false,
    expect.stringMatching(/^listed and not used: get persistentvolumes, .*list persistentvolumes/),
  ]);
  expect(detail).not.toMatch(/list nodes|canaries|watch/);
  expect(rightsTrial(`${log}${JSON.stringify(event("delete", "nodes"))}`, "kubeflow", undefined)).toMatchObject({
    ok: false,
    detail: "asked for and not listed: delete nodes",
  });
});
