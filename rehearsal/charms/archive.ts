import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CharmRevision } from "./catalogue";
import { actionsYaml, configYaml, manifestYaml, metadataYaml } from "./metadata";
import { istioWorkload, knativeResource, objects } from "./objects";
import { podSpec } from "./podspec";
import { render, type Value } from "./render";
import { layer } from "./layer";
import { zip } from "./zip";

/** What the charms need to know of the world that they run in. */
export interface CharmWorld {
  /** Image of placeholders, without tag. */
  workload: string;
  minio: string;
  mariadb: string;
  /** URL of the stand-in for Charmhub, which answers which fault strikes a hook. */
  faults: string;
}

/** Objects in one document; without any there is none, since kubectl refuses an empty one. */
const list = (items: Value[]): Value | undefined =>
  items.length === 0 ? undefined : { apiVersion: "v1", kind: "List", items };

function relations({ data, metadata }: CharmRevision): string {
  const declared = { ...metadata.provides, ...metadata.requires };
  const known = (endpoints: string[]): string[] => endpoints.filter((endpoint) => endpoint in declared);
  return [
    ...data.conflicts
      .filter(({ allOf }) => known(allOf).length === allOf.length)
      .map(({ allOf, status, message }) => ["conflict", status, message, allOf.join(" ")]),
    ...data.needs
      .filter(({ anyOf }) => known(anyOf).length > 0)
      .map(({ anyOf, status, message }) => ["need", status, message, known(anyOf).join(" ")]),
  ]
    .map((fields) => `${fields.join("|")}\n`)
    .join("");
}

const knativeKinds: Record<string, [kind: string, plural: string]> = {
  "knative-serving": ["KnativeServing", "knativeservings"],
  "knative-eventing": ["KnativeEventing", "knativeeventings"],
};

function environment({ name, data, metadata, version }: CharmRevision, world: CharmWorld): string {
  const faults = new URL(world.faults);
  const variables: Record<string, string | undefined> = {
    RULES: data.rules.join(" "),
    FAULTS_HOST: faults.hostname,
    FAULTS_PORT: faults.port,
    VERSION: version,
    CONTAINER: data.program?.container ?? metadata.containers[0],
    KNATIVE_DEFINITION: name in knativeKinds ? `${knativeKinds[name][1]}.operator.knative.dev` : undefined,
  };
  return Object.entries(variables)
    .map(([key, value]) => (value === undefined ? "" : `${key}='${value}'\n`))
    .join("");
}

/** All files of a charm by their path. */
export function charmFiles(charm: CharmRevision, world: CharmWorld): Record<string, string> {
  const { name, data, metadata } = charm;
  const hooks = join(__dirname, "hooks");
  const podspec = metadata.generation === "podspec";
  const documents: Record<string, Value | undefined> = {
    "podspec.json": podspec ? podSpec(charm) : undefined,
    "objects.json": podspec ? undefined : list(objects(charm)),
    "layer.json": podspec ? undefined : layer(charm),
    "workload.json": list(istioWorkload(charm, world.workload)),
    "knative.json": name in knativeKinds ? knativeResource(knativeKinds[name][0]) : undefined,
  };
  return {
    "metadata.yaml": metadataYaml(charm),
    "config.yaml": configYaml(charm),
    "actions.yaml": actionsYaml(charm),
    "manifest.yaml": manifestYaml(charm),
    dispatch: readFileSync(join(hooks, "dispatch"), "utf8"),
    "charm.env": environment(charm, world),
    "relations.txt": relations(charm),
    ...Object.fromEntries(
      ["common", ...data.rules].map((rule) => [`lib/${rule}.sh`, readFileSync(join(hooks, `${rule}.sh`), "utf8")]),
    ),
    ...Object.fromEntries(
      Object.entries(documents).flatMap(([path, value]) => (value === undefined ? [] : [[path, `${render(value)}\n`]])),
    ),
  };
}

/** The charm as Charmhub delivers it; equal input gives equal bytes. */
export function packCharm(charm: CharmRevision, world: CharmWorld): Buffer {
  return zip(charmFiles(charm, world), ["dispatch"]);
}

/** The image of a charm's resource: the tag of a placeholder is its charm and revision. */
export function resourceImage({ name, revision, data }: CharmRevision, world: CharmWorld): string {
  return data.image === undefined ? `${world.workload}:${name}-${revision}` : world[data.image];
}
