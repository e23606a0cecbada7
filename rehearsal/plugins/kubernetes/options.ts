/** What the provider can be told, by its own configuration or by a variable of the environment. */
export interface Options {
  /** A kubeconfig's path or its text. */
  kubeconfig?: string;
  context?: string;
  cluster?: string;
  namespace?: string;
  enablePatchForce: boolean;
  upsertExistingObjects: boolean;
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
  deleteUnreachable: boolean;
}

const unsupported = [
  "renderYamlToDirectory",
  "skipUpdateUnreachable",
  "kubeClientSettings",
  "helmReleaseSettings",
  "strictMode",
  "alwaysRender",
];
const ignored = ["suppressDeprecationWarnings", "suppressHelmHookWarnings", "clusterIdentifier"];

/**
 * Reads https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ : configuration first, then
 * the variable PULUMI_K8S_<NAME>, else false.
 *
 * @param variables `kubernetes:config:<name>` -> text
 * @throws naming the option when it is one that the stand-in lacks
 */
export function readOptions(variables: Record<string, string>, env: NodeJS.ProcessEnv): Options {
  const text = (name: string): string | undefined => variables[`kubernetes:config:${name}`] || undefined;
  const flag = (name: string, variable: string, fallback = false): boolean => {
    const value = variables[`kubernetes:config:${name}`] ?? env[variable];
    return value === undefined ? fallback : value === "true";
  };
  for (const name of unsupported) {
    if (text(name) !== undefined && text(name) !== "false") {
      throw new Error(
        `kubernetes:${name} is set to ${text(name)}, which the rehearsal's stand-in for the kubernetes plugin does not know; remove it or install the official plugin`,
      );
    }
  }
  if (!flag("enableServerSideApply", "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY", true)) {
    throw new Error(
      "kubernetes:enableServerSideApply is false, but the rehearsal's stand-in for the kubernetes plugin knows server-side apply only; remove the setting or install the official plugin",
    );
  }
  return {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace"),
    enablePatchForce: flag("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    upsertExistingObjects: flag("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enableConfigMapMutable: flag("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
    enableSecretMutable: flag("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    deleteUnreachable: flag("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
  };
}

/** Every option that the provider's configuration may name. */
export const optionNames = new Set([
  ...unsupported,
  ...ignored,
  ...[
    "kubeconfig",
    "context",
    "cluster",
    "namespace",
    "enableServerSideApply",
    "enablePatchForce",
    "upsertExistingObjects",
  ],
  ...["enableConfigMapMutable", "enableSecretMutable", "deleteUnreachable"],
]);
