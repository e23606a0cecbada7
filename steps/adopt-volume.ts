import {
  claimFor,
  createClaim,
  getStatefulSet,
  keepVolume,
  marks,
  reserveVolume,
  volumesMarked,
} from "../kube/binding";
import { listNodes } from "../kube/nodes";
import { deleteClaim, getClaim, getVolume, podsThatMount } from "../kube/volumes";
import { until } from "../kube/wait";
import { deletePod, podsOf } from "../kube/workloads";
import { hopNames, jobSteps } from "../plan/names";
import { type Move, type Seen, nextMove } from "./adoption";
import { type Action, type Context, StepError, type StepRunner, timeouts } from "./context";
import { requireEmptyStore } from "./fresh-volume";
import { backupDigest } from "./proof";

/** The claim and the volume that the new application was deployed with, out of the evidence of find-claim. */
function deployedWith({ evidence }: Context, application: string): { claim: string; volume: string } {
  const found = Object.values(evidence).find(({ kind }) => kind === "find-claim");
  if (typeof found?.claim === "string" && typeof found.volume === "string")
    return { claim: found.claim, volume: found.volume };
  throw new StepError(
    "no evidence of a claim was handed to this step",
    `the claim of ${application} is not known`,
    "Let it depend on find-claim, as the program's own graph does",
  );
}

type Adoption = Omit<Action<"adopt-volume">, "kind">;

/** The volume to adopt: the one that claim `from` names, which for a rebind must be the one of the baseline. */
async function adopted({ from, source }: Adoption, model: string): Promise<string> {
  const name = (await getClaim(model, from))?.spec?.volumeName;
  const next = `Look at \`kubectl get pvc,pv -n ${model}\``;
  if (!name)
    throw new StepError(
      `claim "${from}" is not there or has no volume`,
      "there is no telling which volume holds the data",
      next,
    );
  if (from === source.claim && name !== source.volume)
    throw new StepError(
      `claim "${from}" names volume "${name}", not "${source.volume}"`,
      "it is not the volume of the baseline",
      next,
    );
  if (from !== source.claim && name === source.volume)
    throw new StepError(`claim "${from}" names volume "${name}"`, "that is the volume that was copied from", next);
  return name;
}

async function look(
  { application, storage, from, source }: Adoption,
  { model, hop }: Context,
  name: string,
  target: string,
  firstVolume: string,
  unseen: boolean,
): Promise<Seen> {
  const volume = await getVolume(name);
  if (!volume)
    throw new StepError(
      `volume "${name}" does not exist`,
      "the data is not where it was",
      `Look at \`kubectl get pv\` and the provisioner's log`,
    );
  const [set, claim, former, nodes] = [
    await getStatefulSet(model, application),
    await getClaim(model, target),
    await getClaim(model, from),
    await listNodes(),
  ];
  const own = (await podsOf(model, application)).filter(({ spec }) =>
    spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === target),
  );
  const looking = (await podsOf(model, hopNames(hop).job(jobSteps.look(application)))).map(
    ({ metadata }) => metadata!.name!,
  );
  const known = [...own.map(({ metadata }) => metadata!.name!), ...looking];
  const others = (await podsThatMount(model, [target, from])).filter((pod) => !known.includes(pod));
  const template = set?.spec?.volumeClaimTemplates?.find(
    ({ metadata }) => `${metadata?.name}-${application}-0` === target,
  );
  const holds = claim?.spec?.volumeName;
  const fresh = holds !== undefined && holds !== name ? await getVolume(holds) : undefined;
  const before =
    volume.metadata?.annotations?.[marks.policy] ??
    (from === source.claim ? source.reclaimPolicy : volume.spec!.persistentVolumeReclaimPolicy!);
  if (
    template &&
    template.metadata?.labels?.["storage.juju.is/name"] !== undefined &&
    template.metadata.labels["storage.juju.is/name"] !== storage
  ) {
    throw new StepError(
      `claim "${target}" is for storage ${template.metadata.labels["storage.juju.is/name"]}, not ${storage}`,
      "it is not the claim that was found",
      `Look at \`kubectl get statefulset ${application} -n ${model} -o yaml\``,
    );
  }
  return {
    namespace: model,
    application,
    set,
    template,
    target,
    claim,
    fresh,
    from,
    former,
    volume,
    policy: before,
    firstVolume,
    own,
    others,
    unseen,
    nodes,
  };
}

/** What is said of a change, and whether it was made: not where somebody changed the object since it was looked at. */
async function carryOut(
  move: Exclude<Move, { do: "wait" | "look" }>,
  seen: Seen,
): Promise<{ said: string; done: boolean }> {
  const { namespace, target, volume, fresh } = seen;
  const name = volume.metadata!.name!;
  switch (move.do) {
    case "keep":
      return {
        said: `volume ${move.volume.metadata!.name} is kept whatever becomes of its claim`,
        done: await keepVolume(move.volume, move.marks),
      };
    case "reserve":
      return {
        said: `volume ${name} is reserved for claim ${target}`,
        done: await reserveVolume(volume, move.fromUid, namespace, target),
      };
    case "delete":
      await deleteClaim(namespace, target, move.uid);
      return { said: `claim ${target} is given up; its volume ${fresh?.metadata?.name} stays`, done: true };
    case "create":
      return {
        said: `claim ${target} is made for volume ${name}`,
        done: await createClaim(namespace, claimFor(seen.set!, seen.template!, volume)),
      };
    case "restart":
      for (const { metadata } of move.pods) await deletePod(namespace, metadata!.name!, metadata!.uid!);
      return {
        said: `Pod ${move.pods.map(({ metadata }) => metadata!.name).join(", ")} ends; the next one is on volume ${name}`,
        done: true,
      };
  }
}

/**
 * Gives the claim of an application that was deployed anew the volume that claim `from` holds: Retain on every volume
 * involved, the reservation moved in one patch, the fresh claim deleted, one made in its place that names the volume. Each
 * round looks first and does one thing, so that a run that was cut off goes on.
 * @param restart whether the Pods that are on the fresh volume still are ended; where not, it is done when only they are left
 */
export async function handOver(
  action: Adoption,
  context: Context,
  { restart }: { restart: boolean },
): Promise<{ changed: boolean; claim: string; volume: string }> {
  const { application, look: image } = action;
  const { model, say } = context;
  const { claim: target, volume: firstVolume } = deployedWith(context, application);
  const volume = await adopted(action, model);
  let changed = false;
  let unseen = image !== undefined;
  await until(`claim ${target} is bound to volume ${volume}`, timeouts.pods, async () => {
    for (;;) {
      const seen = await look(action, context, volume, target, firstVolume, unseen);
      const move = nextMove(seen);
      if (!move || (move.do === "restart" && !restart)) return { ok: true, why: "" };
      if (move.do === "wait") return { ok: false, why: move.why };
      if (move.do === "look") {
        const beside = seen.own.length > 0;
        await requireEmptyStore({ application, claim: target, image: image!, beside }, context);
        unseen = false;
        continue;
      }
      changed = true;
      const { said, done } = await carryOut(move, seen);
      if (!done) return { ok: false, why: `${said}: somebody else changed it at the same moment` };
      say(said);
    }
  });
  return { changed, claim: target, volume };
}

/**
 * Hands the volume over while the application runs on its fresh one: the Pod that runs is the last one on that. The claim and
 * the volume that are left unused stay until finalize.
 */
export const adoptVolume: StepRunner<"adopt-volume"> = async (action, context) => {
  const { application, from } = action;
  const digest = backupDigest(context, `binding another volume to ${application}`);
  const handed = await handOver(action, context, { restart: false });
  const replaced = await volumesMarked(marks.replacedIn, `${context.model}/${handed.claim}`);
  return { ...handed, application, from, replaced, digest };
};
