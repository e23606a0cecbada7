import { readConfigMap } from "../kube/configmaps";
import { baselineKeys } from "../plan/names";
import type { Baseline } from "../plan/types";
import { baselineSchema } from "../steps/schema";

/**
 * The baseline that an earlier run recorded; undefined when there is none yet.
 * @throws naming ConfigMap and field when it cannot be read: a new one is never put in its place.
 */
export async function readBaseline(model: string, configMap: string): Promise<Baseline | undefined> {
  const data = await readConfigMap(model, configMap);
  if (!data) return undefined;
  const broken = (what: string): Error =>
    new Error(
      `ConfigMap ${model}/${configMap}: ${what}. It is what this upgrade was planned from, so nothing is planned without it; put back what \`kubectl get configmap ${configMap} -n ${model} -o yaml\` showed before`,
    );
  let value: unknown;
  try {
    value = JSON.parse(data[baselineKeys.baseline] ?? "");
  } catch {
    throw broken(`"${baselineKeys.baseline}" is no JSON`);
  }
  const result = baselineSchema.safeParse({ ...(value as object), bundle: data[baselineKeys.bundle] });
  if (!result.success)
    throw broken(result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "));
  if (result.data.model.name !== model) throw broken(`it is of model "${result.data.model.name}"`);
  return result.data;
}
