import {
  type Risks,
  type Source,
  asRecorded,
  goesBack,
  judgeRisk,
  reason,
  riskSettings,
  sourcesOf,
  trackAndRisk,
  what,
} from "../channels";
import type { Graph } from "../graph";
import { charms, releaseOf } from "../releases";
import { type Finding, stackRule } from "../rule";

interface Config extends Risks {
  extraTracks: Record<string, string[]>;
}

function judgeTrack(graph: Graph, source: Source, extra: Config["extraTracks"]): Finding[] {
  const { node, charm, channel } = source;
  const { name, release } = releaseOf(graph);
  if (!release)
    return [
      {
        node,
        does: what(source),
        missing: `release ${name} among those this pack knows`,
        fix: "use a pack that knows it",
      },
    ];
  const known = [
    ...(charm === charms.istio ? release.istio.map((minor) => `1.${minor}`) : []),
    ...(charm in release.tracks ? [release.tracks[charm]] : []),
    ...(extra[charm] ?? []),
  ];
  if (known.includes(trackAndRisk(channel)[0]) || (known.length === 0 && asRecorded(graph, source))) return [];
  return [
    {
      node,
      does: what(source),
      missing:
        known.length > 0
          ? `a track of release ${name}, which has ${[...new Set(known)].join(", ")}`
          : `${charm || "its charm"} in release ${name}`,
      fix: `take the release's channel, or add the track to channels-of-the-release.extraTracks in the policy configuration`,
    },
  ];
}

export const channelsOfTheRelease = stackRule<Config>(
  {
    name: "channels-of-the-release",
    description: "Charms come from the tracks of the release, in production stacks from an allowed risk.",
    reason,
    example:
      '"deploy-minio" takes minio from latest/edge. Missing: a track of release 1.7, which has ckf-1.7. Fix: take the release\'s channel, or add the track to channels-of-the-release.extraTracks in the policy configuration.',
    configSchema: {
      properties: {
        ...riskSettings,
        extraTracks: {
          type: "object",
          additionalProperties: { type: "array", items: { type: "string" } },
          default: {},
          description: "Tracks allowed beside the release's: charm -> tracks.",
        },
      },
    },
  },
  (graph, config) =>
    sourcesOf(graph)
      .filter((source) => !goesBack(graph, source))
      .flatMap((source) => [...judgeTrack(graph, source, config.extraTracks), ...judgeRisk(source, config, true)]),
);
