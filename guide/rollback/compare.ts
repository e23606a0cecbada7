import type { Hop } from "../../releases/load";
import { databasesOf } from "../backup/databases";
import { applicationOf } from "../../planner/draft";
import { movedName, movedRelations } from "../databases";
import { removedByHand } from "../../plan/removed";
import type { Baseline, Relation } from "../../plan/types";

/** How one application of the baseline goes back from what it is now, and why that way. */
export type Way =
  | { way: "stays" }
  | { way: "refresh"; why: string }
  /** Removed and deployed again as it was recorded. `gone`: Deployments that must be gone in between. */
  | { way: "redeploy"; why: string; gone: string[] }
  /** Not taken back. */
  | { way: "kept"; why: string };

/** Two recordings of one model: before the upgrade, and as it was found when going back began. */
export interface Recordings {
  hop: Hop;
  baseline: Baseline;
  found: Baseline;
}

/** Databases of the baseline that the upgrade moved, or began to move, to another server; the old one is there until finalize. */
export function movedDatabases({ hop, baseline, found }: Recordings): string[] {
  return Object.keys(databasesOf(hop.hazards, baseline)).filter((application) => {
    const fresh = movedName(application);
    return (
      fresh in found.applications &&
      !(fresh in baseline.applications) &&
      found.applications[fresh].charm === hop.target.applications[application]?.charm
    );
  });
}

/** Objects of these kinds, as `Baseline.objects` counts them, are lost with an application that the hop adds. */
function objectsOf({ hop, found }: Recordings, application: string): string[] {
  return (hop.hazards.addedKinds[application] ?? []).filter((kind) =>
    Object.values(found.objects?.[kind] ?? {}).some((number) => number > 0),
  );
}

/** How an application of the baseline goes back. */
export function wayBack(recordings: Recordings, application: string): Way {
  const { hop, baseline, found } = recordings;
  const [recorded, now] = [baseline.applications[application], found.applications[application]];
  const { ladders, redeploy } = hop.hazards;
  const held = [
    ...new Set([baseline, found].flatMap(({ volumes }) => volumes[application] ?? []).map(({ storage }) => storage)),
  ];
  const again = (why: string, gone: string[] = []): Way => {
    if (held.length > 0) return { way: "kept", why: `${why}, and it holds data (${held.join(", ")})` };
    return { way: "redeploy", why, gone };
  };
  if (!now) {
    const moved = movedDatabases(recordings).includes(application);
    if (moved)
      throw new Error(
        `the databases of "${application}" were moved to ${movedName(application)}, and ${application} was removed by finalize: the rows are in ${movedName(application)} only, which release ${baseline.release} does not use. There is no way back that keeps them; set rollback to false`,
      );
    if (held.length > 0)
      throw new Error(
        `application "${application}" is not in the model and holds data (${held.join(", ")}): the upgrade is in the middle of its move. Set rollback to false and run \`pulumi up\` until it serves again, then go back`,
      );
    return again("it is gone since the upgrade removed it", redeploy[application]?.gone);
  }
  if (now.charm !== recorded.charm)
    throw new Error(
      `application "${application}" runs charm "${now.charm}" and ran "${recorded.charm}": no rule says how to get back from one to the other`,
    );
  if (now.channel === recorded.channel && now.revision === recorded.revision) return { way: "stays" };
  if (now.generation === "sidecar" && recorded.generation === "podspec")
    return again(`a sidecar charm is never refreshed back to podspec ("cannot downgrade from v2 charm format to v1")`);
  if (application in ladders) return again("Istio's charm refuses to go to an older version (F9)");
  if (redeploy[application]) return again(redeploy[application].why, redeploy[application].gone);
  const storage = (of: Baseline): string =>
    (of.volumes[application] ?? []).map(({ storage: name, requestedMiB }) => `${name} ${requestedMiB}`).join();
  if (storage(baseline) !== storage(found))
    return {
      way: "kept",
      why: "it was deployed again with another storage declaration, and Juju refuses to refresh it back (F1)",
    };
  return { way: "refresh", why: `the model had ${recorded.channel} revision ${recorded.revision}` };
}

/** Applications that the upgrade added, or deployed again for somebody who had removed them: which of them are removed, and why the others are kept. */
export function additions(recordings: Recordings): { removed: string[]; kept: Record<string, string> } {
  const { hop, baseline, found } = recordings;
  const again = removedByHand(hop, baseline);
  const added = Object.keys(found.applications)
    .filter(
      (name) =>
        !(name in baseline.applications) &&
        name in hop.target.applications &&
        (!(name in hop.source.applications) || again.includes(name)),
    )
    .sort();
  const kept: Record<string, string> = {};
  for (const name of added) {
    const [kinds, volumes] = [objectsOf(recordings, name), found.volumes[name] ?? []];
    if (kinds.length > 0) kept[name] = `users have ${kinds.join(", ")} objects, which its removal would delete`;
    else if (volumes.length > 0) kept[name] = `it holds data (${volumes.map(({ storage }) => storage).join(", ")})`;
  }
  // What a kept one was deployed after is kept with it.
  const open = Object.keys(kept);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const other of Object.keys(hop.hazards.after[name] ?? {})) {
      if (!added.includes(other) || other in kept) continue;
      kept[other] = `${name} is kept, and needs it`;
      open.push(other);
    }
  }
  return { removed: added.filter((name) => !(name in kept)), kept };
}

/** Applications that came since the upgrade and that it did not add, whatever release knows them: people's own, and servers that databases were moved to. */
export function cameSince(recordings: Recordings): string[] {
  const { baseline, found } = recordings;
  const { removed, kept } = additions(recordings);
  return Object.keys(found.applications)
    .filter((name) => !(name in baseline.applications) && !removed.includes(name) && !(name in kept))
    .sort();
}

const key = (relation: Relation): string => relation.join(" ");

/** Relations that the model has when all is back, and those of now that go for good. */
export function relationsBack(recordings: Recordings): { wanted: Relation[]; dropped: Relation[] } {
  const { hop, baseline, found } = recordings;
  const { removed, kept } = additions(recordings);
  const servers = movedDatabases(recordings);
  const moved = servers.flatMap((application) => movedRelations(hop, application));
  const stays = [
    ...Object.keys(kept),
    ...cameSince(recordings).filter((name) => !servers.map(movedName).includes(name)),
  ];
  const [recorded, released] = [baseline.relations, [...hop.target.relations, ...moved]].map(
    (some) => new Set(some.map(key)),
  );
  const since = found.relations.filter((relation) => !recorded.has(key(relation)));
  const goes = (relation: Relation): boolean => {
    const ends = relation.map(applicationOf);
    return (
      ends.some((name) => removed.includes(name)) ||
      (released.has(key(relation)) && !ends.some((name) => stays.includes(name)))
    );
  };
  const wanted = [...baseline.relations, ...since.filter((relation) => !goes(relation))];
  return { wanted: wanted.sort((a, b) => (key(a) < key(b) ? -1 : 1)), dropped: since.filter(goes) };
}
