import type { Settings } from "../plan/settings";
import type { HookStep, Phase, Step } from "../plan/types";
import { ids } from "./ids";
import { inOrder } from "./order";
import { closures } from "./reduce";

/** A command of the site: `before` or `after` a phase, one of the two. */
export type Hook = Settings["hooks"][number];

function step({ name, command, timeoutMinutes }: Hook, phase: Phase, why: string, dependsOn: string[]): HookStep {
  return { type: "hook", phase, id: `hook-${name}`, why, command, timeoutMinutes, dependsOn, needs: [] };
}

const waitFor = (one: Step, hook: string): Step => ({ ...one, dependsOn: [...one.dependsOn, hook].sort() });

/** Every step of the phase waits for the hook; the hook waits for what the phase waits for, and is in no phase's way before. */
function before(steps: Step[], hook: Hook, phase: Phase): Step[] {
  const all = closures(steps);
  const own = new Set(steps.filter((one) => one.phase === phase).map(({ id }) => id));
  const awaited = steps
    .filter(({ id }) => own.has(id))
    .flatMap(({ dependsOn }) => dependsOn)
    .filter((id) => !own.has(id) && ![...all.get(id)!].some((other) => own.has(other)));
  const added = step(hook, phase, `a command of the site, before phase ${phase}`, [...new Set(awaited)].sort());
  return [added, ...steps.map((one) => (own.has(one.id) ? waitFor(one, added.id) : one))];
}

/** The hook waits for every step of the phase; what waits for the phase and is no part of it waits for the hook, and so does verify. */
function after(steps: Step[], hook: Hook, phase: Phase): Step[] {
  const all = closures(steps);
  const own = steps.filter((one) => one.phase === phase).map(({ id }) => id);
  const earlier = new Set(own.flatMap((id) => [id, ...all.get(id)!]));
  const added = step(hook, phase, `a command of the site, after phase ${phase}`, [...own].sort());
  return [
    ...steps.map((one) =>
      !earlier.has(one.id) && (one.id === ids.verify || one.dependsOn.some((id) => own.includes(id)))
        ? waitFor(one, added.id)
        : one,
    ),
    added,
  ];
}

/**
 * A finished plan with the site's hooks in it. Those of one place run in the order of the setting.
 * @throws naming the hook whose phase the plan does not have
 */
export function withHooks(steps: Step[], hooks: Hook[]): Step[] {
  return hooks.reduce<Step[]>((done, hook) => {
    const phase = (hook.before ?? hook.after)!;
    if (!done.some((one) => one.phase === phase))
      throw new Error(
        `hook "${hook.name}" is to run ${hook.before ? "before" : "after"} phase ${phase}, which this upgrade does not have. Take it out of the setting "hooks", or name one of ${[...new Set(done.map((one) => one.phase))].join(", ")}`,
      );
    return inOrder((hook.before ? before : after)(done, hook, phase));
  }, steps);
}
