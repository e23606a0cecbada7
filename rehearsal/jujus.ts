import { rmSync } from "node:fs";
import type { Cluster } from "./cluster";
import type { BuiltImages } from "./images";
import * as charms from "./charms";
import { startJuju } from "./controller";
import type { JujuClient } from "./controller/client";
import { controllerOf } from "./foreign";
import {
  type Controller,
  type ControllerOptions,
  pinBundle,
  startController,
  stopController,
  workloadTags,
} from "./juju";
import { type Toolchain, toolPath } from "./toolchain";

/** The charms of either: which revisions a release's channels had, and which images they name. */
export const charmsOf = {
  real: { pinBundle: charms.pinBundle, workloadTags: charms.workloadTags },
  "stand-in": { pinBundle, workloadTags },
};

/** What a rehearsal can run on: a real controller, or the stand-in, which is quicker and can be told to fail. */
export const jujuKinds = ["real", "stand-in"] as const;
export type JujuKind = (typeof jujuKinds)[number];

/** The stand-in's controller, for faults. */
export interface StandIn {
  controller: Controller;
  /** How it was started; starting it so again continues its model. */
  options: ControllerOptions;
}

/** Juju of a world. */
export interface WorldJuju extends JujuClient {
  standIn?: StandIn;
  /** URL of its Charmhub, where it has one of its own. */
  charmhub?: string;
}

interface Place {
  /** Of the world. */
  dir: string;
  kubeconfig: string;
  toolchain: Toolchain;
  model: string;
  ending: { stops: (() => Promise<unknown>)[]; keeps: (() => void)[] };
}

/** Starts the stand-in with a model. @param timeScale factor on its settling times */
export async function standInJuju(place: Place, { refs }: BuiltImages, timeScale: number): Promise<WorldJuju> {
  const { dir, kubeconfig, toolchain, model, ending } = place;
  const options = {
    dir: controllerOf(dir),
    kubeconfig,
    client: toolPath(toolchain, "juju-stand-in"),
    timeScale,
    model,
    controller: "rehearsal",
    images: { minio: refs.minio, mariadb: refs.mariadb },
  };
  // What remembers the cluster of an earlier world would take its objects for made.
  rmSync(options.dir, { recursive: true, force: true });
  const controller = await startController(options);
  ending.stops.push(() => stopController(options.dir));
  const { binDir, jujuData } = controller;
  return { binDir, jujuData, standIn: { controller, options } };
}

/** Bootstraps a real controller with a model. */
export async function realJuju(
  place: Place,
  { refs: images }: BuiltImages,
  cluster: Cluster,
  log: (line: string) => void,
): Promise<WorldJuju> {
  const { dir, toolchain, model, ending } = place;
  const juju = await startJuju({ dir: controllerOf(dir), cluster, toolchain, images, model, log });
  ending.stops.push(() => juju.stop());
  ending.keeps.push(() => juju.keep());
  return juju;
}
