import type { KubeObject } from "../cluster/types";
import { appLabels, ownerAnnotations } from "../controller/labels";
import type { RuleContext } from "./rule";

/** The six labels and annotations by which Juju takes what is no object of its own for a part of an application (charmed-kubeflow.md 2.1 step 6, 2.3). */
export function jujuOwned({ host, app }: RuleContext): Pick<KubeObject["metadata"], "labels" | "annotations"> {
  return {
    labels: { ...appLabels(app), "app.juju.is/created-by": app.name, "model.juju.is/name": host.state.name },
    annotations: ownerAnnotations(host),
  };
}

/** GUESS: which labels Juju selects by is not in the facts; either of the two that name the application is enough here. */
export function stillOwned({ metadata }: KubeObject, app: string): boolean {
  const labels = metadata.labels ?? {};
  return (
    labels["app.juju.is/created-by"] === app ||
    (labels["app.kubernetes.io/name"] === app && labels["app.kubernetes.io/managed-by"] === "juju")
  );
}
