import type { PolicyConfigSchema } from "@pulumi/policy";
import { foreignEffects } from "./foreign";
import type { Graph, Node } from "./graph";
import { at, text } from "./known";
import { charmOf } from "./releases";
import { type Finding, stackOf } from "./rule";

/** Where a charm is taken from, by a step or by somebody's own Command. */
export interface Source {
  node: Node;
  charm: string;
  /** Empty where none is named. */
  channel: string;
}

export interface Risks {
  production: string[];
  allowedRisks: string[];
}

export const riskSettings: PolicyConfigSchema["properties"] = {
  production: {
    type: "array",
    items: { type: "string" },
    uniqueItems: true,
    default: [],
    description: "Stacks in which a risk that is not allowed stops the upgrade.",
  },
  allowedRisks: {
    type: "array",
    items: { type: "string", enum: ["stable", "candidate", "beta", "edge"] },
    default: ["stable"],
    description: "Risks that may be deployed anywhere.",
  },
};

/** Why tracks and risks matter. */
export const reason =
  "A release is a set of charms that were tested together; another track may have another database or custom resource. Below stable a charm may be replaced any day, so two runs of the same plan are two different upgrades.";

/** Everything in a graph that takes a charm from a channel. */
export function sourcesOf(graph: Graph): Source[] {
  const ofSteps = graph.steps("refresh", "deploy").map((node) => ({
    node,
    charm: text(at(node.step.action, "charm")) ?? "",
    channel: text(at(node.step.action, "channel")) ?? "",
  }));
  const byHand = graph.nodes.flatMap((node) => {
    const { refreshes = [], deploys = [] } = foreignEffects(node) ?? {};
    return [
      ...refreshes.map(({ application, channel }) => ({ charm: charmOf(graph, application), channel })),
      ...deploys,
    ].map((source) => ({ node, ...source }));
  });
  return [...ofSteps, ...byHand];
}

/** Whether the recorded model has that charm from that channel. */
export function asRecorded(graph: Graph, { charm, channel }: Source): boolean {
  return [...(graph.baseline?.applications.values() ?? [])].some(
    (live) => live.charm === charm && live.channel === channel,
  );
}

/** Whether this takes a model back to where it was, which nobody has to allow again. */
export function goesBack(graph: Graph, source: Source): boolean {
  return graph.found !== undefined && asRecorded(graph, source);
}

/** ["1.7", "stable"] of "1.7/stable". */
export function trackAndRisk(channel: string): [string, string] {
  const [track, risk = "stable"] = channel.split("/");
  return [track, risk];
}

export function what({ charm, channel }: Source): string {
  return `takes ${charm || "a charm"} from ${channel || "a channel that it does not name"}`;
}

/** Judges the risk of a channel, in production stacks or in all others. */
export function judgeRisk(source: Source, { production, allowedRisks }: Risks, inProduction: boolean): Finding[] {
  const { node, channel } = source;
  const [track, risk] = trackAndRisk(channel);
  if (allowedRisks.includes(risk) || production.includes(stackOf(node)) !== inProduction) return [];
  return [
    {
      node,
      does: what(source),
      missing: `an allowed risk (${allowedRisks.join(", ")})`,
      fix: `take ${track}/${allowedRisks[0] ?? "stable"}`,
    },
  ];
}
