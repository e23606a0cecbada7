import { z } from "zod";

const hookFault = z.strictObject({
  application: z.string(),
  hook: z.string(),
  model: z.string().optional(),
  /** fail: the hook says `message` and fails; skip: nothing of it is done, as after `juju resolved --no-retry`. */
  effect: z.enum(["fail", "skip"]),
  message: z.string().default("fault"),
  /** How often it strikes; without it, until it is switched off. */
  times: z.number().int().positive().optional(),
});

export const faultsSchema = z.strictObject({
  /** Connections end without an answer. */
  down: z.boolean().default(false),
  /** Each answer comes so much later. */
  slowMilliseconds: z.number().int().nonnegative().default(0),
  /** Channels, as "minio ckf-1.7/stable", that the store does not have. */
  channelsGone: z.array(z.string()).default([]),
  /** Charms whose download ends in the middle. */
  brokenDownloads: z.array(z.string()).default([]),
  /** Charm -> image that its resources name instead of their own. */
  images: z.record(z.string(), z.string()).default({}),
  /** Hooks of charms in the cluster. */
  hooks: z.array(hookFault).default([]),
});

/** Faults of the stand-in for Charmhub and of the charms that it delivers. */
export type CharmhubFaults = z.infer<typeof faultsSchema>;
export type CharmhubFaultsInput = z.input<typeof faultsSchema>;

/** What a hook is told: "", "skip" or "fail <message>". A fault that strikes a limited number of times is counted down. */
export function strikeHook(faults: CharmhubFaults, query: URLSearchParams): string {
  const fault = faults.hooks.find(
    ({ application, hook, model }) =>
      application === query.get("application") &&
      hook === query.get("hook") &&
      (model === undefined || model === query.get("model")),
  );
  if (fault === undefined) return "";
  if (fault.times !== undefined && (fault.times -= 1) <= 0)
    faults.hooks = faults.hooks.filter((other) => other !== fault);
  return fault.effect === "skip" ? "skip" : `fail ${fault.message}`;
}
