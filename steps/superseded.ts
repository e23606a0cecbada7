import { getStatus } from "../juju/read";
import { claimTemplates } from "../kube/volumes";
import type { Superseded } from "../plan/types";

/** Whether a later step already did its work, so that this one must not act any more. */
export async function isSuperseded(model: string, by: Superseded | "never" | undefined): Promise<boolean> {
  if (!by || by === "never") return false;
  if ("claimNot" in by) {
    const templates = Object.values(await claimTemplates(model, by.application));
    return templates.length > 0 && !templates.some((template) => by.claimNot === `${template}-${by.application}-0`);
  }
  const live = (await getStatus(model)).applications[by.application];
  return live?.channel === by.channel && live.revision === by.revision && live.life === "alive";
}
