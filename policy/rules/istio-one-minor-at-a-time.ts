import { refreshesByHand } from "../foreign";
import type { Graph, StepNode } from "../graph";
import { at, text } from "../known";
import { charmOf, charms, releaseOf } from "../releases";
import { type Finding, stackRule } from "../rule";
import { application } from "../step";

interface Rung {
  node: StepNode;
  minor: number;
}

/** 13 of "1.13/stable". */
function minorOf(channel: string | undefined): number | undefined {
  const found = /^1\.(\d+)(\/|$)/.exec(channel ?? "");
  return found ? Number(found[1]) : undefined;
}

function rungsOf(graph: Graph, name: string): { rungs: Rung[]; unclear: StepNode[] } {
  const steps = graph.steps("refresh").filter(({ step }) => application(step) === name);
  const rungs = steps.flatMap((node) => minorOf(text(at(node.step.action, "channel"))) ?? []).length;
  const read = steps.map((node) => ({ node, minor: minorOf(text(at(node.step.action, "channel"))) }));
  return {
    rungs:
      rungs === 0
        ? []
        : read.filter((rung): rung is Rung => rung.minor !== undefined).sort((a, b) => a.minor - b.minor),
    unclear: read.filter(({ minor }) => minor === undefined).map(({ node }) => node),
  };
}

function judgeLadder(graph: Graph, name: string): Finding[] {
  const { rungs, unclear } = rungsOf(graph, name);
  const first = releaseOf(graph).release?.istio[0];
  const live =
    minorOf(graph.baseline?.applications.get(name)?.channel) ?? (first === undefined ? undefined : first - 1);
  const findings = unclear.map((node): Finding => ({
    node,
    does: `refreshes ${name} to ${text(at(node.step.action, "channel"))}`,
    missing: "a channel that names an Istio minor",
    fix: "name one, e.g. 1.13/stable",
  }));
  rungs.forEach(({ node, minor }, index) => {
    const below = rungs[index - 1];
    const from = below?.minor ?? live;
    const does = `refreshes ${name} to Istio 1.${minor}`;
    if (from !== undefined && minor > from + 1) {
      findings.push({
        node,
        does,
        missing: `Istio 1.${from + 1} before it, since ${name} comes from 1.${from}`,
        fix: `refresh to 1.${from + 1}/stable first and let this step depend on that`,
      });
    } else if (below && !graph.waitsFor(node, below.node)) {
      findings.push({
        node,
        does,
        missing: `"${below.node.name}" before it`,
        fix: `let it depend on "${below.node.name}"`,
      });
    }
  });
  return findings;
}

/** Going back its charm refuses to be refreshed: it is removed, without a gateway that would hold on to it, and deployed again. */
function judgeReturn(graph: Graph, name: string): Finding[] {
  if (!graph.found) return [];
  const of = (kind: string, wanted: string): StepNode[] =>
    graph.steps(kind).filter(({ step }) => charmOf(graph, application(step) ?? "") === wanted);
  const refreshed = graph.steps("refresh").filter(({ step }) => application(step) === name);
  return [
    ...refreshed.map((node) => ({
      node,
      does: `refreshes ${name} to an older Istio`,
      missing: "a way back that the charm allows",
      fix: "remove it and deploy it again",
    })),
    ...of("remove-application", charms.istio).flatMap((node) =>
      of("remove-application", charms.gateway)
        .filter((gateway) => !graph.waitsFor(node, gateway))
        .map((gateway) => ({
          node,
          does: `removes ${name}`,
          missing: `"${gateway.name}" before it`,
          fix: `let it depend on "${gateway.name}"`,
        })),
    ),
  ];
}

/** The gateway is out of the way for the whole climb and comes back at the last minor. */
function judgeGateway(graph: Graph, name: string): Finding[] {
  const { rungs } = rungsOf(graph, name);
  const [first, last] = [rungs[0], rungs.at(-1)];
  if (!first || !last) return [];
  const ofGateway = (kind: string): StepNode[] =>
    graph.steps(kind).filter(({ step }) => charmOf(graph, application(step) ?? "") === charms.gateway);
  return [
    ...ofGateway("remove-application")
      .filter((removal) => !graph.waitsFor(first.node, removal))
      .map((removal) => ({
        node: first.node,
        does: `begins the climb of ${name}`,
        missing: `"${removal.name}" before it`,
        fix: `let it depend on "${removal.name}"`,
      })),
    ...ofGateway("deploy")
      .filter((deployment) => !graph.waitsFor(deployment, last.node))
      .map((deployment) => ({
        node: deployment,
        does: "brings the gateway back",
        missing: `"${last.node.name}" before it`,
        fix: `let it depend on "${last.node.name}"`,
      })),
  ];
}

export const istioOneMinorAtATime = stackRule(
  {
    name: "istio-one-minor-at-a-time",
    description: "istio-pilot is refreshed through every Istio minor in turn, and its gateway is away meanwhile.",
    reason:
      "The charm calls istioctl, which refuses a control plane more than one minor older than itself; the charm then stays in error and cannot go back (F9). While the gateway's workload exists the refresh hangs (F10).",
    example:
      '"refresh-istio-pilot-1.14" refreshes istio-pilot to Istio 1.14. Missing: Istio 1.13 before it, since istio-pilot comes from 1.12. Fix: refresh to 1.13/stable first and let this step depend on that.',
  },
  (graph) => {
    const names = new Set(graph.steps("refresh", "remove-application").flatMap(({ step }) => application(step) ?? []));
    const isPilot = (name: string): boolean => charmOf(graph, name) === charms.istio;
    return [
      ...[...names]
        .filter(isPilot)
        .flatMap((name) => [...judgeLadder(graph, name), ...judgeGateway(graph, name), ...judgeReturn(graph, name)]),
      ...refreshesByHand(graph)
        .filter(({ application: name }) => isPilot(name))
        .map(({ node, application: name }) => ({
          node,
          does: `refreshes ${name} by hand`,
          missing: "a place among the minors that can be judged",
          fix: "leave it to the upgrade's refresh steps",
        })),
    ];
  },
);
