import { namespacesWithSecret, readSecret } from "../../kube/secrets";
import { userSecret } from "../../baseline/keys";
import type { Baseline } from "../../plan/types";
import type { Context } from "../context";
import { markedData } from "../../kube/volumes";
import { markedLine } from "../../guide/preflight/marked";
import { type Check, check, notChecked } from "./check";

/** (g) Every object of the proven backup is served with the same content; counted by the step prove-objects. */
export function checkStore({ evidence }: Context): Check {
  const of = (kind: string): Record<string, unknown> | undefined =>
    Object.values(evidence).find((one) => one.kind === kind);
  const [backup, served] = [of("prove-backup"), of("prove-objects")];
  if (!backup || !served)
    return notChecked("g", "objects", "the object store was at its target before this upgrade, and not touched");
  const proven = Object.values((backup.parts ?? {}) as Record<string, unknown>);
  const wrong = proven.includes(served.backupDigest)
    ? []
    : ["the objects were compared with another backup than the one that was proven"];
  return check(
    "g",
    "objects",
    wrong,
    `${String(served.objects)} objects, ${String(served.bytes)} bytes, each with the content of the proven backup`,
  );
}

/**
 * (g) User namespaces still hold the object store's key, but those that had one of their own before. Keys are compared in memory;
 * only the names of namespaces are told.
 */
export async function checkCredentials(model: string, secret: string, { ownKeys = [] }: Baseline): Promise<Check> {
  const kept = await readSecret(model, secret);
  if (!kept) return check("g", "credentials", [`there is no Secret ${secret} to compare with`], "");
  const namespaces = (await namespacesWithSecret(userSecret)).filter((namespace) => !ownKeys.includes(namespace));
  const wrong: string[] = [];
  for (const namespace of namespaces) {
    const held = await readSecret(namespace, userSecret);
    if (held?.accesskey !== kept.accesskey || held?.secretkey !== kept.secretkey)
      wrong.push(`namespace ${namespace} holds another key than the object store`);
  }
  return check(
    "g",
    "credentials",
    wrong,
    `${namespaces.length} user namespaces hold the object store's key${ownKeys.length > 0 ? `; ${ownKeys.join(", ")} had one of their own before, and were not looked at` : ""}`,
  );
}

/** (g) No claim of an application, nor its volume, is being deleted: its data would be gone with the next restart of its Pod. */
export async function checkMarked(model: string): Promise<Check> {
  return check(
    "g",
    "claims",
    (await markedData(model)).map(markedLine),
    "no claim and no volume in use is being deleted",
  );
}
