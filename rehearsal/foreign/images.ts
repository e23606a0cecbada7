import { ApiException, type V1ContainerStatus } from "@kubernetes/client-node";
import { clientsFor } from "../data";

const name = "rehearsal-images";
const patience = 120_000;

const waitsFor = ({ state }: V1ContainerStatus): string => state?.waiting?.reason ?? "";

/**
 * Makes sure that a node has these images, by a Pod that must not pull them: a Deployment would wait for them without end.
 * @param namespace one that will be there soon
 * @throws naming those that it has not, and the archives to load
 */
export async function requireImages(
  kubeconfig: string,
  namespace: string,
  images: string[],
  archives: string[],
): Promise<void> {
  const { core } = clientsFor(kubeconfig);
  const containers = images.map((image, index) => ({
    name: `image-${index}`,
    image,
    imagePullPolicy: "Never",
    command: ["/bin/true"],
  }));
  const body = {
    metadata: { name },
    spec: { restartPolicy: "Never", automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers },
  };
  const end = Date.now() + patience;
  const pause = async (why: string): Promise<void> => {
    if (Date.now() > end)
      throw new Error(
        `whether the cluster's nodes have the rehearsal's images is not known after ${patience / 1000} s: ${why}`,
      );
    await new Promise((done) => setTimeout(done, 300));
  };
  // A new namespace gets its account a moment later than itself.
  for (let made = false; !made;) {
    made = await core.createNamespacedPod({ namespace, body }).then(
      () => true,
      async (error: unknown) => {
        if (!(error instanceof ApiException) || (error.code !== 403 && error.code !== 404)) throw error;
        await pause(`a Pod cannot be made in namespace ${namespace}: ${error.code}`);
        return false;
      },
    );
  }
  try {
    for (;;) {
      const { status } = await core.readNamespacedPod({ namespace, name });
      const statuses = status?.containerStatuses ?? [];
      const missing = statuses.filter((one) => waitsFor(one) === "ErrImageNeverPull").map(({ image }) => image);
      if (missing.length > 0) {
        throw new Error(
          `a node of the cluster of ${kubeconfig} has not ${missing.sort().join(", ")}. Load these archives into every node, then try again: ${archives.join(" ")} (kind: kind load image-archive FILE; MicroK8s: microk8s images import FILE; containerd: ctr -n k8s.io images import FILE)`,
        );
      }
      if (statuses.length === images.length && statuses.every(({ state }) => state?.terminated)) return;
      await pause(
        status?.conditions?.find(({ status: holds, message }) => holds === "False" && message)?.message ??
          `Pod ${namespace}/${name} is ${status?.phase ?? "nowhere"}`,
      );
    }
  } finally {
    await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 });
  }
}
