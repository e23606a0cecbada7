import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { account, manifest } from "../../docs/permissions";
import { names } from "../../plan/names";
import { seededProfiles } from "../data";
import { clusterWide } from "../juju";

/** An object that is in no namespace. */
export interface Unspaced {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
}

/** Namespace of the object store that a backup in a bucket goes to. */
export const backupNamespace = "backup-store";

const releases = resolve(__dirname, "../../releases");

/** Namespaces that options of the bundles' charms name. */
function optional(): string[] {
  const bundles = readdirSync(releases)
    .filter((name) => /^\d.*\.yaml$/.test(name))
    .map(
      (name) =>
        parse(readFileSync(join(releases, name), "utf8")) as {
          applications: Record<string, { options?: { namespace?: string } }>;
        },
    );
  return bundles.flatMap(({ applications }) =>
    Object.values(applications).flatMap(({ options }) => options?.namespace ?? []),
  );
}

/**
 * What a rehearsal of any scenario makes outside of namespaces, volumes aside, in the order in which it can be deleted: what
 * guards definitions first, the model's namespace last.
 */
export function madeBy(model: string): Unspaced[] {
  const named = (apiVersion: string, kind: string, all: string[]): Unspaced[] =>
    all.map((name) => ({ apiVersion, kind, metadata: { name } }));
  const spaces = new Set(
    [...seededProfiles, ...optional(), backupNamespace, account.namespace].filter((name) => name !== model),
  );
  return [
    ...named("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", [names.guard]),
    ...clusterWide(),
    ...named("apiextensions.k8s.io/v1", "CustomResourceDefinition", [names.canary]),
    ...(manifest(model) as unknown as Unspaced[]).filter(({ kind }) => kind.startsWith("Cluster")),
    ...named("v1", "Namespace", [...spaces, model]),
  ];
}
