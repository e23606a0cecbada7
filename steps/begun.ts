import { readConfigMap, writeConfigMap } from "../kube/configmaps";
import { changesModel } from "../plan/action";
import { hopNames } from "../plan/names";
import type { StepAction } from "../plan/types";
import type { Context } from "./context";

/** Writes down, before a step changes the model, that one was about to. Until then each `up` looks at the model anew. */
export async function noteBegun(action: StepAction, { model, hop }: Context): Promise<void> {
  const { begun } = hopNames(hop);
  if (!changesModel(action) || (await readConfigMap(model, begun)) !== undefined) return;
  await writeConfigMap(model, begun, { first: action.kind });
}
