import { createHmac, randomBytes } from "node:crypto";
import { type Clients, clientsFor, ifThere, notebookKind, profileKind } from "./cluster";
import { runOnClaim } from "./pods";

export interface ClaimFacts {
  uid: string;
  volume: string;
  /** SHA-256 over the names and contents of all files in it. */
  content: string;
}

export interface ProfileFacts {
  /** Of the Profile itself; another one means that it was deleted and made anew. */
  uid: string;
  owner: string;
  /** Empty where there is no such namespace. */
  namespaceUid: string;
  claims: Record<string, ClaimFacts>;
  notebooks: string[];
  /** A keyed digest of each secret, good for comparing within this process and for nothing else. */
  secrets: Record<string, string>;
}

/** What users have in the cluster, beside their objects. */
export interface WorldInventory {
  profiles: Record<string, ProfileFacts>;
}

const processKey = randomBytes(32);

const fingerprint = (data: Record<string, string>): string =>
  createHmac("sha256", processKey)
    .update(JSON.stringify(Object.entries(data).sort()))
    .digest("hex");

interface Named {
  metadata: { name: string; uid: string };
  spec?: { owner?: { name?: string } };
}

async function profileFacts(
  { core, custom }: Clients,
  { metadata: { name, uid }, spec }: Named,
  image: string,
): Promise<ProfileFacts> {
  const facts: ProfileFacts = {
    uid,
    owner: spec?.owner?.name ?? "",
    namespaceUid: "",
    claims: {},
    notebooks: [],
    secrets: {},
  };
  const namespace = await ifThere(core.readNamespace({ name }));
  if (!namespace) return facts;
  facts.namespaceUid = namespace.metadata!.uid!;
  for (const { metadata, spec: claim } of (await core.listNamespacedPersistentVolumeClaim({ namespace: name })).items) {
    const script = 'cd /claim; find . -type f | sort | while IFS= read -r file; do sha256sum "$file"; done | sha256sum';
    const log = await runOnClaim(core, { namespace: name, claim: metadata!.name!, image, script, writes: false });
    facts.claims[metadata!.name!] = { uid: metadata!.uid!, volume: claim?.volumeName ?? "", content: log.slice(0, 64) };
  }
  const notebooks = (await ifThere(custom.listNamespacedCustomObject({ ...notebookKind, namespace: name }))) as
    { items: Named[] } | undefined;
  facts.notebooks = (notebooks?.items ?? []).map(({ metadata }) => metadata.name).sort();
  for (const { metadata, type, data } of (await core.listNamespacedSecret({ namespace: name })).items) {
    if (type !== "kubernetes.io/service-account-token") facts.secrets[metadata!.name!] = fingerprint(data ?? {});
  }
  return facts;
}

/**
 * Reads every Profile with its namespace, claims (every file of them), notebooks and secrets.
 * @param image one with a shell, for the short Pods that read the claims
 */
export async function worldInventory(kubeconfig: string, image: string): Promise<WorldInventory> {
  const clients = clientsFor(kubeconfig);
  const list = (await ifThere(clients.custom.listClusterCustomObject(profileKind))) as { items: Named[] } | undefined;
  const facts = await Promise.all(
    (list?.items ?? []).map(
      async (profile) => [profile.metadata.name, await profileFacts(clients, profile, image)] as const,
    ),
  );
  return { profiles: Object.fromEntries(facts) };
}

function profileLosses(name: string, before: ProfileFacts, after: ProfileFacts | undefined): string[] {
  if (!after) return [`Profile "${name}" is gone`];
  const losses: string[] = [];
  if (after.owner !== before.owner)
    losses.push(`Profile "${name}" belongs to ${after.owner}, belonged to ${before.owner}`);
  if (after.uid !== before.uid) losses.push(`Profile "${name}" was deleted and made anew`);
  if (after.namespaceUid !== before.namespaceUid)
    losses.push(`namespace "${name}" ${after.namespaceUid === "" ? "is gone" : "was deleted and made anew"}`);
  for (const [claim, was] of Object.entries(before.claims)) {
    const is = after.claims[claim];
    if (!is) losses.push(`claim "${name}/${claim}" is gone`);
    else if (is.uid !== was.uid || is.volume !== was.volume)
      losses.push(`claim "${name}/${claim}" was deleted and made anew`);
    else if (is.content !== was.content) losses.push(`files of claim "${name}/${claim}" have changed`);
  }
  for (const notebook of before.notebooks)
    if (!after.notebooks.includes(notebook)) losses.push(`notebook "${name}/${notebook}" is gone`);
  for (const [secret, was] of Object.entries(before.secrets)) {
    if (!(secret in after.secrets)) losses.push(`secret "${name}/${secret}" is gone`);
    else if (after.secrets[secret] !== was) losses.push(`secret "${name}/${secret}" has other content`);
  }
  return losses;
}

/** One sentence for each thing that users had before and have no longer. What is new is no loss. */
export function compareWorlds(before: WorldInventory, after: WorldInventory): string[] {
  return Object.entries(before.profiles).flatMap(([name, facts]) => profileLosses(name, facts, after.profiles[name]));
}
