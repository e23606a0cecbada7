import { JujuError } from "../juju/errors";
import { getDisabledCommands, getModelUuid, getStatus, getVersion } from "../juju/read";
import { publishedCapacities, storageClasses, usedMiB } from "../kube/capacity";
import { KubeError } from "../kube/client";
import { readConfigMap } from "../kube/configmaps";
import { readOnClaim, spaceUnderClaim } from "../kube/files";
import { modelId } from "../kube/namespaces";
import { findMarked, nameOf, takeMarksOff } from "../kube/marked";
import { namesOf, servedKinds } from "../kube/objects";
import { getClaim, markedData } from "../kube/volumes";
import { kubernetesVersion } from "../kube/workloads";
import { userKinds } from "../plan/kinds";
import { hopNames } from "../plan/names";
import { isChanged } from "../guide/preflight/changed";
import type { LiveFacts } from "../guide/preflight/facts";
import type { PreflightQuestion } from "../guide/preflight/types";
import { readBaseline } from "./recorded";

/**
 * How far an earlier run came, even where Pulumi's state is lost. That a step has changed the model takes two witnesses: the note
 * that it made before it acted (it may have failed at once), and a live model that is not the recorded one (somebody else may
 * have changed that). Where juju does not answer, nothing has.
 */
async function progress(
  model: string,
  { baseline, hop }: PreflightQuestion,
  juju: LiveFacts["juju"],
): Promise<Pick<LiveFacts, "begun" | "resumed">> {
  const begun = (await readConfigMap(model, hopNames(hop).begun)) !== undefined;
  const recorded = begun && juju ? await readBaseline(model, baseline) : undefined;
  return { begun, resumed: recorded !== undefined && isChanged(recorded, juju!.applications) };
}

/** Those of the claims that are there. */
async function present(model: string, claims: PreflightQuestion["claims"]): Promise<string[]> {
  const found = await Promise.all(claims.map(async ({ claim }) => ((await getClaim(model, claim)) ? [claim] : [])));
  return found.flat();
}

/** Where the controller or the model is being upgraded juju refuses to be asked, which is a finding; any other failure is one of this program. */
async function ofJuju(model: string): Promise<Pick<LiveFacts, "juju" | "refusal">> {
  try {
    const [uuid, clientVersion, status, disabled] = await Promise.all([
      getModelUuid(model),
      getVersion(),
      getStatus(model),
      getDisabledCommands(model),
    ]);
    return {
      juju: {
        uuid,
        clientVersion,
        modelVersion: status.model.version,
        modelStatus: status.model.status,
        ...(status.unread && { unread: status.unread }),
        disabled,
        applications: status.applications,
      },
    };
  } catch (error) {
    if (error instanceof JujuError && /upgrade in progress/i.test(error.stderr))
      return { juju: undefined, refusal: "upgrade in progress" };
    throw error;
  }
}

/** A list that this user may not read is no list without objects: that is told, too. */
async function running(): Promise<Pick<LiveFacts, "running" | "unread">> {
  const found: Pick<LiveFacts, "running" | "unread"> = { running: [], unread: [] };
  await Promise.all(
    (await servedKinds(userKinds.filter((kind) => kind.running))).map(async ({ kind, version }) => {
      const { check, is } = kind.running!;
      try {
        found.running.push({ check, kind: kind.kind, names: await namesOf(kind, version, is) });
      } catch (error) {
        if (!(error instanceof KubeError) || error.code !== 403) throw error;
        found.unread.push({ check, why: error.message });
      }
    }),
  );
  const byCheck = (a: { check: string }, b: { check: string }): number => (a.check < b.check ? -1 : 1);
  return { running: found.running.sort(byCheck), unread: found.unread.sort(byCheck) };
}

async function formatOf(
  model: string,
  { application, claim }: NonNullable<PreflightQuestion["objectStore"]>,
): Promise<NonNullable<LiveFacts["format"]>> {
  try {
    return { text: await readOnClaim(model, application, claim, ".minio.sys/format.json") };
  } catch (error) {
    if (error instanceof KubeError) return { why: error.message };
    throw error;
  }
}

/** What the object store's volume holds, and what is free beside it where it is a folder: a kubelet has no figures of those. */
async function spaceOf(
  model: string,
  { application, claim }: NonNullable<PreflightQuestion["objectStore"]>,
  classes: LiveFacts["storageClasses"],
): Promise<Pick<LiveFacts, "usedMiB" | "disk">> {
  const name = (await getClaim(model, claim))?.spec?.storageClassName;
  if (!classes.some((one) => one.name === name && one.folders)) {
    const used = await usedMiB(model, claim);
    return used === undefined ? {} : { usedMiB: used };
  }
  try {
    const { freeMiB, usedMiB: used } = await spaceUnderClaim(model, application, claim);
    return { usedMiB: used, disk: { storageClass: name!, freeMiB } };
  } catch (error) {
    if (error instanceof KubeError) return { disk: { storageClass: name!, why: error.message } };
    throw error;
  }
}

/** Marked objects whose labels are taken off on trial. */
const tried = 50;

/** What the crossings that are left will meet: each mark is taken off on trial, so that a right or a webhook that forbids it is known before. */
async function crossingOf(
  model: string,
  { crossings }: PreflightQuestion,
  juju: LiveFacts["juju"],
): Promise<Pick<LiveFacts, "crossing">> {
  const applications = crossings
    .filter(({ application, channel, revision }) => {
      const live = juju?.applications[application];
      return live && (live.channel !== channel || live.revision !== revision);
    })
    .map(({ application }) => application);
  if (applications.length === 0) return {};
  try {
    const { definitions, marked } = await findMarked(model, applications);
    const refused: string[] = [];
    for (const one of marked.slice(0, tried)) {
      await takeMarksOff(one, { dryRun: true }).catch((error: Error) => {
        if (!(error instanceof KubeError)) throw error;
        refused.push(error.message);
      });
    }
    const versions = definitions.map(({ name, served, unserved }) => ({ name, served, unserved }));
    return { crossing: { applications, definitions: versions, marked: marked.map(nameOf), refused } };
  } catch (error) {
    if (error instanceof KubeError)
      return { crossing: { applications, definitions: [], marked: [], refused: [error.message] } };
    throw error;
  }
}

/** Reads what preflight judges. Three juju commands ask the controller: status, show-model and disabled-commands. Changes nothing. */
export async function readLiveFacts(model: string, question: PreflightQuestion): Promise<LiveFacts> {
  const { claims, objectStore } = question;
  const classes = storageClasses();
  const [namespaceOf, juju, kubernetes, objects, known, capacities, made, marked, space, format] = await Promise.all([
    modelId(model),
    ofJuju(model),
    kubernetesVersion(),
    running(),
    classes,
    publishedCapacities(),
    present(model, claims),
    markedData(model),
    objectStore ? classes.then((all) => spaceOf(model, objectStore, all)) : {},
    objectStore ? formatOf(model, objectStore) : undefined,
  ]);
  return {
    ...(await progress(model, question, juju.juju)),
    ...(await crossingOf(model, question, juju.juju)),
    namespaceOf,
    ...juju,
    kubernetes,
    ...objects,
    storageClasses: known,
    claims: made,
    marked,
    capacities,
    ...space,
    ...(format && { format }),
  };
}
