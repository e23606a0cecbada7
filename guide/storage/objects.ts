import { type Draft } from "../../planner/draft";
import { ids } from "../../planner/ids";

/** Reads every object back through S3 once the object store is at its target, whatever way it went there. */
export function planObjectStore(draft: Draft): void {
  const { application } = draft.hop.hazards.objectStore;
  const serving = draft.throughWith(application);
  if (serving.length === 0) return;
  const job = draft.add({
    type: "job",
    phase: "verify",
    id: "minio-verify",
    job: "minio-verify",
    why: "every object is read through S3 and held against the backup's manifest",
    dependsOn: [...serving, ids.backup],
    needs: [],
  });
  const proven = draft.command(
    "verify",
    ids.objects,
    "the object store counts as moved once no object differs",
    { kind: "prove-objects", job: draft.names.job(job) },
    { dependsOn: [job] },
  );
  draft.setThrough(application, [proven]);
}
