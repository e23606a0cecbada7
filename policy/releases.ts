import { type Release, releases } from "./data";
import type { Graph } from "./graph";
import { at, text } from "./known";

export const charms = { istio: "istio-pilot", gateway: "istio-gateway", dashboard: "kubeflow-dashboard" };

const newest = Object.keys(releases).at(-1)!;

/** The release a graph goes to, forth or back: what its `verify` step expects, else the newest one known here. */
export function releaseOf(graph: Graph): { name: string; release: Release | undefined } {
  const name =
    graph.steps("verify").flatMap(({ step }) => text(at(step.action, "expected", "release")) ?? [])[0] ?? newest;
  return { name, release: releases[name] };
}

/** The charm under an application's name: as deployed or refreshed in the graph, as recorded, else of the same name. */
export function charmOf(graph: Graph, application: string): string {
  const named = graph
    .steps("refresh", "deploy")
    .filter(({ step }) => text(at(step.action, "application")) === application)
    .flatMap(({ step }) => text(at(step.action, "charm")) ?? []);
  return named[0] ?? graph.baseline?.applications.get(application)?.charm ?? application;
}
