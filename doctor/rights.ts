import pLimit from "p-limit";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { Right } from "../kube/access";
import type { Row } from "./row";

const ruleSchema = z.object({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
});
const roleSchema = z.object({
  kind: z.enum(["ClusterRole", "Role"]),
  rules: z.array(ruleSchema),
});

/** Every single right that the roles of docs/permissions.yaml give; those of a Role are for the model's namespace. */
export function rightsOf(manifest: string, model: string): Right[] {
  const roles = parseAllDocuments(manifest).flatMap((document) => {
    const parsed = roleSchema.safeParse(document.toJS());
    return parsed.success ? [parsed.data] : [];
  });
  const rights = roles.flatMap(({ kind, rules }) =>
    rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [undefined] }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          verbs.flatMap((verb) =>
            resourceNames.map((name) => ({
              group,
              resource,
              verb,
              ...(name !== undefined && { name }),
              ...(kind === "Role" && { namespace: model }),
            })),
          ),
        ),
      ),
    ),
  );
  const keys = rights.map((right) => JSON.stringify(right));
  return rights.filter((_, index) => keys.indexOf(keys[index]) === index);
}

const spelled = ({ verb, resource, group, name, namespace }: Right): string =>
  [verb, group ? `${resource}.${group}` : resource, name, namespace && `in ${namespace}`].filter(Boolean).join(" ");

const shown = 8;

/** Asks for each right, eight at once. */
export async function rightsRow(rights: Right[], ask: (right: Right) => Promise<boolean>): Promise<Omit<Row, "what">> {
  const limit = pLimit(8);
  const answers = await Promise.all(rights.map((right) => limit(() => ask(right))));
  const missing = rights.filter((_, index) => !answers[index]).map(spelled);
  if (missing.length === 0) return { found: `all ${rights.length} of docs/permissions.md` };
  const more = missing.length > shown ? ` and ${missing.length - shown} more` : "";
  return {
    found: `${missing.length} of ${rights.length} are missing: ${missing.slice(0, shown).join(", ")}${more}`,
    mend: "as an administrator `kubectl apply -f docs/permissions.yaml`, and use that account; which of them your upgrade needs is in docs/permissions.md",
  };
}
