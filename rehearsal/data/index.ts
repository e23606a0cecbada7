export { type Comparison, compareInventories, describe, type ObjectName } from "./compare";
export { clientsFor, ifThere, notebookKind, profileKind } from "./cluster";
export { corruptFiles, corruptObjects, touchObjects } from "./corrupt";
export { seedCluster, type SeedClusterOptions, seededProfiles } from "./cluster";
export { type Inventory, type InventoryObject, takeInventory } from "./inventory";
export {
  compareDatabases,
  type DatabaseInventory,
  databaseInventory,
  seedDatabases,
  seededDatabases,
  spoilPipelines,
  type TableFacts,
} from "./databases";
export { type Downtime, probeIntervalMs, serves, startProbe } from "./probe";
export { type Seeded, seedStore } from "./seed";
export { clientFor, type Store } from "./store";
export { startWork, type UserWork } from "./work";
export { compareWorlds, type WorldInventory, worldInventory } from "./world";
