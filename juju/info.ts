import { z } from "zod";
import { jsonOf } from "./json";

const release = z.object({
  track: z.string().default("latest"),
  risk: z.string(),
  revision: z.number().int(),
  architectures: z.array(z.string()).nullish(),
});

type Release = z.infer<typeof release>;

/** cmd/juju/charmhub/data.go of juju 2.9.42 and 3.6.11. */
const infoSchema = z.union([
  /** 2.9: by "track/risk"; of several releases there, only the one that came last. */
  z.object({ "channel-map": z.record(z.string(), release) }).transform((found) => Object.values(found["channel-map"])),
  /** 3.x: by track, then by risk; several where bases or architectures differ. */
  z
    .object({ channels: z.record(z.string(), z.record(z.string(), z.array(release))) })
    .transform((found) => Object.values(found.channels).flatMap((risks) => Object.values(risks).flat())),
]);

/** The highest revision for amd64, or the only one for whatever there is; none where it cannot be told. */
function choose(releases: Release[]): number | undefined {
  const fitting = releases.filter(
    ({ architectures }) => !architectures || architectures.some((one) => one === "amd64" || one === "all"),
  );
  if (fitting.length > 0) return Math.max(...fitting.map(({ revision }) => revision));
  const others = new Set(releases.map(({ revision }) => revision));
  return others.size === 1 ? [...others][0] : undefined;
}

/**
 * Channel, as "track/risk", to the revision it has now.
 * @throws when the answer of `juju info --format json` is of another shape
 */
export function parseInfo(charm: string, text: string): Record<string, number> {
  const result = infoSchema.safeParse(jsonOf(text));
  if (!result.success)
    throw new Error(
      `\`juju info ${charm}\` is not understood. The revisions of its channels cannot be told. Try \`juju info ${charm} --format json\` by hand`,
    );
  const byChannel = new Map<string, Release[]>();
  for (const one of result.data) {
    const channel = `${one.track || "latest"}/${one.risk}`;
    byChannel.set(channel, [...(byChannel.get(channel) ?? []), one]);
  }
  const chosen = [...byChannel].map(([channel, releases]) => [channel, choose(releases)] as const);
  return Object.fromEntries(chosen.filter((pair): pair is [string, number] => pair[1] !== undefined));
}
