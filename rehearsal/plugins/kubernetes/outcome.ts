import { InitializationFailed } from "../rpc/plugin";
import type { Bag } from "../rpc/values";
import { NotReady, type Wait } from "./await/await";
import { ApiError } from "./client";
import type { KubeObject } from "./object";
import type { Session } from "./session";

const CONFLICT_LINK =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Adds to a refusal of the server what to do about it (await.go handleSSAErr and Creation). */
export function explained(error: unknown, manager: string): Error {
  if (error instanceof ApiError && error.reason === "Conflict") {
    return new Error(
      `server-side apply field conflict detected, see ${CONFLICT_LINK} for troubleshooting help\n` +
        `The resource managed by field manager ${JSON.stringify(manager)} had an apply conflict: ${error.message}`,
    );
  }
  if (error instanceof ApiError && error.reason === "AlreadyExists") {
    return new Error(
      `${error.message}\n\nThe object was there before this resource. To take it over, use \`pulumi import\`, a Patch resource for some of its fields, ` +
        "or the provider option upsertExistingObjects.",
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** How to wait for an object in the session of a resource. */
export const waitOf = (session: Session, urn: string, inputs: Bag, timeout: number, before?: KubeObject): Wait => ({
  client: session.client,
  inputs,
  timeout,
  before,
  cancelled: session.cancelled,
  onStatus: (text) => session.log.status("info", urn, text),
});

/** The object exists: whatever went wrong with it, its state must be kept. */
export function kept(error: unknown, message: string, id: string, state: Bag, inputs?: Bag): InitializationFailed {
  const text = `${message}: ${textOf(error)}`;
  return new InitializationFailed(
    text,
    id,
    state,
    [text, ...(error instanceof NotReady ? error.problems : [])],
    inputs,
  );
}

/** Whether the server knows the kind; nobody can say without a cluster. */
export async function exists(session: Session, apiVersion: string, kind: string): Promise<boolean> {
  if (session.unreachable !== undefined) return false;
  return session.client.isNamespaced(apiVersion, kind).then(
    () => true,
    () => false,
  );
}

export const unreachableAdvice =
  'you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** Warns of a missing cluster. True: the resource is to be given up, as option deleteUnreachable says. */
export function givenUp(session: Session, urn: string): boolean {
  session.log.message("warning", urn, `configured Kubernetes cluster is unreachable: ${session.unreachable}`);
  if (!session.options.deleteUnreachable) return false;
  session.log.message(
    "info",
    urn,
    "configured Kubernetes cluster is unreachable and the `deleteUnreachable` option is enabled. Deleting the unreachable resource from Pulumi state",
  );
  return true;
}
