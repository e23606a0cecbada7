import { minor } from "../guide/preflight/cluster";

/** Minors between which both releases of a hop run, both included. */
export interface Window {
  juju: { from: string; to: string };
  kubernetes: { from: string; to: string };
}

/** One hop of a path. */
export interface Leg extends Window {
  from: string;
  to: string;
  /** Whether this version of the program makes it. */
  offered: boolean;
}

export interface Path {
  /** "1.8 > 1.9 (this run) > [Kubernetes 1.29] > 1.10": in brackets what people do between two hops. */
  line: string;
  /** What that is, with the commands, and which hops another version of the program has to make. */
  told: string[];
}

const above = (version: string, other: string): boolean => minor(version) > minor(other);

/** A new controller for the model, since no model goes from one minor of Juju to another in place (https://documentation.ubuntu.com/juju/3.6/howto/manage-controllers/#upgrade-a-controller). */
function newController(version: string, model: string): string {
  return (
    `bring the model to a controller of Juju ${version}: \`juju bootstrap CLOUD NEW\` with a client of ${version}, ` +
    `\`juju migrate ${model} NEW\`, \`juju upgrade-model -m NEW:${model}\`, \`juju switch NEW:${model}\`; a model of 2.9 has to be at 2.9.43 or later before`
  );
}

/**
 * The whole way from a release to another: one hop in each run, and between them what only people can do, since it needs other
 * rights and other machines than this program has. Nothing is recorded between hops, so none of it costs the next hop anything.
 * @param legs in their order
 * @param at versions that the model and its cluster have now, before the first of them
 */
export function pathOf(legs: Leg[], at: { juju: string; kubernetes: string }, model: string): Path {
  const told: string[] = [];
  const words = [legs[0].from];
  let { juju, kubernetes } = at;
  for (const [index, leg] of legs.entries()) {
    const [before, gates]: [string, string[]] = [`before ${leg.from} to ${leg.to}`, []];
    if (above(leg.juju.from, juju)) {
      juju = leg.juju.from;
      gates.push(`Juju ${juju}`);
      told.push(`${before}: ${newController(juju, model)}`);
    }
    if (above(leg.kubernetes.from, kubernetes)) {
      kubernetes = leg.kubernetes.from;
      gates.push(`Kubernetes ${kubernetes}`);
      told.push(`${before}: upgrade the cluster to Kubernetes ${kubernetes}, one minor after the other, all nodes too`);
    }
    for (const [what, version, last] of [
      ["Juju", juju, leg.juju.to],
      ["Kubernetes", kubernetes, leg.kubernetes.to],
    ]) {
      if (!above(version, last)) continue;
      gates.push(`${what} ${last} at most`);
      told.push(`${before}: ${what} ${version} is later than ${last}, the last that both releases are known on`);
    }
    if (!leg.offered) told.push(`${leg.from} to ${leg.to}: this version of the program does not make this hop`);
    if (gates.length > 0) words.push(`[${gates.join(", ")}]`);
    words.push(index === 0 ? `${leg.to} (this run)` : leg.to);
  }
  return { line: words.join(" > "), told };
}
