import type {
  EnforcementLevel,
  Policy,
  PolicyConfigSchema,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type GraphResource, Graph, type Node, nodeOf } from "./graph";

/** What a rule found: the resource, what is missing, and how to put it right. */
export interface Finding {
  node: Node;
  /** What the resource does or has, as the rule sees it. */
  does: string;
  /** The link or property that is missing. */
  missing: string;
  fix: string;
}

/** What docs/policies.md says about a rule beyond what Pulumi shows. */
export interface Documented {
  /** Why the rule exists, with the F-number where a fact asks for it. */
  reason: string;
  /** A violation as it is printed. */
  example: string;
}

interface About extends Documented {
  name: string;
  description: string;
  enforcementLevel?: EnforcementLevel;
  severity?: Severity;
  configSchema?: PolicyConfigSchema;
}

export type StackRule = StackValidationPolicy & Documented;
export type ResourceRule = ResourceValidationPolicy & Documented;
export type Rule = StackRule | ResourceRule;

/** One line: resource, what it does, the missing link, the fix. */
export function sentence({ node, does, missing, fix }: Finding): string {
  return `"${node.name}" ${does}. Missing: ${missing}. Fix: ${fix}.`;
}

/** The settings of a rule, with the defaults of its schema for those that are not set. */
function configured(schema: PolicyConfigSchema | undefined, given: Record<string, unknown>): Record<string, unknown> {
  const defaults = Object.entries(schema?.properties ?? {}).map(([name, { default: value }]) => [name, value]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** Names that are no settings of a rule. Pulumi checks the values of those that are; a name with a slip would be lost without a word. */
function unknownSettings({ name, configSchema }: About, given: Record<string, unknown>): string[] {
  const settings = Object.keys(configSchema?.properties ?? {});
  return Object.keys(given)
    .filter((setting) => !settings.includes(setting))
    .map(
      (setting) =>
        `the policy configuration gives ${name} a setting "${setting}". Missing: a rule that knows it. Fix: ${settings.length > 0 ? `its settings are ${settings.join(", ")}` : "it has no settings, so remove it"}.`,
    );
}

function policy(about: About): Policy & Documented {
  return { enforcementLevel: "mandatory", severity: "critical", ...about };
}

/** A rule about the order of a whole graph. It stops a preview, and an `up` through the preview that precedes it. */
export function stackRule<Config extends object>(
  about: About,
  judge: (graph: Graph, config: Config) => Finding[],
): StackRule {
  return {
    ...policy(about),
    validateStack: ({ resources, getConfig }, report) => {
      const [graph, given] = [new Graph(resources as GraphResource[]), getConfig<Record<string, unknown>>()];
      for (const wrong of unknownSettings(about, given)) report(wrong);
      for (const finding of judge(graph, configured(about.configSchema, given) as Config))
        report(sentence(finding), finding.node.urn);
    },
  };
}

/** A rule about single resources. It stops an `up` before that resource is made even when its preview was skipped. */
export function resourceRule<Config extends object>(
  about: About,
  judge: (node: Node, config: Config) => Finding[],
): ResourceRule {
  return {
    ...policy(about),
    validateResource: (resource, report) => {
      const given = resource.getConfig<Record<string, unknown>>();
      // Once a run is enough, and every stack has this resource.
      if (resource.type === "pulumi:pulumi:Stack") for (const wrong of unknownSettings(about, given)) report(wrong);
      for (const finding of judge(nodeOf(resource), configured(about.configSchema, given) as Config))
        report(sentence(finding));
    },
  };
}

/** The stack's name, which every URN starts with: urn:pulumi:<stack>::<project>::<types>::<name>. */
export function stackOf({ urn }: Node): string {
  return urn.slice("urn:pulumi:".length).split("::")[0];
}
