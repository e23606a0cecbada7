import type { Client } from "../client";
import type { KubeObject } from "../object";

/** What a look at an object says about its readiness. */
export interface Finding {
  ready: boolean;
  /** For the person watching: what is waited for. */
  status?: string;
  /** What is wrong or missing, told when the wait ends without success. */
  problems: string[];
  /** The object will not become ready any more. */
  failed?: boolean;
}

export interface Situation {
  client: Client;
  /** The object as it was before an update; absent after a creation. */
  before?: KubeObject;
}

/** Judges one object; `object` is its live state. */
export type Probe = (object: KubeObject, situation: Situation) => Promise<Finding>;

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
}
