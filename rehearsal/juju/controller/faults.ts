import type { FaultState, ModelState } from "./state";

/**
 * Faults that the facts describe, switched on by name:
 * - connection-lost {verb?}: the command takes effect, its answer is lost (juju.md c, `connection is shut down`)
 * - connection-refused {verb?}: the command never reaches the controller (juju.md c, `unable to connect to API`)
 * - no-answer {verb?}: the same without a word, for as long as the client is left to wait (juju.md e: ten minutes)
 * - answer-never-comes {verb?}: the command takes effect, and nothing comes back
 * - refused {verb, application?, message}: the controller refuses with this text, which is one of juju.md c
 * - lock-timeout {verb?}: `cannot acquire lock file …` (juju.md c)
 * - blocked {verb?}: `juju disable-command` (juju.md c)
 * - upgrade-in-progress {verb?}: the controller refuses most calls (juju.md c)
 * - hook-error {application, hook, message?}: that hook fails, with this text in the log
 * - hook-skipped {application, hook}: as if it had failed and somebody had typed `juju resolved --no-retry`: nothing of it is done (F30)
 * - revision-stays {application}: a refresh changes the channel only (F25)
 * - charm-not-retrieved {application}: a refreshed unit never gets its charm (F4)
 * - container-never-comes {application}: its units wait for their container for ever (F36)
 * - hung-removal {application}: stays dying, --force helps (F26)
 * - gateway-workload-stays {application?}: F11
 */
export const faultNames = [
  "connection-lost",
  "connection-refused",
  "no-answer",
  "answer-never-comes",
  "refused",
  "lock-timeout",
  "blocked",
  "upgrade-in-progress",
  "hook-error",
  "hook-skipped",
  "revision-stays",
  "charm-not-retrieved",
  "container-never-comes",
  "hung-removal",
  "gateway-workload-stays",
] as const;
export type FaultName = (typeof faultNames)[number];

/** True when the fault is on and meant for this; counts it down. */
export function strikes(state: ModelState, name: FaultName, at: Omit<FaultState, "times" | "message"> = {}): boolean {
  const fault = state.faults[name];
  if (fault === undefined) return false;
  const meant = (["application", "verb", "hook"] as const).every(
    (field) => fault[field] === undefined || fault[field] === at[field],
  );
  if (!meant) return false;
  if (fault.times !== undefined) {
    fault.times -= 1;
    if (fault.times <= 0) delete state.faults[name];
  }
  return true;
}
