export { type Comparison, compareInventories, describe, type ObjectName } from "./compare";
export { corruptFiles, corruptObjects } from "./corrupt";
export { seedCluster, type SeedClusterOptions } from "./cluster";
export { type Inventory, takeInventory } from "./inventory";
export { compareDatabases, type DatabaseInventory, databaseInventory, seedDatabases, type TableFacts } from "./databases";
export { type Downtime, startProbe } from "./probe";
export { type Seeded, seedStore } from "./seed";
export type { Store } from "./store";
export { compareWorlds, type WorldInventory, worldInventory } from "./world";
