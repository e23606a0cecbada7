import { setTimeout as sleep } from "node:timers/promises";
import type { CreateCall } from "../rpc/plugin";
import { type Bag, containsUnknown, plain } from "../rpc/values";
import { NotReady, untilReady } from "./await/await";
import { toState } from "./checkpoint";
import { ApiError, isNotFound, NoMatch } from "./client";
import { CREATOR, fieldManager, mayForce, randomSuffix } from "./managers";
import { idOf, type KubeObject, nameOf, without, withMetadata } from "./object";
import { exists, explained, kept, textOf, waitOf } from "./outcome";
import { requireCluster, type Session } from "./session";
import { kindOf } from "./token";

/** Creation is tried again while what it needs, a namespace or a definition, may still be coming. */
const RETRIES = 5;

/** As the official provider applies: Patch resources and `upsertExistingObjects` by server-side apply, else by create. */
async function submit(
  session: Session,
  object: Bag,
  patch: boolean,
  manager: string,
  preview: boolean,
): Promise<KubeObject> {
  const { client, options } = session;
  if (!patch && !options.upsertExistingObjects)
    return client.create(object, { fieldManager: CREATOR, dryRun: preview });
  return client.apply(object, {
    fieldManager: manager,
    force: mayForce(object, undefined, options.enablePatchForce, preview),
    dryRun: preview,
  });
}

async function submitWithRetries(
  session: Session,
  urn: string,
  object: Bag,
  patch: boolean,
  manager: string,
): Promise<KubeObject> {
  for (let attempt = 1, pause = 1000; ; attempt++, pause *= 2) {
    try {
      return await submit(session, object, patch, manager, false);
    } catch (error) {
      const missing = isNotFound(error) || error instanceof NoMatch;
      if (!missing || attempt > RETRIES || session.cancelled.aborted) throw error;
      session.log.status("info", urn, `Retry #${attempt}; creation failed: ${textOf(error)}`);
      await sleep(pause, undefined, { signal: session.cancelled }).catch(() => undefined);
    }
  }
}

/** Creates nothing: asks the server what it would make of the object, where that can be asked (provider.go Create). */
async function previewCreate(session: Session, call: CreateCall): Promise<Bag> {
  const object = plain<Bag>(call.inputs);
  const { apiVersion, kind, patch } = kindOf(call.urn, object);
  if (containsUnknown(object) || patch || !(await exists(session, apiVersion, kind))) return call.inputs;
  const manager = fieldManager(object, undefined);
  try {
    const live = await submit(session, object, false, manager, true).catch((error: unknown) => {
      // The object that this one is to replace is still there under its name.
      if (!(error instanceof ApiError && error.reason === "Invalid" && error.message.includes("field is immutable")))
        throw error;
      return submit(session, withMetadata(object, "name", `${nameOf(object)}-${randomSuffix()}`), false, manager, true);
    });
    return toState(
      { inputs: object, live: without(live, "status"), initialApiVersion: apiVersion, fieldManager: manager },
      call.inputs,
    );
  } catch (error) {
    const harmless =
      error instanceof ApiError &&
      (["Forbidden", "AlreadyExists"].includes(error.reason) || isNotFound(error) || /dry ?run/.test(error.message));
    if (harmless) return call.inputs;
    throw new Error(
      `resource ${JSON.stringify(call.urn)} was not successfully created by the Kubernetes API server: ${textOf(error)}`,
    );
  }
}

/** Creates the object and waits until it is ready (provider.go Create). */
export async function create(session: Session, call: CreateCall): Promise<{ id: string; state: Bag }> {
  if (call.preview) {
    if (session.unreachable !== undefined)
      session.log.message("warning", call.urn, `configured Kubernetes cluster is unreachable: ${session.unreachable}`);
    return { id: "", state: await previewCreate(session, call) };
  }
  requireCluster(session);
  const object = plain<Bag>(call.inputs);
  const { apiVersion, kind, patch } = kindOf(call.urn, object);
  const manager = fieldManager(object, undefined);
  let live: KubeObject;
  try {
    live = await submitWithRetries(session, call.urn, object, patch, manager);
  } catch (error) {
    if (error instanceof NoMatch) {
      throw new Error(
        `creation of resource ${JSON.stringify(call.urn)} with kind ${apiVersion}/${kind} failed because the Kubernetes API server reported that the ` +
          `apiVersion for this resource does not exist. Verify that any required CRDs have been created: ${error.message}`,
      );
    }
    throw new Error(
      `resource ${JSON.stringify(call.urn)} was not successfully created by the Kubernetes API server: ${explained(error, manager).message}`,
    );
  }
  const stateOf = (found: KubeObject): Bag =>
    toState({ inputs: object, live: found, initialApiVersion: apiVersion, fieldManager: manager }, call.inputs);
  try {
    live = await untilReady(live, waitOf(session, call.urn, object, call.timeout));
  } catch (error) {
    const last = (error instanceof NotReady && error.object) || live;
    const message = `resource ${JSON.stringify(call.urn)} was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live`;
    throw kept(error, message, idOf(last), stateOf(last));
  }
  session.log.status("info", call.urn, "");
  return { id: idOf(live), state: stateOf(live) };
}
