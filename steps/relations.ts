import { getRelations } from "../juju/read";
import { atRest, settled } from "../juju/settled";
import { addRelation as jujuRelate, removeRelation as jujuUnrelate } from "../juju/write";
import { until } from "../kube/wait";
import type { Relation } from "../plan/types";
import { type Context, type StepRunner, timeouts } from "./context";
import { isSuperseded } from "./superseded";

async function present(model: string, relation: Relation): Promise<boolean> {
  return (await getRelations(model)).some((one) => one.join(" ") === relation.join(" "));
}

/**
 * What an application is held against that loses these relations in later steps. Where one is gone already, as after a run
 * that got further than this one knows, the application asks for the relation until a later step restores it.
 */
export async function restOf({ model, say }: Context, taken: Relation[] = []): Promise<typeof settled> {
  const there = new Set(taken.length > 0 ? (await getRelations(model)).map((one) => one.join(" ")) : []);
  const gone = taken.map((relation) => relation.join(" ")).filter((relation) => !there.has(relation));
  if (gone.length === 0) return settled;
  say(`${gone.join(", ")} is gone already, which a later step takes away: it may be blocked for lack of it`);
  return atRest;
}

/** Removes a relation and waits until it is gone: a dying one still shows until all units left it. */
export const removeRelation: StepRunner<"remove-relation"> = async ({ relation, superseded }, { model }) => {
  if (await isSuperseded(model, superseded)) return { changed: false, relation, superseded: true };
  const changed = await present(model, relation);
  if (changed) await jujuUnrelate(model, relation);
  await until(`relation ${relation.join(" ")} is gone`, timeouts.relation, async () => ({
    ok: !(await present(model, relation)),
    why: "it is still there",
  }));
  return { changed, relation };
};

/** Relates two endpoints and reads the relation back. */
export const addRelation: StepRunner<"add-relation"> = async ({ relation }, { model }) => {
  const changed = !(await present(model, relation));
  if (changed) await jujuRelate(model, relation);
  await until(`relation ${relation.join(" ")} is there`, timeouts.relation, async () => ({
    ok: await present(model, relation),
    why: "it is not there",
  }));
  return { changed, relation };
};
