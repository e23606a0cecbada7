import type { BaselineApplication } from "./types";

/** Release -> application -> tracks that it has there, in any cut of that release. */
export type Levels = Record<string, Record<string, string[]>>;

/** "1.6" of "1.6/beta": a release is told by its tracks, whatever risk somebody follows. */
const track = (channel: string): string => channel.split("/")[0];

type Told = Record<string, Pick<BaselineApplication, "channel" | "local">>;

/** Applications that the model runs on a track of the release. */
function matches(applications: Told, level: Levels[string]): string[] {
  return Object.keys(applications).filter((name) => level[name]?.includes(track(applications[name].channel)));
}

/** Why hardly anything is on a track of any release. */
function unlike(applications: Told, shared: string[], levels: Levels, most: string): string {
  const files = shared.filter((name) => applications[name].local);
  const latest = shared.filter((name) => !applications[name].local && track(applications[name].channel) === "latest");
  const why = [
    ...(files.length > 0
      ? [
          `${files.length} run charms from files, which have no track (\`juju refresh NAME --switch ch:CHARM --channel TRACK/stable\` gives them one)`,
        ]
      : []),
    ...(latest.length > 0 ? [`${latest.length} are on the track latest, which tells no release`] : []),
  ];
  const releases = Object.keys(levels);
  return (
    `the model does not look like Charmed Kubeflow ${releases[0]} to ${releases.at(-1)}: of ${shared.length - files.length} applications from Charmhub that it shares with them, ` +
    `${matches(applications, levels[most]).length} are on a ${most} track, and fewer or as many on those of any other${why.map((one) => `; ${one}`).join("")}. Check the setting "model"`
  );
}

/**
 * Tells which release a model runs, by the tracks of its applications; charms from files have none.
 * @param levels oldest release first
 * @throws when hardly anything in the model belongs to a release, or as much to one as to another
 */
export function detectRelease(applications: Told, levels: Levels): string {
  const shared = Object.keys(applications).filter((name) => Object.values(levels).some((level) => name in level));
  const known = shared.filter((name) => !applications[name].local).length;
  const count = (release: string): number => matches(applications, levels[release]).length;
  const [most, ...others] = Object.keys(levels).sort((a, b) => count(b) - count(a));
  if (known === 0 || count(most) * 2 < known) throw new Error(unlike(applications, shared, levels, most));
  const ties = others.filter((release) => count(release) === count(most));
  if (ties.length === 0) return most;
  const all = [most, ...ties];
  const of = (name: string): number =>
    all.filter((release) => matches(applications, levels[release]).includes(name)).length;
  const apart = shared.filter((name) => of(name) > 0 && of(name) < all.length);
  throw new Error(
    `the model is on as many tracks of Charmed Kubeflow ${all.slice(0, -1).join(", ")} as of ${all.at(-1)}, ${count(most)} each, so which release it is cannot be told. ` +
      `What tells them apart: ${apart.map((name) => `${name} ${applications[name].channel}`).join(", ") || "nothing that it has"}. Bring these to the tracks of one release, then preview again`,
  );
}
