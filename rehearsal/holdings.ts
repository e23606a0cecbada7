import {
  type DatabaseInventory,
  type Inventory,
  type WorldInventory,
  compareDatabases,
  compareInventories,
  compareWorlds,
  databaseInventory,
  describe,
  seedCluster,
  seedDatabases,
  seededDatabases,
  seededProfiles,
  seedStore,
  takeInventory,
  worldInventory,
} from "./data";
import { databasePassword } from "./lookup";
import type { Scenario } from "./scenarios";
import type { Planted } from "./secrets/planted";
import { type World, deployModel, model, relationsOf, running, storeOf } from "./world";

/** Everything that a model holds and an upgrade must not lose. */
export interface Holdings {
  objects: Inventory;
  databases: DatabaseInventory;
  users: WorldInventory;
  /** Relations of the model, each with its two ends in alphabetical order. */
  relations: string[];
}

/** Databases of a scenario's model and the applications that serve them. */
export function databasesOf(scenario: Scenario): Record<string, string> {
  const serving = running(scenario, "charmed-osm-mariadb-k8s");
  return Object.fromEntries(Object.entries(seededDatabases).filter(([, application]) => serving.includes(application)));
}

/** Name that the upgrade gives the new server of a database, as the upstream guide does. */
export const movedTo = (application: string): string => `${application}-mysql`;

/** Deploys the scenario's model and fills it with what users would miss. `seed`: as seedStore takes it. */
export async function seedModel(
  world: World,
  scenario: Scenario,
  planted: Planted[],
  log: (line: string) => void,
  seed: Parameters<typeof seedStore>[1] = {},
): Promise<Holdings> {
  const { kubeconfig, moverImage } = world;
  await deployModel(world, scenario, planted, log);
  const store = await storeOf(world);
  const [profile, user] = seededProfiles;
  log("seeding objects, databases, profiles and a notebook");
  await seedStore(store, seed);
  await seedCluster({ kubeconfig, image: moverImage, profile, user, credentials: store });
  await seedDatabases(kubeconfig, model, databasesOf(scenario));
  return {
    objects: await takeInventory(store),
    databases: await databaseInventory(kubeconfig, model, databasesOf(scenario)),
    ...(await usersAndRelations(world)),
  };
}

async function usersAndRelations(world: World): Promise<Pick<Holdings, "users" | "relations">> {
  return { users: await worldInventory(world.kubeconfig, world.moverImage), relations: await relationsOf(world) };
}

/**
 * Reads everything back. Objects and rows that cannot be read count as not there.
 * @param moved whether rows are read from the servers that the databases were moved to
 */
export async function holdingsOf(world: World, scenario: Scenario, moved = false): Promise<Holdings> {
  const serving = Object.fromEntries(
    Object.entries(databasesOf(scenario)).map(([database, application]) => [
      database,
      moved ? movedTo(application) : application,
    ]),
  );
  const objects = await storeOf(world)
    .then(takeInventory)
    .catch((): Inventory => ({ buckets: [], objects: [], bytes: 0 }));
  // A mysql-k8s of a real controller tells its passwords by its charm's action only.
  const loginOf = async (application: string): Promise<{ user: string; password: string } | undefined> => {
    const user = "serverconfig";
    const password = moved ? await databasePassword(world.workspace.env, model, application, user) : undefined;
    return password === undefined ? undefined : { user, password };
  };
  const databases = await databaseInventory(world.kubeconfig, model, serving, loginOf).catch((): DatabaseInventory => ({
    tables: {},
    others: [],
  }));
  return { objects, databases, ...(await usersAndRelations(world)) };
}

/** What differs between two looks: a sentence for each object, and one for each other thing that is gone or has changed. */
export function differences(before: Holdings, after: Holdings): { objects: string[]; losses: string[] } {
  return {
    objects: describe(compareInventories(before.objects, after.objects)),
    losses: [...compareWorlds(before.users, after.users), ...compareDatabases(before.databases, after.databases)],
  };
}
