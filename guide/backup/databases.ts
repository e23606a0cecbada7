import type { Hazards, Hop } from "../../releases/load";
import { type Draft } from "../../planner/draft";
import { ids } from "../../planner/ids";
import { jobSteps } from "../../plan/names";
import { backupKeeps, backupTarget } from "./target";
import type { Baseline, BaselineVolume } from "../../plan/types";

/** Variables that may hold root's password, by application, of those whose charm keeps databases that a hop's hazards know how to dump. */
export function databasesOf(
  { databases }: Hazards,
  { applications }: { applications: Record<string, { charm: string }> },
): Record<string, string[]> {
  const known = Object.entries(applications).filter(([, { charm }]) => charm in databases);
  return Object.fromEntries(
    known.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { charm }]) => [name, databases[charm]]),
  );
}

/** Databases that the baseline saw running, with their volumes. A baseline of an earlier version of this program looked at none. */
export function dumped(
  hazards: Hazards,
  baseline: Baseline,
): { application: string; variables: string[]; image: string; pullSecrets: string[]; volumes: BaselineVolume[] }[] {
  return Object.entries(databasesOf(hazards, baseline)).flatMap(([application, variables]) => {
    const found = baseline.databases?.[application];
    return found ? [{ application, variables, ...found, volumes: baseline.volumes[application] ?? [] }] : [];
  });
}

/** Volumes of all that is backed up: the object store's and those of the databases that are dumped. */
export function backedUp({ hazards }: Hop, baseline: Baseline, objectStore: BaselineVolume): BaselineVolume[] {
  return [objectStore, ...dumped(hazards, baseline).flatMap(({ volumes }) => volumes)];
}

/**
 * Dumps of the databases, one after the other, since each mounts the backup's claim.
 * @param places steps that make the place of the backup, and those before that write there
 * @returns the Jobs and the steps that prove them
 */
export function planDumps(draft: Draft, places: string[]): { jobs: string[]; proven: string[] } {
  const { hop, baseline, settings } = draft;
  const keep = backupKeeps(settings);
  const [jobs, proven]: string[][] = [[], []];
  const left = Object.keys(databasesOf(hop.hazards, baseline)).filter(
    (application) => !baseline.databases?.[application],
  );
  if (left.length > 0)
    draft.notes.push(
      `not dumped: ${left.join(", ")}; no running Pod of theirs told how root is let in when the baseline was recorded`,
    );
  for (const { application, variables, image, pullSecrets } of dumped(hop.hazards, baseline)) {
    const password = draft.command(
      "backup",
      `store-${application}-password`,
      "the Job that dumps the database is told the password by a Secret, never by a word of its command",
      { kind: "store-root-password", application, variables, to: draft.names.rootPassword(application) },
      { dependsOn: [ids.preflight] },
    );
    const job = draft.add({
      type: "dump",
      phase: "backup",
      id: jobSteps.dump(application),
      application,
      image,
      pullSecrets,
      why:
        keep === "manifest"
          ? "the rows of every table are counted; nobody here copies them"
          : "every database is dumped in one moment, restored on trial into a server of its own, compared table by table, and written to the backup",
      dependsOn: [...places, ...jobs, password],
      needs: [],
    });
    jobs.push(job);
    proven.push(
      draft.command(
        "backup",
        `prove-${application}`,
        "the upgrade changes the schema of the pipelines' database, and there is no way back but the dump",
        {
          kind: "prove-database",
          application,
          job: draft.names.job(job),
          target: backupTarget(settings, draft.id),
          keep,
        },
        { dependsOn: [job] },
      ),
    );
  }
  return { jobs, proven };
}
