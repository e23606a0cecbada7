import type { Finding } from "./finding";

/** Versions of a definition. */
interface Versions {
  name: string;
  served: string[];
  unserved: string[];
}

const hangs = `Juju 2.9 asks each version of each definition of the cluster for objects when a podspec charm becomes a sidecar, and stops at one that is not served: the application stays "unknown 0/1" without a message, and only \`juju debug-log\` says "deleting workload pod for application ...: custom resource definition ... is not a supported and served version" (F59)`;

/** Definitions with a version that is not served, where any is. */
export function unservedFinding(definitions: Versions[]): Finding | undefined {
  const found = definitions.filter(({ unserved }) => unserved.length > 0);
  if (found.length === 0) return undefined;
  const list = found.map(({ name, unserved }) => `${name} (${unserved.join(", ")})`).join(", ");
  return {
    name: "definitions-unserved",
    subject: found.length === 1 ? "definition" : "definitions",
    fact: `${list} ${found.length === 1 ? "has a version that is" : "have versions that are"} not served`,
    meaning: hangs,
    next: `Where no object is stored in it (\`kubectl get crd ${found[0].name} -o jsonpath={.status.storedVersions}\`), take the version out of its spec.versions with \`kubectl edit crd\`; else let it be served (\`served: true\`) until the upgrade is verified. Ask whoever installed it first`,
    weight: "refuses",
  };
}
