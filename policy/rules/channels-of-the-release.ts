import type { PolicyConfigSchema } from "@pulumi/policy";
import type { Graph, StepNode } from "../graph";
import { at, text } from "../known";
import { charms, releaseOf } from "../releases";
import { type Finding, stackOf, stackRule } from "../rule";

interface Config {
  production: string[];
  allowedRisks: string[];
  extraTracks: Record<string, string[]>;
}

const risks: PolicyConfigSchema["properties"] = {
  production: { type: "array", items: { type: "string" }, uniqueItems: true, default: [], description: "Stacks in which a risk that is not allowed stops the upgrade." },
  allowedRisks: { type: "array", items: { type: "string", enum: ["stable", "candidate", "beta", "edge"] }, default: ["stable"], description: "Risks that may be deployed anywhere." },
};

const trackAndRisk = (channel: string): [string, string] => {
  const [track, risk = "stable"] = channel.split("/");
  return [track, risk];
};

const channelOf = ({ step }: StepNode): string => text(at(step.action, "channel")) ?? "";
const what = (node: StepNode): string => `takes ${text(at(node.step.action, "charm")) ?? "a charm"} from ${channelOf(node)}`;

function judgeTrack(graph: Graph, node: StepNode, extra: Config["extraTracks"]): Finding[] {
  const { name, release } = releaseOf(graph);
  if (!release) return [{ node, does: what(node), missing: `release ${name} among those this pack knows`, fix: "use a pack that knows it" }];
  const charm = text(at(node.step.action, "charm")) ?? "";
  const known = [...(charm === charms.istio ? release.istio.map((minor) => `1.${minor}`) : []), ...(charm in release.tracks ? [release.tracks[charm]] : []), ...(extra[charm] ?? [])];
  if (known.includes(trackAndRisk(channelOf(node))[0])) return [];
  return [
    {
      node,
      does: what(node),
      missing: known.length > 0 ? `a track of release ${name}, which has ${[...new Set(known)].join(", ")}` : `${charm || "its charm"} in release ${name}`,
      fix: `take the release's channel, or add the track to channels-of-the-release.extraTracks in the policy configuration`,
    },
  ];
}

function judgeRisk(node: StepNode, { production, allowedRisks }: Config, inProduction: boolean): Finding[] {
  const [, risk] = trackAndRisk(channelOf(node));
  if (allowedRisks.includes(risk) || production.includes(stackOf(node)) !== inProduction) return [];
  return [{ node, does: what(node), missing: `an allowed risk (${allowedRisks.join(", ")})`, fix: `take ${trackAndRisk(channelOf(node))[0]}/${allowedRisks[0] ?? "stable"}` }];
}

const reason =
  "A release is a set of charms that were tested together; another track may have another database or custom resource. Below stable a charm may be replaced any day, so two runs of the same plan are two different upgrades.";

export const channelsOfTheRelease = stackRule<Config>(
  {
    name: "channels-of-the-release",
    description: "Charms come from the tracks of the release, in production stacks from an allowed risk.",
    reason,
    example: '"deploy-minio" takes minio from latest/edge. Missing: a track of release 1.7, which has ckf-1.7. Fix: take the release\'s channel, or add the track to channels-of-the-release.extraTracks in the policy configuration.',
    configSchema: {
      properties: {
        ...risks,
        extraTracks: {
          type: "object",
          additionalProperties: { type: "array", items: { type: "string" } },
          default: {},
          description: "Tracks allowed beside the release's: charm -> tracks.",
        },
      },
    },
  },
  (graph, config) => graph.steps("refresh", "deploy").flatMap((node) => [...judgeTrack(graph, node, config.extraTracks), ...judgeRisk(node, config, true)]),
);

export const risksOutsideProduction = stackRule<Config>(
  {
    name: "channels-of-the-release-risk",
    description: "Stacks that are not production are told of charms from a risk below the allowed ones.",
    enforcementLevel: "advisory",
    severity: "medium",
    reason: `${reason} Where nobody depends on the model that may be wanted, so it is said and not refused.`,
    example: '"deploy-minio" takes minio from ckf-1.7/edge. Missing: an allowed risk (stable). Fix: take ckf-1.7/stable.',
    configSchema: { properties: risks },
  },
  (graph, config) => graph.steps("refresh", "deploy").flatMap((node) => judgeRisk(node, config, false)),
);
