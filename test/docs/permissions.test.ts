import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import {
  clusterPermissions,
  files,
  manifest,
  manifestText,
  modelPermissions,
  permissionsDocument,
} from "../../docs/permissions";
import { userKinds } from "../../plan/kinds";
import { loadHop } from "../../releases/load";

const everything = [...clusterPermissions, ...modelPermissions];

test("both files are what the list says now; if not, run `npm run docs:permissions`", () => {
  expect(readFileSync(files.manifest, "utf8")).toBe(manifestText());
  expect(readFileSync(files.document, "utf8")).toBe(permissionsDocument());
});

test("the manifest is what Kubernetes takes, and all of its rules are in the document", () => {
  expect(parseAllDocuments(manifestText()).map((document) => document.toJS() as unknown)).toEqual(manifest("kubeflow"));
  const text = permissionsDocument();
  for (const { resources, verbs, why } of everything)
    expect(text).toMatch(
      new RegExp(
        `\\| ${resources[0].replace("/", "\\/")}.* \\| ${verbs.join(", ")} \\| ${why.replace(/[.*+?()]/g, "\\$&")} \\|`,
      ),
    );
});

test("no right is a wildcard, and every one has a reason", () => {
  for (const { resources, verbs, group, why } of everything) {
    expect([...resources, ...verbs, group].join()).not.toContain("*");
    expect(why.length).toBeGreaterThan(10);
  }
});

const may = (permissions: typeof everything, verb: string, group: string, resource: string): boolean =>
  permissions.some((one) => one.group === group && one.resources.includes(resource) && one.verbs.includes(verb));

/** What is of the program's own making, by name: a rollback makes and deletes it. */
const own = ["canaries.ckf-upgrade.invalid", "ckf-upgrade-keep-definitions"];
const others = everything.filter(({ names }) => !names?.every((name) => own.includes(name)));

test("nothing may delete definitions, users' objects, namespaces or workloads, read any Secret, or make Pods and rights", () => {
  for (const [verb, group, resource] of [
    ["delete", "apiextensions.k8s.io", "customresourcedefinitions"],
    ["delete", "", "namespaces"],
    ["delete", "apps", "statefulsets"],
    ["patch", "apps", "deployments"],
    ["create", "", "pods"],
    ["deletecollection", "", "pods"],
  ]) {
    expect(may(others, verb, group, resource)).toBe(false);
  }
  for (const { group, verbs } of others.filter(({ group }) => group !== "" && group !== "batch"))
    expect([group, verbs]).not.toContain("delete");
  expect(everything.filter(({ group }) => group === "rbac.authorization.k8s.io")).toEqual([]);
  for (const { resources, verbs, names } of everything.filter(({ resources }) => resources.includes("secrets"))) {
    if (!verbs.includes("create")) expect(names?.length).toBeGreaterThan(0);
    else expect({ resources, verbs }).toEqual({ resources: ["secrets"], verbs: ["create"] });
  }
});

test("every kind that is counted, exported or applied on trial may be", () => {
  const { apply, runs } = loadHop("1.7").hazards.customResources;
  for (const name of [...apply, ...runs, ...userKinds.map(({ plural, group }) => `${plural}.${group}`)]) {
    const [plural, ...group] = name.split(".");
    expect([name, may(clusterPermissions, "list", group.join("."), plural)]).toEqual([name, true]);
  }
  for (const name of apply)
    expect(may(clusterPermissions, "patch", name.slice(name.indexOf(".") + 1), name.split(".")[0])).toBe(true);
});
