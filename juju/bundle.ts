import { type Document, isMap, isScalar, parseAllDocuments } from "yaml";
import { z } from "zod";
import type { Relation } from "../plan/types";
import { maySecret } from "./secretive";

/** What `juju deploy` could be told of an application, as far as an export has it. */
export interface BundleEntry {
  constraints?: string;
  placement?: string;
  /** Storage to its pool; "kubernetes" is what Juju takes by default. */
  pools: Record<string, string>;
  /** Resources by name: the revision that Charmhub has of it, or what somebody attached. */
  resources: Record<string, string | number>;
  /** Endpoints that are bound to another space than the only one that a Kubernetes model has by default. */
  bindings: Record<string, string>;
  exposed: boolean;
}

const entrySchema = z.object({
  constraints: z.string().optional(),
  // "to" in a bundle of machines, and at times a list of one.
  placement: z.string().optional(),
  to: z.array(z.union([z.string(), z.number()])).default([]),
  storage: z.record(z.string(), z.string()).default({}),
  resources: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  bindings: z.record(z.string(), z.string()).default({}),
  expose: z.boolean().default(false),
});

const bundleSchema = z.object({ relations: z.array(z.tuple([z.string(), z.string()])).default([]) });

function unreadable(why: string): Error {
  return new Error(
    `\`juju export-bundle\` is not understood: ${why}. Relations cannot be told from it. Compare \`juju version\` with 2.9 and 3.x`,
  );
}

/** The documents of an export: the bundle, and an overlay where the model has offers. */
function documentsOf(bundle: string): Document.Parsed[] {
  const documents = parseAllDocuments(bundle);
  if (!Array.isArray(documents) || documents.length === 0) throw unreadable("it is empty");
  const [broken] = documents.flatMap(({ errors }) => errors);
  if (broken) throw unreadable(`no YAML at ${broken.linePos?.[0].line ?? "?"}:${broken.linePos?.[0].col ?? "?"}`);
  try {
    // An alias without its anchor shows only here.
    for (const document of documents) document.toJS();
  } catch (error) {
    throw unreadable((error as Error).message);
  }
  return documents;
}

/**
 * Relations of an exported bundle, each with both endpoints, sorted. Peer relations are not in it.
 * @throws when it is no bundle
 */
export function parseRelations(bundle: string): Relation[] {
  const result = bundleSchema.safeParse(documentsOf(bundle)[0].toJS());
  if (!result.success)
    throw unreadable(result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  const sorted = result.data.relations.map((pair) => [...pair].sort() as Relation);
  return sorted.sort((a, b) => (a.join(" ") < b.join(" ") ? -1 : 1));
}

/**
 * Entries of an exported bundle, by application (apiserver/facades/client/bundle of juju 2.9.42).
 * @throws when it is no bundle
 */
export function parseEntries(bundle: string): Record<string, BundleEntry> {
  const schema = z.object({ applications: z.record(z.string(), entrySchema).nullish() });
  const result = schema.safeParse(documentsOf(bundle)[0].toJS());
  if (!result.success)
    throw unreadable(result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  return Object.fromEntries(
    Object.entries(result.data.applications ?? {}).map(
      ([name, { constraints, placement = "", to, storage, resources, bindings, expose }]) => {
        const placed = [placement, ...to].filter((one) => one !== "").join(",");
        // "pool,count,size", or fewer of them in any order (juju, storage/constraints.go): a pool begins with a letter.
        const pools = Object.entries(storage).map(([storageName, text]) => [
          storageName,
          text.split(",").find((one) => /^[a-zA-Z]/.test(one)) ?? "kubernetes",
        ]);
        return [
          name,
          {
            ...(constraints && { constraints }),
            ...(placed && { placement: placed }),
            pools: Object.fromEntries(pools) as Record<string, string>,
            resources,
            bindings: Object.fromEntries(Object.entries(bindings).filter(([, space]) => space !== "alpha")),
            exposed: expose,
          },
        ];
      },
    ),
  );
}

/**
 * An exported bundle without the options that may hold a secret; a comment names each in its place. What is read from
 * juju goes into files and a ConfigMap, so it is taken out before that.
 */
export function withoutSecrets(bundle: string): string {
  return documentsOf(bundle)
    .map((document) => {
      const applications = document.get("applications");
      for (const { value: application } of isMap(applications) ? applications.items : []) {
        const options = isMap(application) ? application.get("options") : undefined;
        if (!isMap(options)) continue;
        const named = options.items.map(({ key, value }) => ({
          option: isScalar(key) ? String(key.value) : "",
          value: isScalar(value) ? value.value : String(value),
        }));
        const left = named.filter(({ option, value }) => maySecret(option, value)).map(({ option }) => option);
        for (const option of left) options.delete(option);
        if (left.length > 0) options.comment = ` left out, because they may hold secrets: ${left.join(", ")}`;
      }
      return document.toString({ lineWidth: 0 });
    })
    .join("");
}
