import type { AppStatus } from "../../juju/status";
import type { Baseline } from "../../plan/types";

/**
 * Sides of recorded relations, each as application, endpoint and the application on the other side, that the live model lacks.
 * A side in another model is no application of this one, and juju tells nothing of it.
 */
function lostRelations({ applications, relations }: Baseline, live: Record<string, AppStatus>): string[][] {
  const sides = relations
    .map((relation) => relation.map((endpoint) => endpoint.split(":")))
    .flatMap(([[a, on], [b, at]]) => [
      [a, on, b],
      [b, at, a],
    ]);
  return sides.filter(
    ([application, endpoint, other]) =>
      application in applications && !live[application]?.related[endpoint]?.includes(other),
  );
}

/** Whether a live model is another one than was recorded in what steps change: its applications, their revisions and units, and relations that are gone. */
export function isChanged(recorded: Baseline, live: Record<string, AppStatus>): boolean {
  const names = [...new Set([...Object.keys(recorded.applications), ...Object.keys(live)])];
  const other = names.some((name) => {
    const [was, is] = [recorded.applications[name], live[name]];
    return (
      !was ||
      !is ||
      is.life !== "alive" ||
      is.charmName !== was.charm ||
      is.channel !== was.channel ||
      is.revision !== was.revision ||
      is.scale !== was.scale
    );
  });
  return other || lostRelations(recorded, live).length > 0;
}
