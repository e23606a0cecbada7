import type { Bundle } from "../releases/load";
import type { BaselineApplication } from "./types";

/** How many of a release's applications the model runs on that release's channel, out of those it runs at all. */
function matches(applications: Record<string, BaselineApplication>, bundle: Bundle): number {
  return Object.entries(bundle.applications).filter(([name, { channel }]) => applications[name]?.channel === channel)
    .length;
}

/**
 * Tells which of two releases a model runs, by the channels of its applications.
 * @throws when hardly anything in the model belongs to either release.
 */
export function detectRelease(
  applications: Record<string, BaselineApplication>,
  source: Bundle,
  target: Bundle,
): string {
  const known = Object.keys(applications).filter(
    (name) => name in source.applications || name in target.applications,
  ).length;
  const [atSource, atTarget] = [matches(applications, source), matches(applications, target)];
  if (known === 0 || Math.max(atSource, atTarget) * 2 < known) {
    throw new Error(
      `the model does not look like Charmed Kubeflow ${source.release} or ${target.release}: of ${known} applications it shares with them, ` +
        `${atSource} are on a ${source.release} channel and ${atTarget} on a ${target.release} channel. Check the setting "model"`,
    );
  }
  return atTarget > atSource ? target.release : source.release;
}
