import { enqueue } from "./queue";
import { unitName, type Host } from "./host";
import type { Relation } from "./state";

/** Starts a relation's end: it stays visible until every unit has left it (juju.md a, b). */
export function killRelation(host: Host, relation: Relation): void {
  if (relation.life === "dying") return;
  relation.life = "dying";
  for (const { application, endpoint } of [relation.requirer, relation.provider]) {
    const app = host.state.applications[application];
    if (app === undefined) continue;
    for (const unit of app.units) {
      unit.hooks = unit.hooks.filter(
        ({ kind, relation: id, endsAt }) => kind !== "relation-changed" || id !== relation.id || endsAt !== undefined,
      );
    }
    enqueue(host, app, "relation-broken", { relation: relation.id, name: `${endpoint}-relation-broken` });
  }
}

/** Drops the relations that nobody is in any more. */
export function settleRelations(host: Host): void {
  host.state.relations = host.state.relations.filter((relation) => {
    if (relation.life === "alive") return true;
    return [relation.requirer, relation.provider].some(({ application }) => {
      const app = host.state.applications[application];
      return (
        app?.units.some((unit) => unit.departed !== true && !relation.departed.includes(unitName(app, unit))) === true
      );
    });
  });
}

/** "requirer:endpoint provider:endpoint", as Juju names a relation. */
export function relationKey({ requirer, provider }: Pick<Relation, "requirer" | "provider">): string {
  return `${requirer.application}:${requirer.endpoint} ${provider.application}:${provider.endpoint}`;
}
