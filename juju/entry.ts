import type { BaselineApplication } from "../plan/types";
import type { AppStatus } from "./application";
import type { BundleEntry } from "./bundle";
import type { AppConfig } from "./config";
import { setOptions } from "./secretive";

/** What an application was deployed with beside its charm, its options and its relations; what is as Juju does it by itself is left out. */
export type Entry = Pick<
  BaselineApplication,
  "constraints" | "placement" | "pools" | "resources" | "bindings" | "exposed" | "applicationConfig" | "offers"
>;

const some = <V>(record: Record<string, V>): boolean => Object.keys(record).length > 0;

/** Juju's own pool in a model on Kubernetes (caas/kubernetes/constants of juju 2.9.42). */
const ownPool = "kubernetes";

/** One form of what export-bundle, status and config of an application say of it. `bundle` is missing where an export has no entry. */
export function entryOf(
  { offers = {} }: AppStatus,
  { application = {} }: AppConfig,
  bundle: BundleEntry | undefined,
): Entry {
  const { constraints, placement, pools = {}, resources = {}, bindings = {}, exposed = false } = bundle ?? {};
  const chosen = Object.fromEntries(Object.entries(pools).filter(([, pool]) => pool !== ownPool));
  const { told } = setOptions(application);
  return {
    ...(constraints && { constraints }),
    ...(placement && { placement }),
    ...(some(chosen) && { pools: chosen }),
    ...(some(resources) && { resources }),
    ...(some(bindings) && { bindings }),
    ...(exposed && { exposed }),
    ...(some(told) && { applicationConfig: told }),
    ...(some(offers) && { offers }),
  };
}
