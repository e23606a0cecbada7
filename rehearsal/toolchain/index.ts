export { cacheRoot } from "./cache";
export { type EnsureOptions, ensureToolchain, type Toolchain, toolPath } from "./ensure";
export { BESIDE_CLUSTER } from "./tools";
