import * as pulumi from "@pulumi/pulumi";
import { orderVariable } from "../../plan/action";

export interface MadeResource {
  type: string;
  name: string;
  inputs: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- inputs of any resource
}

/** Evidence that the mocked steps print, by the kind of the step. */
export const evidence: Record<string, Record<string, unknown>> = {
  "prove-backup": { digest: "a".repeat(64), objects: 3, bytes: 5 },
  "export-resources": { digest: "c".repeat(64) },
  "prove-resources": { digest: "c".repeat(64) },
  "find-claim": { claim: "minio-data-new-minio-0", volume: "pvc-new", capacityMiB: 10240, storageClass: "standard" },
  "adopt-volume": { claim: "minio-data-new-minio-0", volume: "pvc-staged", replaced: ["pvc-new"] },
  verify: { verified: true, checks: [] },
};

/**
 * Makes Pulumi run in memory; must be called before the program is imported.
 * @returns the resources made, in the order they were asked for
 */
export function mockPulumi(overrides: Partial<typeof evidence> = {}): MadeResource[] {
  const made: MadeResource[] = [];
  void pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        made.push({ type, name, inputs: inputs as MadeResource["inputs"] });
        if (type !== "command:local:Command") return { id: `${name}-id`, state: inputs as object };
        const { id, action } = JSON.parse(
          (inputs as { environment: Record<string, string> }).environment[orderVariable],
        ) as {
          id: string;
          action: { kind: string };
        };
        const facts = overrides[action.kind] ?? evidence[action.kind] ?? {};
        return {
          id: `${name}-id`,
          state: {
            ...(inputs as object),
            stdout: JSON.stringify({ step: id, kind: action.kind, changed: true, ...facts }),
          },
        };
      },
      call: ({ token }) => {
        throw new Error(`call not mocked: ${token}`);
      },
    },
    "charmed-kubeflow-upgrade",
    "test",
    false,
  );
  return made;
}

/** Waits until everything that hangs on an output is made. */
export async function settled(): Promise<void> {
  await pulumi.runtime.disconnect();
}
