import type { KubeObject } from "../cluster/types";
import type { Host } from "../controller/host";
import type { Application, QueuedHook, Unit } from "../controller/state";

/** A charm's hook raised: the unit goes to error and stays there until it is resolved. */
export class HookError extends Error {}

export interface RuleContext {
  host: Host;
  app: Application;
  /** Revision of the charm that acts. */
  revision: number;
}

/** What one charm (or every charm) does beyond Juju itself. All of it is level-triggered and may run again. */
export interface CharmRule {
  /** Charm names; absent = every charm. */
  charms?: string[];
  /** May throw HookError. "again": not done yet, the hook keeps running. */
  hook?(context: RuleContext, hook: QueuedHook, unit: Unit): Promise<"again" | undefined> | "again" | undefined;
  /** Status the charm sets; undefined = nothing against "active". */
  status?(context: RuleContext): { current: string; message: string } | undefined;
  /** Part of the pod spec, so it goes with the podspec application. */
  objects?(context: RuleContext): KubeObject[];
  /** Made by the charm; outlives a change from podspec to sidecar, goes when the application is removed. */
  lasting?(context: RuleContext): KubeObject[];
  /** Changes the container of the generic pod. */
  container?(context: RuleContext, container: KubeObject["spec"]): void;
  /** Juju removes what it made for the podspec application, before the sidecar is made. */
  leavePodspec?(context: RuleContext): Promise<void>;
  /** The application's units are gone and its resources are being removed. */
  teardown?(context: RuleContext): Promise<void>;
  /** Runs every round while the application is there: what its workload itself does in the cluster. */
  work?(context: RuleContext): Promise<void>;
}
