import { movedName } from "../databases";
import type { Irreversible } from "../../plan/types";
import { type Recordings, type Way, additions, cameSince, movedDatabases, relationsBack } from "./compare";

/** Applications of the baseline whose way back removes custom resource definitions unless that is prevented. */
export function guarded({ hop, baseline, found }: Recordings, ways: Map<string, Way>): string[] {
  return [...ways].flatMap(([name, { way }]) =>
    way === "redeploy" &&
    name in found.applications &&
    hop.hazards.crdOwners.includes(baseline.applications[name].charm)
      ? [name]
      : [],
  );
}

/** Everything that is not as it was once the model is back, told before anything is done. */
export function irreversible(recordings: Recordings, ways: Map<string, Way>, volumesGone: string[]): Irreversible[] {
  const { hop, baseline, found } = recordings;
  const told = (name: string, what: string): Irreversible => ({ name, what, asks: false });
  const owners = guarded(recordings, ways);
  const { removed, kept } = additions(recordings);
  const gateway = hop.hazards.mesh.gateway.application;
  const wanted = new Set(relationsBack(recordings).wanted.map((relation) => relation.join(" ")));
  const changed = [...ways].filter(([, { way }]) => way === "refresh" || way === "redeploy").map(([name]) => name);
  const forward = Object.entries(hop.hazards.forwardOnly).filter(([application]) => changed.includes(application));
  const younger = changed.filter((name) => hop.hazards.crdOwners.includes(baseline.applications[name].charm));
  const moved = movedDatabases(recordings);
  const servers = moved.map(movedName);
  const omitted = [...ways]
    .filter(([, { way }]) => way === "redeploy")
    .flatMap(([name]) => baseline.applications[name].configOmitted.map((option) => `${name} ${option}`));
  return [
    ...forward.map(([application, why]) => ({ name: `schema-${application}`, what: why, asks: true })),
    ...moved.map((application) => ({
      name: `rows-since-${application}`,
      what:
        `${application} serves again with the rows that it had when it was left; what was written to ${movedName(application)} since is there only, ` +
        "and it stays with its volume, used by nothing. Dump it before you remove it",
      asks: true,
    })),
    ...(owners.length > 0
      ? [
          {
            name: "definition-owners",
            what:
              `${owners.join(", ")} can only be removed and deployed again, and the hooks with which they go delete their custom resource definitions. A webhook that refuses every such deletion stands meanwhile, ` +
              "and the hook that fails for it is skipped; this was tried on a real controller once, with charms of our own",
            asks: true,
          },
        ]
      : []),
    ...(removed.includes(gateway)
      ? [
          {
            name: "no-gateway",
            what: `${gateway} had been removed by hand when the model was recorded, and is removed again: nobody gets in from outside until one is deployed`,
            asks: true,
          },
        ]
      : []),
    ...[...ways].flatMap(([name, way]) =>
      way.way === "kept"
        ? [
            told(
              `kept-${name}`,
              `${name} stays at ${found.applications[name].channel} revision ${found.applications[name].revision}: ${way.why}`,
            ),
          ]
        : [],
    ),
    ...Object.entries(kept).map(([name, why]) =>
      told(`kept-${name}`, `${name}, which the upgrade added, stays: ${why}`),
    ),
    ...volumesGone.map((storage) =>
      told(
        `finalized-${storage.replace("/", "-")}`,
        `the volume that ${storage} had before the upgrade was deleted by finalize; the one in use stays`,
      ),
    ),
    ...(younger.length > 0
      ? [
          told(
            "definitions",
            `${younger.join(", ")} get their older definitions again; fields that only the newer ones know are dropped when such an object is next written`,
          ),
        ]
      : []),
    ...(omitted.length > 0
      ? [
          told(
            "secret-options",
            `${omitted.join(", ")} may hold secrets, which are not recorded: set them again once the model is back`,
          ),
        ]
      : []),
    ...[...wanted]
      .filter((relation) => !baseline.relations.some((one) => one.join(" ") === relation))
      .map((relation) => told("relations-since", `relation ${relation} came since the upgrade and stays`)),
    ...cameSince(recordings)
      .filter((name) => !servers.includes(name))
      .map((name) => told(`since-${name}`, `${name} came since the upgrade and stays`)),
    told(
      "users-work",
      "what users made, changed or deleted since the upgrade stays as it is: objects, rows, profiles, notebooks",
    ),
    ...(ways.get(gateway)?.way === "redeploy"
      ? [told("gateway-address", "the gateway is away for a while, and its address may be another one afterwards")]
      : []),
  ];
}
