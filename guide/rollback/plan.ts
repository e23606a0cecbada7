import { names } from "../../plan/names";
import type { Settings } from "../../plan/settings";
import type { Plan } from "../../plan/types";
import { ids } from "../../planner/ids";
import { finish } from "../../planner/passes";
import { planBackup } from "../backup";
import { planRemovals } from "../new-applications/rollback";
import { renderObstacles } from "../preflight/render";
import { planRedeploymentsBack } from "../refresh/redeploy-rollback";
import { planRefreshesBack } from "../refresh/rollback";
import { planRelationsBack } from "../relations/rollback";
import { planEnd } from "../verify/rollback";
import type { Recordings } from "./compare";
import { irreversible } from "./irreversible";
import { Return } from "./return";

/** Says what cannot be undone and asks for it, then records what the model is now: every later run plans from that. */
function planBeginning({ draft, recordings: { hop } }: Return, items: Plan["irreversible"] & object): string[] {
  const asked = items.filter(({ asks }) => asks).map(({ name, what }) => ({ name, what }));
  const accepted = draft.command(
    "rollback",
    ids.accept,
    "what cannot be undone is told, and what may lose something is accepted by name",
    { kind: "accept-irreversible", asked, accepted: draft.settings.acceptIrreversible },
    { dependsOn: [ids.backup] },
  );
  const record = draft.add({
    type: "found",
    phase: "rollback",
    id: ids.found,
    configMap: names.found(hop.source.release, hop.target.release),
    why: "what the model is before it goes back: after a crash the graph is the same",
    dependsOn: [accepted],
    needs: [],
  });
  return [record];
}

/**
 * Computes the way back as the difference between a model as it was found when going back began and as it was recorded
 * before its upgrade, so that it is the same for an upgrade that ended and for one that stopped anywhere. Pure.
 * The phases of preflight and backup are those of the upgrade, unchanged: what was proven then stays the evidence.
 * @param volumesGone volumes of the baseline that finalize deleted, as application/storage
 * @throws when something has no way back and cannot stay as it is either
 */
export function makeRollback(recordings: Recordings, settings: Settings, volumesGone: string[]): Plan {
  const { hop, baseline } = recordings;
  const plan = new Return(recordings, settings);
  const { draft } = plan;
  const items = irreversible(recordings, plan.ways, volumesGone);
  const head = {
    from: hop.source.release,
    to: hop.target.release,
    model: baseline.model.name,
    storage: draft.choices,
    notes: draft.notes,
    irreversible: items,
  };
  planBackup(draft);
  if (draft.obstacles.length > 0) throw new Error(renderObstacles(draft.obstacles));
  const before = draft.steps.length;
  const begun = planBeginning(plan, items);
  const removed = planRemovals(plan, begun);
  const ready = removed.length > 0 ? removed : begun;
  planRefreshesBack(plan, ready);
  planRedeploymentsBack(plan, ready);
  planRelationsBack(plan);
  if (draft.steps.length === before + 2) {
    draft.notes.push("the model is as it was recorded: there is nothing to take back");
    return { ...head, irreversible: [], steps: [] };
  }
  planEnd(plan);
  return { ...head, steps: finish(draft.steps) };
}
