import type { Scalar } from "../controller/catalogue";
import type { Host } from "../controller/host";
import type { Application } from "../controller/state";
import { CommandError } from "./command";
import type { Resolved } from "./charmhub";

const units: Record<string, number> = { M: 1, G: 1024, T: 1024 * 1024 };

/** Size in MiB of a storage directive "[pool,][count,]size", e.g. "kubernetes,10G" (juju.md b, deploy). */
export function directiveMiB(directive: string): number {
  const part = directive.split(",").find((each) => /^[\d.]+[MGT](i?B)?$/.test(each));
  const found = /^([\d.]+)([MGT])/.exec(part ?? "");
  if (found === null)
    throw new CommandError(`cannot parse storage constraints "${directive}": expected [pool,][count,]size`, 2);
  return Math.ceil(Number(found[1]) * (units[found[2] ?? "M"] ?? 1));
}

/** Records a new application in the model; units, objects and hooks follow by reconciliation. */
export function addApplication(
  host: Host,
  name: string,
  target: Resolved,
  settings: {
    trust: boolean;
    config: Record<string, Scalar>;
    storage: Record<string, string>;
    scale: number;
    constraints?: string;
  },
): Application {
  const declared = host.catalogue.revision(target.charm, target.revision).storage;
  const storage = Object.fromEntries(Object.entries(declared).map(([each, { minimumMiB }]) => [each, minimumMiB]));
  for (const [each, directive] of Object.entries(settings.storage)) {
    const minimum = declared[each]?.minimumMiB;
    if (minimum === undefined)
      throw new CommandError(`cannot add application "${name}": charm "${target.charm}" has no store called "${each}"`);
    storage[each] = directiveMiB(directive);
    if ((storage[each] ?? 0) < minimum)
      throw new CommandError(
        `cannot add application "${name}": charm "${target.charm}" store "${each}": minimum storage size is ${minimum / 1024}GiB, ${directive} specified`,
      );
  }
  const now = host.now();
  const app: Application = {
    name,
    charm: target.charm,
    channel: target.channel,
    revision: target.revision,
    life: "alive",
    trust: settings.trust,
    config: settings.config,
    scale: settings.scale,
    uuid8: host.randomHex(4),
    storage,
    ...(settings.constraints === undefined ? {} : { constraints: settings.constraints }),
    exposed: false,
    changedAt: now,
    templates: {},
    modifiedVersion: 0,
    applied: [],
    charmState: {},
    status: { current: "waiting", message: "installing agent", since: now },
    units: [],
  };
  host.state.applications[name] = app;
  return app;
}
