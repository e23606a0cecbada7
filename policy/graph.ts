import { type Baseline, baselineOf } from "./baseline";
import { type Known, at, known, text } from "./known";
import { type Step, stepOf } from "./step";

/** What a rule needs of a resource; @pulumi/policy's PolicyResource is one. */
export interface GraphResource {
  urn: string;
  type: string;
  name: string;
  props: Record<string, unknown>;
  dependencies: { urn: string }[];
  propertyDependencies: Record<string, { urn: string }[]>;
  parent?: { urn: string };
}

/** A resource of the graph with its properties as plain data. */
export interface Node {
  urn: string;
  type: string;
  name: string;
  props: Known;
  /** Present when the resource is a Command that runs one of the upgrade's steps. */
  step?: Step;
}

export type StepNode = Node & { step: Step };

export const types = {
  job: "kubernetes:batch/v1:Job",
  claim: "kubernetes:core/v1:PersistentVolumeClaim",
  configMap: "kubernetes:core/v1:ConfigMap",
  volumePatch: "kubernetes:core/v1:PersistentVolumePatch",
};

/** A resource by itself. */
export function nodeOf({ urn, type, name, props }: Pick<GraphResource, "urn" | "type" | "name" | "props">): Node {
  const plain = known(props);
  return { urn, type, name, props: plain, step: stepOf(type, name, plain) };
}

/** The name that a resource has in the cluster; its Pulumi name where that is all a preview knows. */
export function clusterName({ name, props }: Node): string {
  return text(at(props, "metadata", "name")) ?? name;
}

/** The resources of a stack and the order that their dependencies make. */
export class Graph {
  readonly nodes: Node[];
  readonly baseline: Baseline | undefined;
  /** The model as it was before it goes back; only the graph of a rollback has it. */
  readonly found: Baseline | undefined;
  private readonly byUrn: Map<string, Node>;
  private readonly resources: Map<string, GraphResource>;
  private readonly children = new Map<string, string[]>();
  private readonly closures = new Map<string, Set<Node>>();

  constructor(resources: GraphResource[]) {
    this.nodes = resources.map(nodeOf);
    this.byUrn = new Map(this.nodes.map((node) => [node.urn, node]));
    this.resources = new Map(resources.map((resource) => [resource.urn, resource]));
    for (const { urn, parent } of resources) {
      if (parent) this.children.set(parent.urn, [...(this.children.get(parent.urn) ?? []), urn]);
    }
    const maps = this.nodes.filter(({ type }) => type === types.configMap);
    const isFound = (node: Node): boolean => clusterName(node).startsWith("ckf-upgrade-found-");
    this.baseline = baselineOf(maps.filter((node) => !isFound(node)).map(({ props }) => props));
    this.found = baselineOf(maps.filter(isFound).map(({ props }) => props));
  }

  /** Steps, of one kind or of several. */
  steps(...kinds: string[]): StepNode[] {
    return this.nodes.filter(
      (node): node is StepNode => node.step !== undefined && (kinds.length === 0 || kinds.includes(node.step.kind)),
    );
  }

  ofType(type: string): Node[] {
    return this.nodes.filter((node) => node.type === type);
  }

  /** The Job of that name in the cluster. */
  job(name: string | undefined): Node | undefined {
    return this.ofType(types.job).find((node) => clusterName(node) === name);
  }

  /** Everything that is made before this resource is begun. */
  before(node: Node): Set<Node> {
    const found = this.closures.get(node.urn);
    if (found) return found;
    const seen = new Set<string>();
    const open = this.direct(node.urn);
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
      if (seen.has(urn)) continue;
      seen.add(urn);
      open.push(...this.direct(urn));
    }
    const closure = new Set([...seen].flatMap((urn) => this.byUrn.get(urn) ?? []));
    this.closures.set(node.urn, closure);
    return closure;
  }

  waitsFor(node: Node, other: Node): boolean {
    return this.before(node).has(other);
  }

  /** Whether an input of `node` is made from an output of `other`: order that no dependsOn has to remember. */
  reads(node: Node, other: Node): boolean {
    return Object.values(this.resources.get(node.urn)?.propertyDependencies ?? {}).some((urns) =>
      urns.some(({ urn }) => urn === other.urn),
    );
  }

  /** What a resource waits for by itself: its dependencies, and, since a child is registered after its parent, its parents' ones. */
  private direct(urn: string): string[] {
    const resource = this.resources.get(urn);
    if (!resource) return [];
    const named = [...resource.dependencies, ...Object.values(resource.propertyDependencies).flat()].flatMap(
      (dependency) => [dependency.urn, ...this.descendants(dependency.urn)],
    );
    return [...named, ...(resource.parent ? this.direct(resource.parent.urn) : [])];
  }

  /** Whoever depends on a component depends on all that is in it. */
  private descendants(urn: string): string[] {
    return (this.children.get(urn) ?? []).flatMap((child) => [child, ...this.descendants(child)]);
  }
}
