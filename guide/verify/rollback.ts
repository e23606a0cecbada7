import { hopNames, names } from "../../plan/names";
import { removedByHand } from "../../plan/removed";
import type { Expected } from "../../plan/types";
import { ids } from "../../planner/ids";
import { ends } from "../../planner/passes";
import { additions, cameSince, relationsBack } from "../rollback/compare";
import type { Return } from "../rollback/return";
import { shown } from ".";

/** The model as it must be when it is back. */
function expected({ recordings, ways }: Return): Expected {
  const { hop, baseline, found } = recordings;
  const kept = [...Object.keys(additions(recordings).kept), ...cameSince(recordings)];
  // Istio's control plane waits for a gateway that the recorded model lacked.
  const waiting = removedByHand(hop, baseline).map((name) => hop.hazards.redeploy[name].around!);
  const applications = Object.fromEntries(
    [...Object.keys(baseline.applications), ...kept].sort().map((name) => {
      const { charm, channel, revision } =
        (ways.get(name)?.way ?? "kept") === "kept" ? found.applications[name] : baseline.applications[name];
      return [
        name,
        {
          charm,
          channel,
          revision,
          ...(waiting.includes(name) &&
            hop.hazards.ladders[name].awaiting && { awaiting: hop.hazards.ladders[name].awaiting }),
        },
      ];
    }),
  );
  return {
    release: baseline.release,
    applications,
    relations: relationsBack(recordings).wanted,
    baseline: names.found(hop.source.release, hop.target.release),
    ...shown(hop, applications),
    // Rows that came and went since the upgrade's dump are users' work.
    databases: {},
    credentials: { secret: hopNames(`${hop.source.release}-${hop.target.release}`).credentials },
    set: Object.fromEntries(
      Object.entries(baseline.applications)
        .filter(([name]) => ways.get(name)?.way !== "kept")
        .map(([name, { trust, scale, config }]) => [name, { trust, scale, config }]),
    ),
  };
}

/** Compares the model with the recorded one, and records that it was taken back. */
export function planEnd(plan: Return): void {
  const { draft, recordings } = plan;
  const { hop } = recordings;
  draft.command(
    "verify",
    ids.verify,
    "the model is compared with the one that was recorded, as data",
    { kind: "verify", expected: expected(plan) },
    { dependsOn: ends(draft.steps), needs: [ids.backup] },
  );
  draft.add({
    type: "record",
    phase: "verify",
    id: ids.rolledBack,
    configMap: names.rolledBack(hop.source.release, hop.target.release),
    why: "the next upgrade has to begin anew: with a new baseline and a new backup",
    dependsOn: [],
    needs: [ids.verify],
  });
}
