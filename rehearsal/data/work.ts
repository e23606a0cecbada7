import { clientsFor, ifThere, notebookKind, stopMark } from "./cluster";

const workflowKind = { group: "argoproj.io", version: "v1alpha1", plural: "workflows" };
const notebook = "lab";
const workflow = "train";

/** What users are at: a Notebook that nobody stopped, and a pipeline run without an end. */
export interface UserWork {
  /** By the check that must find it, as "namespace/name". */
  found: Record<string, string>;
  /** Stops the one and deletes the other. */
  end(): Promise<void>;
}

/** Lets a user start work in a namespace. */
export async function startWork(kubeconfig: string, namespace: string): Promise<UserWork> {
  const { custom } = clientsFor(kubeconfig);
  const start = (kind: typeof notebookKind, of: string, name: string): Promise<unknown> =>
    custom.createNamespacedCustomObject({
      ...kind,
      namespace,
      body: { apiVersion: `${kind.group}/${kind.version}`, kind: of, metadata: { name, namespace }, spec: {} },
    });
  await start(notebookKind, "Notebook", notebook);
  await start(workflowKind, "Workflow", workflow);
  return {
    found: { "notebooks-running": `${namespace}/${notebook}`, "workflows-running": `${namespace}/${workflow}` },
    async end() {
      const body = [{ op: "add", path: "/metadata/annotations", value: { [stopMark]: new Date().toISOString() } }];
      await custom.patchNamespacedCustomObject({ ...notebookKind, namespace, name: notebook, body });
      await ifThere(custom.deleteNamespacedCustomObject({ ...workflowKind, namespace, name: workflow }));
    },
  };
}
