import * as pulumi from "@pulumi/pulumi";
import type { Phase } from "../plan/types";

/** Groups the steps of one phase in previews, in the graph and in URNs. Order comes from the steps' own dependsOn, never from here. */
export class UpgradePhase extends pulumi.ComponentResource {
  constructor(phase: Phase, opts?: pulumi.ComponentResourceOptions) {
    super("ckf:upgrade:Phase", phase, {}, opts);
    this.registerOutputs({});
  }
}
