/**
 * How long things take, in milliseconds at scale 1. The only place where the stand-in keeps times.
 * Proportions follow what a real model does (a refresh about a minute, a relation a few seconds), shrunk to about 1/40.
 */
const table = {
  /** After a refresh or a config change the old active/idle still shows (juju.md f, gotcha 1). */
  stale: 400,
  /** An ordinary hook: config-changed, leader-elected, start. */
  hook: 200,
  install: 500,
  upgradeCharm: 800,
  relationHook: 150,
  relationBroken: 250,
  stop: 300,
  /** Deploy: until the unit's agent is there ("installing agent"). */
  provision: 400,
  /** First automatic retry of a failed hook; doubles up to the cap. */
  retryFirst: 4000,
  retryCap: 60_000,
  /** After the last unit is gone: until storage is detached or destroyed, and the application disappears. */
  teardown: 400,
  destroyStorage: 500,
  /** Istio's own objects are removed by the charm, not by Juju, and go a bit later (F11). */
  gatewayRemoval: 1500,
  /** Rollout of a new control plane (F10, F12). */
  controlPlane: 1500,
  /** 1.11 has no upgrade handler: the first step is slow (charmed-kubeflow.md 2.1 step 3). */
  controlPlaneFirst: 4000,
  action: 300,
} as const;

export type Delay = keyof typeof table;
export type Settle = (delay: Delay) => number;

/** The table with every time multiplied by `scale`. */
export function settleTimes(scale: number): Settle {
  return (delay) => table[delay] * scale;
}
