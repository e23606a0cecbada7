import type { Host } from "./host";
import type { Delay } from "./settle";
import type { Application, HookKind, Unit } from "./state";

/** Adds a hook to every living unit; one of the same name that has not started yet serves for both. */
export function enqueue(
  host: Host,
  app: Application,
  kind: HookKind,
  options: { name?: string; relation?: number; delay?: Delay } = {},
): void {
  for (const unit of app.units) {
    if (unit.departed !== true) enqueueUnit(host, unit, kind, options);
  }
}

export function enqueueUnit(
  host: Host,
  unit: Unit,
  kind: HookKind,
  { name, relation, delay }: { name?: string; relation?: number; delay?: Delay } = {},
): void {
  const waiting = unit.hooks.some(
    (hook) =>
      hook.kind === kind && hook.relation === relation && hook.endsAt === undefined && hook.failure === undefined,
  );
  if (waiting) return;
  const notBefore = host.now() + (delay === undefined ? 0 : host.settle(delay));
  unit.hooks.push({ kind, name: name ?? kind, notBefore, ...(relation === undefined ? {} : { relation }) });
}
