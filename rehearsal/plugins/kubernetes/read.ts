import { InitializationFailed, type ReadCall } from "../rpc/plugin";
import { type Bag, plain } from "../rpc/values";
import { checkReady, NotReady } from "./await/await";
import { fromState, markSecrets, toState } from "./checkpoint";
import { isNotFound, NoMatch } from "./client";
import { fieldManager } from "./managers";
import { type KubeObject, namespaceOf, without } from "./object";
import { givenUp, textOf, unreachableAdvice } from "./outcome";
import type { Session } from "./session";
import { normalize, prune } from "./shape";
import { kindOf } from "./token";

/** What the server adds and no program gives; left out when a resource is imported. */
const importable = (live: Bag): Bag => normalize(without(live, "status"));

/** The live object, for a refresh or an import; an empty id when it is gone (provider.go Read). */
export async function read(session: Session, call: ReadCall): Promise<{ id: string; state?: Bag; inputs?: Bag }> {
  if (session.unreachable !== undefined) {
    if (givenUp(session, call.urn)) return { id: "" };
    throw new Error(
      `failed to read resource state due to unreachable cluster. If the cluster was deleted, ${unreachableAdvice}`,
    );
  }
  const [name, namespace] = call.id.split("/").reverse();
  const old = fromState(call.state);
  const known = Object.keys(call.inputs).length > 0;
  const inputs = normalize(known ? plain<Bag>(call.inputs) : old.inputs);
  const { apiVersion, kind } = kindOf(call.urn, known ? inputs : old.live);
  const manager = old.fieldManager ?? fieldManager(inputs, undefined);
  let live: KubeObject;
  try {
    live = await session.client.get({
      apiVersion,
      kind,
      metadata: { name, namespace: namespace ?? namespaceOf(inputs) },
    });
  } catch (error) {
    if (isNotFound(error) || error instanceof NoMatch) return { id: "" };
    throw error;
  }
  const liveInputs = known ? prune(live, inputs) : importable(live);
  const state = toState(
    { inputs: liveInputs, live, initialApiVersion: old.initialApiVersion ?? apiVersion, fieldManager: manager },
    call.inputs,
  );
  const marked = markSecrets(liveInputs, call.inputs);
  try {
    if (known) await checkReady(live, inputs, { client: session.client });
  } catch (error) {
    throw new InitializationFailed(
      textOf(error),
      call.id,
      state,
      [textOf(error), ...(error instanceof NotReady ? error.problems : [])],
      marked,
    );
  }
  return { id: call.id, state, inputs: marked };
}
