import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The cluster of every Kubernetes resource of an upgrade: where KUBECONFIG and its current context point, as for the steps. The
 * default provider would take `kubernetes:context` or another kubeconfig of the stack's configuration, and so could another cluster.
 * @param uuid id of the model: by it Pulumi tells that the cluster is the same one, whatever a context or a file is named, and
 *   replaces nothing for that
 */
export function clusterOf(uuid: string): pulumi.ComponentResourceOptions {
  const provider = new kubernetes.Provider("cluster", {
    // Empty: the plugin reads KUBECONFIG by itself, of several files too, and neither a path nor a credential gets into the state.
    kubeconfig: "",
    clusterIdentifier: uuid,
    // A creation takes over what is there already: a Job that was waited for when a run was killed is not in the state.
    enableServerSideApply: true,
    // Else new data of a record would delete its ConfigMap first.
    enableConfigMapMutable: true,
    deleteUnreachable: false,
    skipUpdateUnreachable: false,
  });
  return { providers: { kubernetes: provider } };
}
