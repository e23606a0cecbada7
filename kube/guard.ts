import {
  PatchStrategy,
  type V1CustomResourceDefinition,
  type V1ValidatingWebhookConfiguration,
  setHeaderOptions,
} from "@kubernetes/client-node";
import { names } from "../plan/names";
import { KubeError, cluster, find, request } from "./client";
import { annotations, labels } from "./jujumarks";
import { everyPage } from "./pages";

/*
 * A validating webhook that nobody answers and whose failure refuses: as long as it is there, the API server deletes no
 * definition and no Profile, whoever asks.
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy
 */

const webhook = "keep-definitions.ckf-upgrade.invalid";

function configuration(namespace: string): V1ValidatingWebhookConfiguration {
  const deletionsOf = (apiGroup: string, resource: string): object => ({
    operations: ["DELETE"],
    apiGroups: [apiGroup],
    apiVersions: ["*"],
    resources: [resource],
    scope: "*",
  });
  return {
    metadata: { name: names.guard, labels: { "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" } },
    webhooks: [
      {
        name: webhook,
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Fail",
        timeoutSeconds: 1,
        clientConfig: { service: { namespace, name: "ckf-upgrade-nobody-answers" } },
        rules: [
          deletionsOf("apiextensions.k8s.io", "customresourcedefinitions"),
          deletionsOf("kubeflow.org", "profiles"),
        ],
      },
    ],
  };
}

/** A definition of our own, without objects: that it cannot be deleted proves the guard. */
function canary(): V1CustomResourceDefinition {
  const [plural, ...group] = names.canary.split(".");
  return {
    metadata: { name: names.canary, labels: { "app.kubernetes.io/part-of": "charmed-kubeflow-upgrade" } },
    spec: {
      group: group.join("."),
      scope: "Cluster",
      names: { plural, singular: "canary", kind: "Canary", listKind: "CanaryList" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  };
}

/** Makes something that may be there already. */
async function make(what: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await request(what, send);
  } catch (error) {
    if (!(error instanceof KubeError && error.code === 409)) throw error;
  }
}

/** Puts the guard up; it may take a moment until every API server knows of it. */
export async function raiseGuard(namespace: string): Promise<void> {
  await make(`webhook ${names.guard}`, () =>
    cluster().admission.createValidatingWebhookConfiguration({ body: configuration(namespace) }),
  );
  await make(`definition ${names.canary}`, () =>
    cluster().definitions.createCustomResourceDefinition({ body: canary() }),
  );
}

/** Tries to delete the canary. @returns why the cluster did so or could not tell; undefined where it refused for the guard */
export async function guardMissing(): Promise<string | undefined> {
  try {
    await cluster().definitions.deleteCustomResourceDefinition({ name: names.canary });
    return `definition ${names.canary}, on which it is tried, could be deleted`;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return said.includes(webhook)
      ? undefined
      : `definition ${names.canary}, on which it is tried, could not be asked to be deleted: ${said}`;
  }
}

/** Takes the guard down again, and then the canary. */
export async function liftGuard(): Promise<boolean> {
  const there = await find(`webhook ${names.guard}`, () =>
    cluster().admission.deleteValidatingWebhookConfiguration({ name: names.guard }),
  );
  await find(`definition ${names.canary}`, () =>
    cluster().definitions.deleteCustomResourceDefinition({ name: names.canary }),
  );
  return there !== undefined;
}

/** Definitions that carry the mark of one of these applications. */
export async function markedDefinitions(applications: string[]): Promise<string[]> {
  const owners = ["app.juju.is/created-by", "app.kubernetes.io/name"];
  const marked = await everyPage(
    "definitions",
    (paging) => cluster().definitions.listCustomResourceDefinition(paging),
    ({ metadata }) =>
      owners.some((label) => applications.includes(metadata?.labels?.[label] ?? "")) ? [metadata!.name!] : [],
  );
  return marked.sort();
}

/** Takes Juju's marks off a definition; may be sent twice. */
export async function stripDefinition(name: string): Promise<void> {
  const nothing = (keys: string[]): Record<string, null> => Object.fromEntries(keys.map((key) => [key, null]));
  const body = { metadata: { labels: nothing(labels), annotations: nothing(annotations) } };
  await request(`labels of definition ${name}`, () =>
    cluster().definitions.patchCustomResourceDefinition(
      { name, body },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    ),
  );
}
