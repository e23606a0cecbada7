import type { V1CustomResourceDefinition, V1ValidatingWebhookConfiguration } from "@kubernetes/client-node";
import { names } from "../plan/names";
import { KubeError, cluster, find, request } from "./client";

/*
 * A validating webhook that nobody answers and whose failure refuses: as long as it is there, the API server deletes no
 * definition and no Profile, whoever asks. It stands on the way back only, where hooks of charms delete definitions by their
 * names. On the way up Juju deletes by its labels: with a webhook alone a crossing hangs without a message (seen on 2.9.42), and
 * once the labels are off (steps/guard-crossing.ts) there is nothing left that it could refuse but users' own deletions.
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
