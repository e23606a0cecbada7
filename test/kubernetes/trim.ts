import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/*
 * Writes fixtures/api-<version>.json: the fields of what this project makes or reads, out of the schema that k8s.io/client-go of that version
 * carries for its apply configurations, which is generated from that version's OpenAPI document.
 *
 *   dir=$(go mod download -json k8s.io/client-go@v0.22.17 | jq -r .Dir)
 *   node --import tsx test/kubernetes/trim.ts 1.22.17 "$dir/applyconfigurations/internal/internal.go"
 */

/** What each field is: the name of a type, a list or a map of those, or "" where anything fits. */
export type Fields = Record<string, string>;
export interface Api {
  origin: string;
  types: Record<string, Fields>;
}

const roots = [
  "admissionregistration.v1.ValidatingWebhookConfiguration",
  "apps.v1.Deployment",
  "apps.v1.StatefulSet",
  "batch.v1.Job",
  "coordination.v1.Lease",
  "core.v1.ConfigMap",
  "core.v1.Namespace",
  "core.v1.Node",
  "core.v1.PersistentVolume",
  "core.v1.PersistentVolumeClaim",
  "core.v1.Pod",
  "core.v1.Secret",
  "core.v1.Service",
  "storage.v1.StorageClass",
].map((name) => `io.k8s.api.${name}`);

interface Type {
  scalar?: string;
  namedType?: string;
  list?: { elementType: Type };
  map?: { fields?: { name: string; type: Type }[]; elementType?: Type };
}

function told({ namedType, list, map }: Type): string {
  if (namedType !== undefined) return namedType;
  if (list) return `[]${told(list.elementType)}`;
  return map?.elementType ? `{}${told(map.elementType)}` : "";
}

function trim(file: string, version: string): Api {
  const [, schema] = /typed\.YAMLObject\(`([^`]*)`/.exec(readFileSync(file, "utf8"))!;
  const { types } = parse(schema) as { types: (Type & { name: string })[] };
  const byName = new Map(types.map((type) => [type.name, type]));
  const found: Api["types"] = {};
  const open = roots.filter((name) => byName.has(name));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name in found) continue;
    const fields = byName.get(name)?.map?.fields ?? [];
    found[name] = Object.fromEntries(fields.map((field) => [field.name, told(field.type)]));
    open.push(
      ...Object.values(found[name])
        .map((one) => one.replace(/^(\[\]|\{\})+/, ""))
        .filter((one) => byName.has(one)),
    );
  }
  const minor = version.replace(/^1\./, "");
  return {
    origin: `k8s.io/client-go@v0.${minor} applyconfigurations/internal/internal.go, trimmed by test/kubernetes/trim.ts`,
    types: Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

if (require.main === module) {
  const [version, file] = process.argv.slice(2);
  writeFileSync(join(__dirname, "fixtures", `api-${version}.json`), `${JSON.stringify(trim(file, version))}\n`);
}
