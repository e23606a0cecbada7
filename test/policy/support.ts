import * as pulumi from "@pulumi/pulumi";
import * as resproto from "@pulumi/pulumi/proto/resource_pb";
import * as runtime from "@pulumi/pulumi/runtime/settings";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Upgrade } from "../../components/upgrade";
import { makePlan } from "../../guide/plan";
import type { Settings } from "../../plan/settings";
import type { Baseline, Plan } from "../../plan/types";
import type { GraphResource } from "../../policy/graph";
import { rules } from "../../policy/pack";
import type { Rule } from "../../policy/rule";
import { hop, settings } from "../support/baseline";

/** Parts of the SDKs that their types do not show: what the policy SDK does to properties, and the end of a program's calls. */
const { deserializeProperties } = jest.requireActual<{
  deserializeProperties(struct: { toJavaScript(): unknown }, secrets: boolean): Record<string, unknown>;
}>("@pulumi/policy/deserialize");
const { unknownCheckingProxy } = jest.requireActual<{
  unknownCheckingProxy(props: Record<string, unknown>): Record<string, unknown>;
}>("@pulumi/policy/proxy");
const { waitForRPCs } = jest.requireActual<{ waitForRPCs(): Promise<void> }>("@pulumi/pulumi/runtime/settings");

/** A resource as it is registered, before any rule sees it. */
export interface Registered {
  urn: string;
  type: string;
  name: string;
  /** Inputs in wire form. */
  object: Record<string, unknown>;
  parent: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  retainOnDelete: boolean;
  ignoreChanges: string[];
}

/** Answers the Node.js SDK as the engine does in a preview, and keeps what it was asked to register. */
class Monitor {
  readonly registered: Registered[] = [];

  constructor(private readonly stack: string) {}

  registerResource(
    request: resproto.RegisterResourceRequest,
    callback: (error: unknown, response?: unknown) => void,
  ): void {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const qualified = parent ? `${parent.split("::")[2]}$${type}` : type;
    const urn = `urn:pulumi:${this.stack}::charmed-kubeflow-upgrade::${qualified}::${name}`;
    const propertyDependencies: Record<string, string[]> = {};
    request.getPropertydependenciesMap().forEach((value, key) => (propertyDependencies[key] = value.getUrnsList()));
    this.registered.push({
      urn,
      type,
      name,
      object: (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
      parent,
      dependencies: request.getDependenciesList(),
      propertyDependencies,
      retainOnDelete: request.getRetainondelete() === true,
      ignoreChanges: request.getIgnorechangesList(),
    });
    const response = new resproto.RegisterResourceResponse();
    response.setUrn(urn);
    response.setObject(request.getObject() ?? Struct.fromJavaScript({}));
    callback(null, response);
  }

  registerResourceOutputs(_request: unknown, callback: (error: unknown, response: unknown) => void): void {
    callback(null, {});
  }

  supportsFeature(request: { getId(): string }, callback: (error: unknown, response: unknown) => void): void {
    callback(null, { getHassupport: () => ["secrets", "resourceReferences"].includes(request.getId()) });
  }

  invoke(request: resproto.ResourceInvokeRequest, callback: (error: unknown) => void): void {
    callback(new Error(`nothing answers the function ${request.getTok()} here`));
  }
}

/** Runs a program as in a preview and returns what it registered. */
export async function register(program: () => unknown, stack = "test"): Promise<Registered[]> {
  const monitor = new Monitor(stack);
  runtime.setMockOptions(monitor, "charmed-kubeflow-upgrade", stack, true);
  await pulumi.runtime.runInPulumiStack(async () => {
    await program();
  });
  await waitForRPCs();
  return monitor.registered;
}

/** Images by digest, as a production stack has them. */
export const digest = `docker.io/rclone/rclone@sha256:${"ab".repeat(32)}`;

export function planOf(baseline: Baseline, changed: Partial<Settings> = {}): Plan {
  return makePlan(hop, baseline, { ...settings, moverImage: digest, ...changed });
}

/** What the real components register for the plan of a baseline. */
export function registerUpgrade(
  baseline: Baseline,
  changed: Partial<Settings> = {},
  stack?: string,
  anew?: string,
): Promise<Registered[]> {
  const plan = planOf(baseline, changed);
  const all = { ...settings, moverImage: digest, ...changed };
  return register(() => new Upgrade("1.6-to-1.7", { plan, baseline, settings: all, anew }), stack);
}

/** Turns registrations into what the policy SDK hands to a stack rule (@pulumi/policy, server.js): unknowns throw when read. */
export function asPolicySees(registered: Registered[]): GraphResource[] {
  const resources = new Map<string, GraphResource>();
  for (const { urn, type, name, object } of registered) {
    const props = unknownCheckingProxy(deserializeProperties({ toJavaScript: () => object }, false));
    resources.set(urn, { urn, type, name, props, dependencies: [], propertyDependencies: {} });
  }
  const found = (urns: string[]): GraphResource[] => urns.flatMap((urn) => resources.get(urn) ?? []);
  for (const { urn, parent, dependencies, propertyDependencies } of registered) {
    const resource = resources.get(urn)!;
    resource.parent = resources.get(parent);
    resource.dependencies = found(dependencies);
    for (const [property, urns] of Object.entries(propertyDependencies))
      resource.propertyDependencies[property] = found(urns);
  }
  return [...resources.values()];
}

export interface Violation {
  rule: string;
  urn: string;
  message: string;
}

/** Judges a graph with some rules, as the SDK does: each resource by the resource rules, then all of them by the stack rules. */
export async function judge(
  resources: GraphResource[],
  judging: Rule[] = rules,
  config: Record<string, unknown> = {},
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const rule of judging) {
    const shared = { getConfig: () => config[rule.name] ?? {} };
    if ("validateStack" in rule && rule.validateStack) {
      const args = { ...shared, resources } as unknown as Parameters<typeof rule.validateStack>[0];
      await rule.validateStack(args, (message, urn) => violations.push({ rule: rule.name, urn: urn ?? "", message }));
    }
    if ("validateResource" in rule && rule.validateResource) {
      for (const resource of resources) {
        const args = { ...resource, ...shared, opts: {} };
        for (const validate of [rule.validateResource].flat()) {
          await validate(args as unknown as Parameters<typeof validate>[0], (message) =>
            violations.push({ rule: rule.name, urn: resource.urn, message }),
          );
        }
      }
    }
  }
  return violations;
}
