import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { databasesOf } from "../guide/backup/databases";
import { hopNames, names } from "../plan/names";
import { userKinds } from "../plan/kinds";
import { loadHop, hops } from "../releases/load";

/** Files that are written from the list below. */
export const files = { manifest: join(__dirname, "permissions.yaml"), document: join(__dirname, "permissions.md") };

/** When a right is needed that not every upgrade needs. */
export const conditions = {
  rollback: "with `rollback`",
  moved: "where a volume is copied or handed over, or left by `finalize`",
  labelled: "where a podspec charm becomes a sidecar, and what it made carries Juju's labels",
  kinds: "where the cluster has the kind, and objects of it",
  figures: "where the object store's volume is no folder of a node's disk",
  unprovisioned: "with `finalize`, for a volume that nobody provisions",
  again: "in a run after one that failed or was cut off",
  plugin: "by the kubernetes plugin, while it waits",
};
export type Condition = keyof typeof conditions;

export interface Permission {
  group: string;
  resources: string[];
  verbs: string[];
  /** Only objects of these names. */
  names?: string[];
  /** In every upgrade where that is left out. */
  when?: Condition;
  why: string;
}

/** Custom resources by group, as "<plural>.<group>" names them. */
function byGroup(definitions: string[], verbs: string[], when: Condition, why: string): Permission[] {
  const groups = new Map<string, string[]>();
  for (const definition of definitions) {
    const [plural, ...group] = definition.split(".");
    groups.set(group.join("."), [...(groups.get(group.join(".")) ?? []), plural]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, resources]) => ({ group, resources: [...new Set(resources)].sort(), verbs, when, why }));
}

const hopData = hops.map(({ to }) => loadHop(to));
const exported = hopData.flatMap(({ hazards }) => [...hazards.customResources.apply, ...hazards.customResources.runs]);
const users = userKinds.map(({ plural, group }) => `${plural}.${group}`);
const applied = hopData.flatMap(({ hazards }) => hazards.customResources.apply);
const operators = hopData.flatMap(({ hazards }) =>
  Object.values(hazards.serverless).map(({ plural }) => `${plural}.operator.knative.dev`),
);
/** Kinds that no other right names and that charms of these releases bring, in a cluster that has nothing else. */
const brought = [
  "suggestions.kubeflow.org",
  "trials.kubeflow.org",
  "viewers.kubeflow.org",
  "authorizationpolicies.security.istio.io",
  "envoyfilters.networking.istio.io",
  "gateways.networking.istio.io",
  "virtualservices.networking.istio.io",
];
const ownSecrets = hopData.flatMap(({ source, target, hazards }) => {
  const { credentials, rootPassword, allResources } = hopNames(`${source.release}-${target.release}`);
  return [credentials, ...Object.keys(databasesOf(hazards, source)).map(rootPassword), ...allResources()];
});
const charmSecrets = [...new Set(hopData.map(({ hazards }) => hazards.objectStore.secret))];

/** What the whole cluster is asked for. */
export const clusterPermissions: Permission[] = [
  {
    group: "",
    resources: ["persistentvolumes"],
    verbs: ["get"],
    why: "what volumes applications have, and whether they are kept",
  },
  {
    group: "",
    resources: ["persistentvolumes"],
    verbs: ["patch"],
    why: "Retain is set, on the backup's volume and on one that is copied; a volume is handed from one claim to another",
  },
  {
    group: "",
    resources: ["persistentvolumes"],
    verbs: ["list"],
    when: "moved",
    why: "the volume that a claim got by itself is found",
  },
  {
    group: "",
    resources: ["persistentvolumes"],
    verbs: ["delete"],
    when: "unprovisioned",
    why: "finalize: such volumes do not go by themselves",
  },
  {
    group: "",
    resources: ["persistentvolumeclaims"],
    verbs: ["list"],
    why: "claims in users' namespaces are the same before and after",
  },
  {
    group: "",
    resources: ["namespaces"],
    verbs: ["get"],
    why: "which Juju model a namespace is of; users' namespaces are the same before and after",
  },
  {
    group: "",
    resources: ["nodes"],
    verbs: ["list"],
    when: "moved",
    why: "a volume is only moved to where a node can reach it",
  },
  {
    group: "",
    resources: ["nodes/proxy"],
    verbs: ["get"],
    when: "figures",
    why: "how full the object store's volume is, from its kubelet. May be left out: then that is not checked",
  },
  {
    group: "",
    resources: ["secrets"],
    verbs: ["get", "list"],
    names: ["mlpipeline-minio-artifact"],
    why: "users' pipelines still have the object store's key",
  },
  {
    group: "storage.k8s.io",
    resources: ["storageclasses"],
    verbs: ["get", "list"],
    why: "preflight: whether claims can be made; Pulumi: whether a claim is bound before a Pod uses it",
  },
  {
    group: "storage.k8s.io",
    resources: ["csistoragecapacities"],
    verbs: ["list"],
    why: "preflight: whether claims have space",
  },
  {
    group: "apiextensions.k8s.io",
    resources: ["customresourcedefinitions"],
    verbs: ["get", "list"],
    why: "all of them are there before and after; which versions are served",
  },
  {
    group: "apiextensions.k8s.io",
    resources: ["customresourcedefinitions"],
    verbs: ["patch"],
    when: "labelled",
    why: "Juju's labels are taken off definitions: it would delete them with all their objects",
  },
  {
    group: "apiextensions.k8s.io",
    resources: ["customresourcedefinitions"],
    verbs: ["create"],
    when: "rollback",
    why: "one of its own is made, on which the guard is tried",
  },
  {
    group: "apiextensions.k8s.io",
    resources: ["customresourcedefinitions"],
    verbs: ["delete"],
    names: [names.canary],
    when: "rollback",
    why: "that one is deleted again, and shows before that nothing can be",
  },
  {
    group: "admissionregistration.k8s.io",
    resources: ["validatingwebhookconfigurations"],
    verbs: ["create"],
    when: "rollback",
    why: "a webhook that refuses deletions of definitions stands meanwhile",
  },
  {
    group: "admissionregistration.k8s.io",
    resources: ["validatingwebhookconfigurations"],
    verbs: ["delete"],
    names: [names.guard],
    when: "rollback",
    why: "it goes again",
  },
  {
    group: "kubeflow.org",
    resources: ["profiles"],
    verbs: ["list"],
    why: "every profile is the same before and after",
  },
  {
    group: "kubeflow.org",
    resources: ["profiles"],
    verbs: ["get", "patch"],
    when: "labelled",
    why: "Juju's labels are taken off profiles: it would delete them with their namespaces",
  },
  ...byGroup(
    [...new Set([...exported, ...users, ...operators, ...brought])],
    ["list"],
    "kinds",
    "users' objects are counted, and backed up; what runs is told; versions of operators are checked; Juju's labels are looked for",
  ),
  ...byGroup(
    [...new Set([...exported, ...users, ...operators, ...brought])].filter((name) => name !== "profiles.kubeflow.org"),
    ["get", "patch"],
    "labelled",
    "Juju's labels are taken off them: it would delete them",
  ),
  ...byGroup(
    [...new Set(applied)],
    ["create", "patch"],
    "kinds",
    "the backup of users' objects is proven by applying some of them on trial (dry run): nothing is kept",
  ),
];

/** What the model's namespace is asked for. */
export const modelPermissions: Permission[] = [
  {
    group: "",
    resources: ["configmaps"],
    verbs: ["get", "create", "patch"],
    why: "the baseline, the proof of the backup, that a step was about to change the model, what steps failed with, the record of the verification",
  },
  {
    group: "",
    resources: ["configmaps"],
    verbs: ["update"],
    when: "again",
    why: "the same, where they are there already",
  },
  {
    group: "",
    resources: ["secrets"],
    verbs: ["get"],
    names: charmSecrets,
    why: "the object store's key, as its charm has it",
  },
  {
    group: "",
    resources: ["secrets"],
    verbs: ["get", "delete"],
    names: ownSecrets,
    why: "the kept key and passwords; the exported objects on their way into the backup",
  },
  { group: "", resources: ["secrets"], verbs: ["create"], why: "to make those" },
  {
    group: "",
    resources: ["persistentvolumeclaims"],
    verbs: ["get", "create", "patch"],
    why: "claims of the backup and of copies; the claim that an application is deployed again on",
  },
  {
    group: "",
    resources: ["persistentvolumeclaims"],
    verbs: ["delete"],
    when: "moved",
    why: "a claim that came up with an empty volume makes place for that with the data; finalize: that of the copy",
  },
  { group: "", resources: ["pods"], verbs: ["list"], why: "Pods of Jobs are followed; what mounts a claim is named" },
  { group: "", resources: ["pods"], verbs: ["get"], when: "figures", why: "which node's kubelet to ask" },
  {
    group: "",
    resources: ["pods"],
    verbs: ["delete"],
    when: "moved",
    why: "Pods of Jobs that have ended and hold a claim; with `databases` mysql, a consumer's Pod that still writes to the old server",
  },
  {
    group: "",
    resources: ["pods/log"],
    verbs: ["get"],
    why: "how far a Job is; which objects differ; which tables a database has",
  },
  {
    group: "",
    resources: ["pods/exec"],
    verbs: ["get", "create"],
    why: "rows of databases are counted by their own client, where the password is, and loaded into a new server with `databases` mysql; MinIO's format.json is read in its Pod, and what is used and free on a disk that its volume is a folder of",
  },
  { group: "", resources: ["services/proxy"], verbs: ["get"], why: "whether the dashboard answers" },
  { group: "apps", resources: ["statefulsets", "deployments"], verbs: ["get"], why: "workloads and their claims" },
  {
    group: "coordination.k8s.io",
    resources: ["leases"],
    verbs: ["get", "update"],
    names: [names.lease],
    why: "one run at a time holds the model",
  },
  { group: "coordination.k8s.io", resources: ["leases"], verbs: ["create"], why: "to make that one" },
  { group: "batch", resources: ["jobs"], verbs: ["get", "create", "patch"], why: "Jobs that back up, copy and verify" },
  {
    group: "batch",
    resources: ["jobs"],
    verbs: ["delete"],
    when: "again",
    why: "a Job that failed is made anew; with `rollback`, those of the upgrade go",
  },
  {
    group: "",
    resources: ["pods", "events"],
    verbs: ["list", "watch"],
    when: "plugin",
    why: "what a Job waits for",
  },
  { group: "batch", resources: ["jobs"], verbs: ["list", "watch"], when: "plugin", why: "Jobs that it waits for" },
];

/** What the kubernetes plugin asks for beyond these rights, and goes on without. */
export const refusedHarmlessly = [{ group: "", resource: "events", verbs: ["list", "watch"] }];

const rule = ({ group, resources, verbs, names: only }: Permission): object => ({
  apiGroups: [group],
  resources,
  verbs,
  ...(only && { resourceNames: only }),
});

/** Names of what the manifest makes. */
export const account = { namespace: "ckf-upgrade", name: "ckf-upgrade" };

/** What a cluster calls that account. */
export const accountUser = `system:serviceaccount:${account.namespace}:${account.name}`;

/** Account, roles and bindings as Kubernetes takes them. */
export function manifest(model: string): Record<string, unknown>[] {
  const { name, namespace } = account;
  const api = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const version = { apiVersion: `${api}/v1` };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    { ...version, kind: "ClusterRole", metadata: { name }, rules: clusterPermissions.map(rule) },
    {
      ...version,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: api, kind: "ClusterRole", name },
      subjects,
    },
    { ...version, kind: "Role", metadata: { name, namespace: model }, rules: modelPermissions.map(rule) },
    {
      ...version,
      kind: "RoleBinding",
      metadata: { name, namespace: model },
      roleRef: { apiGroup: api, kind: "Role", name },
      subjects,
    },
  ];
}

/** Text of docs/permissions.yaml. */
export function manifestText(): string {
  const head =
    "# Generated from docs/permissions.ts by `npm run docs:permissions`. For a model of another name than kubeflow change the namespace of the\n# Role and of its binding.\n";
  return (
    head +
    manifest("kubeflow")
      .map((one) => `---\n${stringify(one, { lineWidth: 0, aliasDuplicateObjects: false })}`)
      .join("")
  );
}

function table(permissions: Permission[]): string {
  const rows = permissions.map(({ group, resources, verbs, names: only, when, why }) => {
    const named =
      only === undefined
        ? ""
        : ` named ${only.length > 3 ? `${only.slice(0, 2).join(", ")} to ${only.at(-1)}` : only.join(", ")}`;
    return `| ${group || "core"} | ${resources.join(", ")}${named} | ${verbs.join(", ")} | ${why} | ${when ? conditions[when] : "always"} |`;
  });
  return ["| group | resources | verbs | what for | when |", "|---|---|---|---|---|", ...rows].join("\n");
}

/** Text of docs/permissions.md. */
export function permissionsDocument(): string {
  return `# Permissions

<!-- Generated from docs/permissions.ts by \`npm run docs:permissions\`. Change that list, not this file. -->

What an upgrade needs, and no more. The rehearsal runs \`pulumi\`, its steps and \`npm run status\` with a service account that has
only this, and shows that some things beyond it are refused. From the audit log of its own cluster it tells which of these rights were
used, and fails where one that is always needed was not, or where something else was asked for. With
a PersistentVolumePatch the kubernetes plugin asks for the events of the whole cluster, too. That is refused, and nothing needs it.

[permissions.yaml](permissions.yaml) makes the account and its roles. A kubeconfig for it:

\`\`\`sh
kubectl apply -f docs/permissions.yaml
kubectl config set-credentials ckf-upgrade --token="$(kubectl create token ckf-upgrade -n ckf-upgrade --duration 24h)"
kubectl config set-context ckf-upgrade --cluster=<your cluster> --user=ckf-upgrade
\`\`\`

## Kubernetes: the whole cluster

${table(clusterPermissions)}

## Kubernetes: the model's namespace

${table(modelPermissions)}

When a podspec charm becomes a sidecar charm, Juju looks through **every** kind of custom object of the cluster for its labels, and
deletes what carries them. So the guard before it looks through every kind, too, and refuses the refresh where one cannot be listed. A
cluster with other kinds than those above (cert-manager's, say) needs the same for them; preflight names the first that is missing:

\`\`\`sh
kubectl create clusterrole ckf-upgrade-labels --verb=get,list,patch \\
  --resource="$(kubectl get crd -o name | sed 's|.*/||' | paste -sd, -)"
kubectl create clusterrolebinding ckf-upgrade-labels --clusterrole=ckf-upgrade-labels --serviceaccount=ckf-upgrade:ckf-upgrade
\`\`\`

Everybody who is logged in may ask for kinds and versions (\`system:discovery\`, \`system:public-info-viewer\`); a cluster that took
that away must give it back.

A Job can mount every Secret of its namespace: whoever may create Jobs in the model's namespace can read its Secrets by that way. So
the account is as much to be guarded as the model itself.

## Juju

The user of \`juju\` needs the access \`admin\` on the model (\`juju grant <user> admin kubeflow\`): \`juju trust\` and removing an
application ask for it, \`write\` does not do. No access to the controller, to other models, or to the cloud is used. Commands:
\`status\`, \`show-model\`, \`config\`, \`export-bundle\`, \`debug-log\`, \`disabled-commands\`, \`info\`, \`version\` to read; \`refresh\`, \`deploy\`,
\`trust\`, \`scale-application\`, \`relate\`, \`remove-relation\`, \`remove-application\`, \`config --file\` to change;
\`run-action\` or \`run\` of \`get-password\` where the setting \`databases\` is mysql; \`resolved --no-retry\` in a rollback. That \`admin\` is
enough and \`write\` is not is from Juju's documentation; it was not tried on a real controller.

## When a step needs more

Add it to docs/permissions.ts with its reason, and run \`npm run docs:permissions\`; a test holds both files to that list. A rehearsal
fails where a verb is missing, with the cluster's own words: \`cannot list resource "pods"\`.
`;
}

if (require.main === module) {
  writeFileSync(files.manifest, manifestText());
  writeFileSync(files.document, permissionsDocument());
}
