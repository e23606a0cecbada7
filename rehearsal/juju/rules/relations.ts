import { relatedEndpoints } from "../controller/host";
import type { CharmRule } from "./rule";

/** A charm without a relation that it needs, or with two that exclude each other (F21), says so instead of "active". */
export const relations: CharmRule = {
  status({ host, app, revision }) {
    const charm = host.catalogue.charm(app.charm);
    const related = relatedEndpoints(host, app.name);
    const declared = host.catalogue.endpoints(app.charm, revision);
    const conflict = charm.conflicts.find(({ allOf }) => allOf.every((endpoint) => related.has(endpoint)));
    if (conflict !== undefined) return { current: conflict.status, message: conflict.message };
    const missing = charm.needs.find(
      ({ anyOf }) => anyOf.some((endpoint) => endpoint in declared) && !anyOf.some((endpoint) => related.has(endpoint)),
    );
    return missing === undefined ? undefined : { current: missing.status, message: missing.message };
  },
};
