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
import { type Move, type Seen, nextMove } from "./adoption";
import { type Action, type Context, StepError, type StepRunner, timeouts } from "./context";
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

/** The volume to adopt: the one that claim `from` names, which for a rebind must be the one of the baseline. */
async function adopted({ from, source }: Action<"adopt-volume">, model: string): Promise<string> {
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
  { application, storage, from, source }: Action<"adopt-volume">,
  { model }: Context,
  name: string,
  target: string,
  firstVolume: string,
): Promise<Seen> {
  const volume = await getVolume(name);
  if (!volume)
    throw new StepError(
      `volume "${name}" does not exist`,
      "the data is not where it was",
      `Look at \`kubectl get pv\` and the provisioner's log`,
    );
  const [set, claim, former, pods, nodes] = [
    await getStatefulSet(model, application),
    await getClaim(model, target),
    await getClaim(model, from),
    await podsThatMount(model, [target, from]),
    await listNodes(),
  ];
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
    pods,
    nodes,
  };
}

async function carryOut(move: Exclude<Move, { do: "wait" }>, seen: Seen): Promise<{ said: string; done: boolean }> {
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
      return { said: `claim ${target} is let go; its volume ${fresh?.metadata?.name} stays`, done: true };
    case "create":
      return {
        said: `claim ${target} is made for volume ${name}`,
        done: await createClaim(namespace, claimFor(seen.set!, seen.template!, volume)),
      };
  }
}

/**
 * Gives the claim of an application that was deployed anew the volume that claim `from` holds: Retain on every volume
 * involved, the reservation moved in one patch, the fresh claim deleted, one made in its place that names the volume. Each
 * round looks first and does one thing, so that a run that was cut off goes on. The claim and the volume that are left
 * unused stay until finalize.
 */
export const adoptVolume: StepRunner<"adopt-volume"> = async (action, context) => {
  const { application, from } = action;
  const { model, say } = context;
  const digest = backupDigest(context, `binding another volume to ${application}`);
  const { claim: target, volume: firstVolume } = deployedWith(context, application);
  const volume = await adopted(action, model);
  let changed = false;
  await until(`claim ${target} is bound to volume ${volume}`, timeouts.pods, async () => {
    for (;;) {
      const seen = await look(action, context, volume, target, firstVolume);
      const move = nextMove(seen);
      if (!move) return { ok: true, why: "" };
      if (move.do === "wait") return { ok: false, why: move.why };
      changed = true;
      const { said, done } = await carryOut(move, seen);
      if (!done) return { ok: false, why: `${said}: somebody else changed it at the same moment` };
      say(said);
    }
  });
  return {
    changed,
    application,
    claim: target,
    volume,
    from,
    replaced: await volumesMarked(marks.replacedIn, `${model}/${target}`),
    digest,
  };
};
