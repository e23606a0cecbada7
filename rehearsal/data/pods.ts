import { randomBytes } from "node:crypto";
import type { CoreV1Api } from "@kubernetes/client-node";

export interface ClaimTask {
  namespace: string;
  claim: string;
  /** Image with a shell. */
  image: string;
  /** What the shell runs; the claim is mounted at /claim. */
  script: string;
  /** Whether the claim is written to. */
  writes: boolean;
}

const patience = 120_000;

/**
 * Runs a short Pod on a claim and returns its log.
 * @throws when it fails, or has not ended after two minutes.
 */
export async function runOnClaim(
  core: CoreV1Api,
  { namespace, claim, image, script, writes }: ClaimTask,
): Promise<string> {
  const name = `rehearsal-${randomBytes(4).toString("hex")}`;
  await core.createNamespacedPod({
    namespace,
    body: {
      metadata: {
        name,
        labels: { "sidecar.istio.io/inject": "false" },
        annotations: { "sidecar.istio.io/inject": "false" },
      },
      spec: {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: "shell",
            image,
            imagePullPolicy: "IfNotPresent",
            command: ["/bin/sh", "-euc", script],
            volumeMounts: [{ name: "claim", mountPath: "/claim", readOnly: !writes }],
          },
        ],
        volumes: [{ name: "claim", persistentVolumeClaim: { claimName: claim } }],
      },
    },
  });
  try {
    for (const started = Date.now(); ;) {
      const { status } = await core.readNamespacedPod({ namespace, name });
      if (status?.phase === "Succeeded") return await core.readNamespacedPodLog({ namespace, name });
      if (status?.phase === "Failed")
        throw new Error(
          `the Pod on claim ${namespace}/${claim} failed: ${await core.readNamespacedPodLog({ namespace, name })}`,
        );
      if (Date.now() - started > patience)
        throw new Error(
          `the Pod ${name} on claim ${namespace}/${claim} has not ended after ${patience / 1000} s: it is ${status?.phase ?? "nowhere"}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 });
  }
}
