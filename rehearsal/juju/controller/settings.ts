import { z } from "zod";

/** What startController writes for the controller process. Image names are patterns: `{charm}` and `{revision}` are filled in. */
export const settingsSchema = z.object({
  dir: z.string(),
  socket: z.string(),
  kubeconfig: z.string(),
  face: z.enum(["2.9", "3.6"]),
  model: z.string(),
  controller: z.string(),
  timeScale: z.number().nonnegative(),
  podspecNeedsScaleZero: z.boolean(),
  images: z.object({ workload: z.string(), minio: z.string(), mariadb: z.string() }),
  storageDeclared: z.array(
    z.object({
      charm: z.string(),
      revision: z.number().int(),
      storage: z.record(z.string(), z.object({ location: z.string(), minimumMiB: z.number() })),
    }),
  ),
});
export type Settings = z.infer<typeof settingsSchema>;

export function fillImage(pattern: string, charm: string, revision: number | string): string {
  return pattern.replaceAll("{charm}", charm).replaceAll("{revision}", String(revision));
}
