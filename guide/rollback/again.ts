import { hopNames, names } from "../../plan/names";

/** Commands that take the records of an upgrade and its rollback away, as docs/rollback.md has them: the next upgrade begins anew. */
export function cleanUp(model: string, from: string, to: string): string[] {
  const own = hopNames(`${from}-${to}`);
  const maps = [
    names.baseline(from, to),
    names.found(from, to),
    names.rolledBack(from, to),
    names.verified(from, to),
    own.proof,
    own.begun,
  ];
  return [
    `kubectl delete -n ${model} secret ${own.credentials}`,
    `kubectl delete -n ${model} configmap ${maps.join(" ")}`,
  ];
}
