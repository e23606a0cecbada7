import type { FaultState, ModelState } from "./state";

/**
 * Faults that the facts describe, switched on by name:
 * - connection-lost {verb?}: the command takes effect, its answer is lost (juju.md c, `connection is shut down`)
 * - lock-timeout {verb?}: `cannot acquire lock file …` (juju.md c)
 * - blocked {verb?}: `juju disable-command` (juju.md c)
 * - upgrade-in-progress {verb?}: the controller refuses most calls (juju.md c)
 * - hook-error {application, hook}: that hook fails
 * - hung-removal {application}: stays dying, --force helps (F26)
 * - gateway-workload-stays {application?}: F11
 */
export const faultNames = ["connection-lost", "lock-timeout", "blocked", "upgrade-in-progress", "hook-error", "hung-removal", "gateway-workload-stays"] as const;
export type FaultName = (typeof faultNames)[number];

/** True when the fault is on and meant for this; counts it down. */
export function strikes(state: ModelState, name: FaultName, at: Omit<FaultState, "times"> = {}): boolean {
  const fault = state.faults[name];
  if (fault === undefined) return false;
  const meant = (["application", "verb", "hook"] as const).every((field) => fault[field] === undefined || fault[field] === at[field]);
  if (!meant) return false;
  if (fault.times !== undefined) {
    fault.times -= 1;
    if (fault.times <= 0) delete state.faults[name];
  }
  return true;
}
