import { z } from "zod";

const release = z.object({ track: z.string().default("latest"), risk: z.string(), revision: z.number().int() });

const infoSchema = z.object({
  /** 2.9: by "track/risk". */
  "channel-map": z.record(z.string(), release).optional(),
  /** 3.x: by track, then by risk; several where bases or architectures differ. */
  channels: z.record(z.string(), z.record(z.string(), z.array(release))).optional(),
});

/**
 * Channel, as "track/risk", to the highest revision it has now.
 * @throws when the answer of `juju info --format json` is of another shape
 */
export function parseInfo(charm: string, text: string): Record<string, number> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const result = infoSchema.safeParse(value);
  if (!result.success) throw new Error(`\`juju info ${charm}\` is not understood. The revisions of its channels cannot be told. Try \`juju info ${charm} --format json\` by hand`);
  const { "channel-map": map = {}, channels = {} } = result.data;
  const releases = [...Object.values(map), ...Object.values(channels).flatMap((risks) => Object.values(risks).flat())];
  const revisions: Record<string, number> = {};
  for (const { track, risk, revision } of releases) {
    const channel = `${track === "" ? "latest" : track}/${risk}`;
    revisions[channel] = Math.max(revision, revisions[channel] ?? revision);
  }
  return revisions;
}
