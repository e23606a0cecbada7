import { z } from "zod";
import { normalizeChannel } from "../charms";
import { RELEASED, type Store } from "./store";

const base = z.object({ name: z.string(), channel: z.string(), architecture: z.string() });

/** A refresh request (juju: charmhub/transport/refresh.go). */
export const refreshRequest = z.object({
  context: z
    .array(
      z.object({
        "instance-key": z.string(),
        id: z.string(),
        revision: z.number().int().optional(),
        "tracking-channel": z.string().optional(),
      }),
    )
    .nullish(),
  actions: z.array(
    z.object({
      action: z.string(),
      "instance-key": z.string(),
      id: z.string().nullish(),
      name: z.string().nullish(),
      channel: z.string().nullish(),
      revision: z.number().int().nullish(),
      base: base.nullish(),
    }),
  ),
});
type Request = z.infer<typeof refreshRequest>;
type Action = Request["actions"][number];
type Answer = { "effective-channel": string; revision: number } | { code: string; message: string; extra?: object };

function select(store: Store, name: string, { base: wanted, channel, revision }: Action, tracking?: string): Answer {
  // Installed by revision, a charm is in no channel; Juju keeps the one that the user typed.
  if (revision !== undefined && revision !== null)
    return store.revisions(name).includes(revision)
      ? { "effective-channel": normalizeChannel(channel ?? tracking ?? "latest/stable"), revision }
      : {
          code: "revision-not-found",
          message: "No revision was found in the Store.",
          extra: { releases: store.releases(name) },
        };
  const effective = normalizeChannel(channel ?? tracking ?? "latest/stable");
  const held = store.channels(name)[effective];
  const bases = held === undefined ? [] : store.bases(name, held);
  if (wanted?.name === "NA")
    return {
      code: "invalid-charm-base",
      message: "Invalid base",
      extra: { "default-bases": bases.length > 0 ? bases : store.releases(name).map((release) => release.base) },
    };
  const fits = bases.some((each) => wanted?.name === each.name && wanted.channel === each.channel);
  return held !== undefined && (wanted === null || wanted === undefined || fits)
    ? { "effective-channel": effective, revision: held }
    : {
        code: "revision-not-found",
        message: "No revision was found in the Store.",
        extra: { releases: store.releases(name) },
      };
}

/** Answers POST /v2/charms/refresh: one result for each action, each with an error of its own. */
export function refresh(store: Store, { actions, context }: Request): object {
  const results = actions.map((action) => {
    const key = action["instance-key"];
    const known = context?.find((each) => each["instance-key"] === key);
    const id = action.id ?? known?.id ?? "";
    const name = action.name ?? store.nameOf(id);
    const common = { "instance-key": key, id, name: name ?? "" };
    const failed = (error: object): object => ({ ...common, result: "error", charm: null, error });
    if (name === undefined || !store.has(name))
      return failed({
        code: action.name ? "name-not-found" : "id-not-found",
        message: action.name ? `Charm or bundle with name "${action.name}" not found.` : `ID "${id}" not found.`,
        extra: {},
      });
    const selected = select(store, name, action, known?.["tracking-channel"]);
    if ("code" in selected) return failed(selected);
    return {
      ...common,
      id: store.id(name),
      result: action.action,
      charm: store.entity(name, selected.revision),
      "effective-channel": selected["effective-channel"],
      "released-at": RELEASED,
      error: null,
    };
  });
  return { results, "error-list": [] };
}
