import { type DeleteCall, InitializationFailed } from "../rpc/plugin";
import type { Bag } from "../rpc/values";
import { NotReady, untilGone } from "./await/await";
import { fromState, toState } from "./checkpoint";
import { ApiError, isNotFound, NoMatch } from "./client";
import { fieldManager } from "./managers";
import { ANNOTATION, annotation, isMarked, type KubeObject, nameOf, withMetadata } from "./object";
import { givenUp, textOf, unreachableAdvice, waitOf } from "./outcome";
import type { Session } from "./session";
import { kindOf } from "./token";
import { relinquish } from "./update";

const propagation = (inputs: Bag): string => {
  const asked = (annotation(inputs, ANNOTATION.deletionPropagation) ?? "").toLowerCase();
  return asked === "orphan" ? "Orphan" : asked === "background" ? "Background" : "Foreground";
};

/** Kinds whose deletion is not waited for when skipAwait is set (https://github.com/pulumi/pulumi-kubernetes/issues/1232). */
const skippable = [
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
];

/** Deletes the object and waits until it is gone; a Patch only gives up its fields (provider.go Delete). */
export async function remove(session: Session, call: DeleteCall): Promise<void> {
  if (session.unreachable !== undefined) {
    if (givenUp(session, call.urn)) return;
    throw new Error(`configured Kubernetes cluster is unreachable. If the cluster was deleted, ${unreachableAdvice}`);
  }
  const { inputs, live, initialApiVersion, fieldManager: remembered } = fromState(call.state);
  const { apiVersion, kind, patch } = kindOf(call.urn, live);
  const manager = fieldManager(inputs, remembered);
  const object = withMetadata({ ...live, apiVersion, kind }, "name", call.id.split("/").pop()) as KubeObject;
  try {
    if (patch) return await relinquish(session, object, manager);
    await session.client.delete(object, nameOf(object), propagation(inputs));
  } catch (error) {
    if (isNotFound(error) || error instanceof NoMatch) return;
    const cause =
      error instanceof ApiError && error.status.details?.causes?.find(({ reason }) => reason === "FieldValueRequired");
    if (patch && cause) {
      throw new Error(
        `this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the \`retainOnDelete\` resource option, ` +
          `or transfer ownership of the field before deleting: ${cause.field ?? ""}`,
      );
    }
    throw error;
  }
  if (isMarked(inputs, ANNOTATION.skipAwait) && skippable.includes(`${apiVersion}/${kind}`)) return;
  try {
    await untilGone(object, waitOf(session, call.urn, inputs, call.timeout));
    session.log.status("info", call.urn, "");
  } catch (error) {
    if (!(error instanceof NotReady) || !error.object) throw error;
    const state = toState({ inputs, live: error.object, initialApiVersion, fieldManager: manager }, call.state);
    throw new InitializationFailed(textOf(error), call.id, state, [textOf(error), ...error.problems]);
  }
}
