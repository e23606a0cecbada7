export { type Cluster, openCluster } from "./cluster";
export { IN_NODE } from "./layout";
export type { Component } from "./component";
export type { ComponentName } from "./components";
export { type StartOptions, startCluster } from "./start";
export { down } from "./stop";
