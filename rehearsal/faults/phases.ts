import { hopNames } from "../../plan/names";
import { databasesOf, movedTo } from "../holdings";
import { type ModelData, backSettings, differences, goalOf, modelData, rowsSince } from "../rollback";
import { scenarios } from "../scenarios";
import { exportedModel } from "../trials";
import type { Kind, Stage } from "./cell";
import { amiss } from "./judge";
import { kubectl } from "./tools";

/** The model that faults strike: its MinIO is copied and deployed again, so that every kind of step is there. */
export const scenario = scenarios["changed-storage"];

/** A model with what lies beside it in the cluster. */
export interface State extends ModelData {
  /** Volumes, and Secrets that the upgrade made. */
  beside: string[];
  /** Those volumes of MinIO's claims that it does not use. */
  unused: string[];
}

/** What a phase has to leave; what is not named here is not compared. */
export type Left = Pick<State, "relations"> & Partial<State>;

/** A part of a world's life: settings are set, `up` runs under faults until it comes through, and then the model is as it has to be. */
export interface Phase {
  name: string;
  settings: Record<string, string>;
  /** Whether rows are in the servers that databases were moved to. */
  moved: boolean;
  /**
   * @param was before the upgrade
   * @param found when the phase began
   */
  goal(was: State, found: State): Left;
}

/** What the hop 1.6 to 1.7 adds to the relations of a model that keeps its mariadb (charmed-kubeflow.md, table 1.1), and those of one that does not. */
const added = ["istio-pilot:gateway-info kserve-controller:ingress-gateway"];
const ofMySql = [
  "katib-db-manager:relational-db katib-db-mysql:database",
  "kfp-api:relational-db kfp-db-mysql:database",
];

const databases = Object.values(databasesOf(scenario));
const touches = (relation: string): boolean => databases.some((name) => relation.split(/[ :]/).includes(name));

function upgrade(moved: boolean): Phase {
  const relations = (was: string[]): string[] => (moved ? [...was.filter((one) => !touches(one)), ...ofMySql] : was);
  return {
    name: "upgrade",
    settings: moved ? { databases: "mysql" } : {},
    moved,
    goal: (was) => ({ relations: [...relations(was.relations), ...added].sort() }),
  };
}

/** Only servers that were moved from, volumes that MinIO left, and the copies of root's passwords go. */
const finalize: Phase = {
  name: "finalize",
  settings: { finalize: "true" },
  moved: true,
  goal: (_was, { applications, relations, beside, unused }) => ({
    applications: Object.fromEntries(Object.entries(applications).filter(([name]) => !databases.includes(name))),
    relations,
    beside: beside.filter((one) => ![...unused, ...databases.map(hopNames().rootPassword)].includes(one)),
    unused: [],
  }),
};

/** All is as before but MinIO, which is kept with its volume, and the servers that databases were moved to; nothing beside it goes. */
const rollback: Phase = {
  name: "rollback",
  settings: backSettings(databases.map(rowsSince)),
  moved: false,
  goal: (was, found) => ({ ...goalOf(was, found, ["minio", ...databases.map(movedTo)]), beside: found.beside }),
};

/** What a world of a kind goes through. */
export function phasesOf({ databases: to, then }: Kind = {}): Phase[] {
  return [upgrade(to === "mysql"), ...(then ? [{ finalize, rollback }[then]] : [])];
}

interface Named {
  metadata: { name: string };
}
interface Volume extends Named {
  spec: { claimRef?: { name: string } };
}
interface Claim extends Named {
  spec: { volumeName?: string };
}
interface Pod extends Named {
  spec: { volumes: { persistentVolumeClaim?: { claimName: string } }[] };
}

/** The model and what lies beside it, as it is now. */
export async function stateOf(stage: Stage): Promise<State> {
  const listed = async <T extends Named>(what: string): Promise<T[]> =>
    (JSON.parse(await kubectl(stage, "get", what, "-o", "json")) as { items: T[] }).items;
  const [volumes, claims, pods, secrets] = [
    await listed<Volume>("persistentvolumes"),
    await listed<Claim>("persistentvolumeclaims"),
    await listed<Pod>("pods"),
    await listed("secrets"),
  ];
  const mounted = pods
    .filter(({ metadata }) => metadata.name === "minio-0")
    .flatMap(({ spec }) => spec.volumes.map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName));
  const used = claims.filter(({ metadata }) => mounted.includes(metadata.name)).map(({ spec }) => spec.volumeName);
  const nameOf = ({ metadata }: Named): string => metadata.name;
  return {
    ...modelData(await exportedModel(stage.world.workspace)),
    beside: [...volumes.map(nameOf), ...secrets.map(nameOf).filter((name) => name.startsWith("ckf-upgrade-"))].sort(),
    unused: volumes
      .filter(({ metadata, spec }) => spec.claimRef?.name.includes("minio") && !used.includes(metadata.name))
      .map(nameOf),
  };
}

/** What of a state is not as a phase has to leave it: sentences about relations, and about all else. */
export function astray(goal: Left, found: State): { relations: string[]; others: string[] } {
  const { applications = found.applications, beside = found.beside, unused = found.unused } = goal;
  return {
    relations: amiss(goal.relations, found.relations),
    others: [
      ...differences({ applications, relations: [] }, { applications: found.applications, relations: [] }),
      ...amiss(beside, found.beside),
      ...amiss(unused, found.unused),
    ],
  };
}
