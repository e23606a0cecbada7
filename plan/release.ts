import type { Bundle } from "../releases/load";
import type { BaselineApplication } from "./types";

/** "1.6" of "1.6/beta": a release is told by its tracks, whatever risk somebody follows. */
const track = (channel: string): string => channel.split("/")[0];

/** How many of a release's applications the model runs on that release's track, out of those it runs at all. */
function matches(applications: Record<string, BaselineApplication>, bundle: Bundle): number {
  return Object.entries(bundle.applications).filter(
    ([name, { channel }]) => name in applications && track(applications[name].channel) === track(channel),
  ).length;
}

/**
 * Tells which of two releases a model runs, by the tracks of its applications; charms from files have none.
 * @throws when hardly anything in the model belongs to either release.
 */
export function detectRelease(
  applications: Record<string, BaselineApplication>,
  source: Bundle,
  target: Bundle,
): string {
  const shared = Object.keys(applications).filter((name) => name in source.applications || name in target.applications);
  const files = shared.filter((name) => applications[name].local);
  const latest = shared.filter((name) => !applications[name].local && track(applications[name].channel) === "latest");
  const known = shared.length - files.length;
  const [atSource, atTarget] = [matches(applications, source), matches(applications, target)];
  if (known === 0 || Math.max(atSource, atTarget) * 2 < known) {
    const why = [
      ...(files.length > 0
        ? [
            `${files.length} run charms from files, which have no track (\`juju refresh NAME --switch ch:CHARM --channel TRACK/stable\` gives them one)`,
          ]
        : []),
      ...(latest.length > 0 ? [`${latest.length} are on the track latest, which tells no release`] : []),
    ];
    throw new Error(
      `the model does not look like Charmed Kubeflow ${source.release} or ${target.release}: of ${known} applications from Charmhub that it shares with them, ` +
        `${atSource} are on a ${source.release} track and ${atTarget} on a ${target.release} track${why.map((one) => `; ${one}`).join("")}. Check the setting "model"`,
    );
  }
  return atTarget > atSource ? target.release : source.release;
}
