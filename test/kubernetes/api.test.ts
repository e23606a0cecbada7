import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Upgrade } from "../../components/upgrade";
import { makePlan } from "../../guide/plan";
import { baselineChangedStorage, baselineKatib, hop, settings } from "../support/baseline";
import { type MadeResource, mockPulumi, settled } from "../support/mocks";
import type { Api } from "./trim";

/** The oldest and the newest Kubernetes of the hop, and the newest that any hop may meet. */
const versions = ["1.22.17", "1.24.17", "1.34.1"];
const apis = Object.fromEntries(
  versions.map((version) => [
    version,
    JSON.parse(readFileSync(join(__dirname, "fixtures", `api-${version}.json`), "utf8")) as Api,
  ]),
);

/** What plans with copies, databases and a move to MySQL make in the cluster. */
let made: MadeResource[];
beforeAll(async () => {
  made = mockPulumi();
  for (const [name, baseline, more] of [
    ["copy", baselineChangedStorage(), { finalize: true }],
    ["moved", baselineKatib(), { databases: "mysql", finalize: true }],
  ] as const) {
    const all = { ...settings, ...more };
    new Upgrade(name, { plan: makePlan(hop, baseline, all), baseline, settings: all });
  }
  await settled();
});

/** Paths of an object that a version of Kubernetes has no field for. */
function unknown({ types }: Api, type: string, value: unknown, path: string): string[] {
  if (type.startsWith("[]"))
    return (value as unknown[]).flatMap((one, index) =>
      unknown({ types } as Api, type.slice(2), one, `${path}[${index}]`),
    );
  if (type.startsWith("{}"))
    return Object.entries(value as object).flatMap(([key, one]) =>
      unknown({ types } as Api, type.slice(2), one, `${path}.${key}`),
    );
  const fields = types[type];
  // Scalars, and types that are one: quantities, numbers or texts.
  if (!fields || value === null || typeof value !== "object" || Object.keys(fields).length === 0) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key in fields ? unknown({ types } as Api, fields[key], one, `${path}.${key}`) : [`${path}.${key}`],
  );
}

/** "kubernetes:batch/v1:Job" as the schema names it; a patch is of the kind that it patches. */
function typeOf(token: string): string {
  const [, version, kind] = /^kubernetes:(.*):(.*?)(Patch)?$/.exec(token)!;
  return `io.k8s.api.${version.replace(/\.k8s\.io\//, "/").replace("/", ".")}.${kind}`;
}

describe.each(versions)("Kubernetes %s", (version) => {
  test("has every kind and field of what the plans make", () => {
    const objects = made.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(new Set(objects.map(({ type }) => type)).size).toBeGreaterThan(3);
    const missing = objects.flatMap(({ type, name, inputs }) =>
      typeOf(type) in apis[version].types
        ? unknown(apis[version], typeOf(type), inputs, name)
        : [`${name} is a ${typeOf(type)}`],
    );
    expect(missing).toEqual([]);
  });

  test("serves every group and version that the program asks, but one that it can do without", () => {
    const text = readFileSync("kube/client.ts", "utf8");
    const groups = [...text.matchAll(/\b(Admissionregistration|Apps|Batch|Coordination|Core|Storage)(V\w+)Api\b/g)].map(
      ([, group, name]) => `io.k8s.api.${group.toLowerCase()}.${name.toLowerCase()}.`,
    );
    expect(new Set(groups).size).toBe(6);
    const absent = groups.filter((prefix) => !Object.keys(apis[version].types).some((name) => name.startsWith(prefix)));
    expect(absent).toEqual([]);
  });
});

test("a field that came later is found in an older Kubernetes", () => {
  const job = { spec: { podFailurePolicy: {}, template: { spec: { hostUsers: false } } } };
  expect(unknown(apis["1.24.17"], "io.k8s.api.batch.v1.Job", job, "job")).toEqual([
    "job.spec.podFailurePolicy",
    "job.spec.template.spec.hostUsers",
  ]);
  expect(unknown(apis["1.34.1"], "io.k8s.api.batch.v1.Job", job, "job")).toEqual([]);
});

/** Labels that Kubernetes itself sets, by the version that brought them; https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const since: Record<string, string> = {
  "batch.kubernetes.io/job-name": "1.27",
  "batch.kubernetes.io/controller-uid": "1.27",
  "apps.kubernetes.io/pod-index": "1.28",
};

test("no label is looked for that a Kubernetes of the hop does not set yet", () => {
  const folders = ["kube", "steps", "baseline", "objectstore", "databases", "components", "policy", "status"];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(folder, file)),
  );
  const late = Object.keys(since).filter(
    (label) => Number(since[label].split(".")[1]) > Number(hop.hazards.versions.kubernetes.from.split(".")[1]),
  );
  const used = files.flatMap((file) =>
    late
      .filter(
        (label) =>
          readFileSync(file, "utf8").includes(`${label}=`) || readFileSync(file, "utf8").includes(`"${label}"`),
      )
      .map((label) => `${file}: ${label}`),
  );
  expect(files.length).toBeGreaterThan(40);
  expect(used).toEqual([]);
});
