import type { UpdateCall } from "../rpc/plugin";
import { type Bag, containsUnknown, plain } from "../rpc/values";
import { untilReady } from "./await/await";
import { fromState, toState } from "./checkpoint";
import { ApiError } from "./client";
import { fieldManager, mayForce, takeOver } from "./managers";
import { idOf, type KubeObject, nameOf } from "./object";
import { exists, explained, kept, textOf, waitOf } from "./outcome";
import { requireCluster, type Session } from "./session";
import { normalize } from "./shape";
import { kindOf } from "./token";

/** Applies the inputs over the live object, taking over first what was created with the plain verb. */
async function apply(
  session: Session,
  call: UpdateCall,
  object: Bag,
  patch: boolean,
  manager: string,
  name: string,
): Promise<{ before: KubeObject; live: KubeObject }> {
  const { client, options } = session;
  let before = await client.get(object, name);
  if (!patch && !call.preview) {
    const takeover = takeOver(before, manager);
    if (takeover) before = await client.jsonPatch(before, takeover);
  }
  const force = mayForce(object, before, options.enablePatchForce, call.preview);
  try {
    return { before, live: await client.apply(object, { fieldManager: manager, force, dryRun: call.preview }) };
  } catch (error) {
    throw explained(error, manager);
  }
}

/** Applies the inputs and waits until the object is ready; of a failure the live state is kept (provider.go Update). */
export async function update(session: Session, call: UpdateCall): Promise<{ state: Bag }> {
  if (!call.preview) requireCluster(session);
  const object = normalize(plain<Bag>(call.inputs));
  const { apiVersion, kind, patch } = kindOf(call.urn, object);
  if (call.preview && (containsUnknown(object) || !(await exists(session, apiVersion, kind))))
    return { state: call.inputs };
  const old = fromState(call.state);
  const oldManager = old.fieldManager ?? fieldManager(old.inputs, undefined);
  const manager = fieldManager(object, oldManager);
  const stateOf = (live: KubeObject): Bag =>
    toState(
      { inputs: object, live, initialApiVersion: old.initialApiVersion ?? apiVersion, fieldManager: manager },
      call.inputs,
    );
  try {
    const applied = await apply(session, call, object, patch, manager, nameOf(old.live));
    if (call.preview) return { state: stateOf(applied.live) };
    const live = await untilReady(applied.live, waitOf(session, call.urn, object, call.timeout, applied.before));
    if (oldManager !== manager) await relinquish(session, live, oldManager);
    session.log.status("info", call.urn, "");
    return { state: stateOf(live) };
  } catch (error) {
    if (call.preview && error instanceof ApiError && error.reason === "Forbidden") return { state: call.inputs };
    const live = await session.client.get(old.live).catch((reason: unknown) => {
      throw new Error(
        `update of resource ${JSON.stringify(call.urn)} failed: ${textOf(error)}\nunable to get cluster state: ${textOf(reason)}`,
      );
    });
    throw kept(
      error,
      `the Kubernetes API server reported that ${JSON.stringify(idOf(live))} failed to fully initialize or become live`,
      idOf(live),
      stateOf(live),
    );
  }
}

/** Gives up every field that a manager holds; those nobody else holds go back to their defaults (ssa/actions.go). */
export async function relinquish(
  session: Session,
  { apiVersion, kind, metadata }: KubeObject,
  manager: string,
): Promise<void> {
  const bare = {
    apiVersion,
    kind,
    metadata: { name: metadata.name, ...(metadata.namespace && { namespace: metadata.namespace }) },
  };
  await session.client.apply(bare, { fieldManager: manager, force: false, dryRun: false });
}
