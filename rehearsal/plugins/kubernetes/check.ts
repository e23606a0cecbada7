import type { CheckCall, CheckFailure, DiffCall, DiffResult } from "../rpc/plugin";
import { type Bag, containsUnknown, isBag, isUnknown, plain } from "../rpc/values";
import { job } from "./await/job";
import { fromState, markSecrets } from "./checkpoint";
import { NoMatch } from "./client";
import { differences } from "./diff";
import { immutableFields } from "./immutable";
import { randomSuffix } from "./managers";
import { ANNOTATION, isMarked, nameOf, namespaceOf, pluck, withMetadata } from "./object";
import type { Session } from "./session";
import { normalize, prune } from "./shape";
import { kindOf, resourceName, tokenOf } from "./token";

function withAnnotation(object: Bag, name: string): Bag {
  const annotations = pluck<unknown>(object, "metadata", "annotations") ?? {};
  return isBag(annotations) ? withMetadata(object, "annotations", { ...annotations, [name]: "true" }) : object;
}

const autonamed = (object: Bag, name: string): Bag =>
  withAnnotation(withMetadata(object, "name", name), ANNOTATION.autonamed);

async function isNamespaced(
  session: Session,
  { apiVersion, kind }: { apiVersion: string; kind: string },
): Promise<boolean> {
  try {
    return await session.client.isNamespaced(apiVersion, kind);
  } catch (error) {
    // A custom resource whose definition is still to come, or no cluster to ask: most kinds are.
    if (error instanceof NoMatch || session.unreachable !== undefined) return true;
    throw error;
  }
}

function withName(call: CheckCall, object: Bag, old: Bag | undefined): Bag {
  if (isUnknown(object.metadata) || nameOf(object) !== "") return object;
  if (pluck(object, "metadata", "generateName"))
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  if (old) return isMarked(old, ANNOTATION.autonamed) ? autonamed(object, nameOf(old)) : object;
  if (call.autonaming?.disabled)
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  return autonamed(
    object,
    call.autonaming?.proposedName || `${resourceName(call.urn)}-${randomSuffix(call.randomSeed)}`,
  );
}

/** Gives the object a name and a namespace where the program gave none (provider.go Check). */
export async function check(session: Session, call: CheckCall): Promise<{ inputs: Bag; failures: CheckFailure[] }> {
  if (tokenOf(call.urn).endsWith("List")) {
    throw new Error(
      "list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created directly. Use the underlying resource type instead",
    );
  }
  const kind = kindOf(call.urn, plain(call.news));
  let object = normalize({ ...plain<Bag>(call.news), apiVersion: kind.apiVersion, kind: kind.kind });
  if (kind.patch && nameOf(object) === "" && !isUnknown(object.metadata))
    throw new Error("patch resources require the `.metadata.name` field to be set");
  object = withName(call, object, Object.keys(call.olds).length > 0 ? plain<Bag>(call.olds) : undefined);
  if (namespaceOf(object) === "" && !isUnknown(object.metadata) && (await isNamespaced(session, kind))) {
    object = withMetadata(object, "namespace", session.namespace);
  }
  return { inputs: markSecrets(object, call.news), failures: [] };
}

const isNamed = (object: Bag): boolean => nameOf(object) !== "";

/** Asks a Job marked replaceUnready whether it is done. One that cannot be read is left alone. */
async function unready(session: Session, live: Bag): Promise<boolean> {
  try {
    return !(await job(await session.client.get(live), { client: session.client })).ready;
  } catch {
    return false;
  }
}

/** Compares what the program asks for with the live object as far as it had asked before (provider.go Diff). */
export async function diff(session: Session, call: DiffCall): Promise<DiffResult> {
  const news = normalize(plain<Bag>(call.news));
  const { inputs, live } = fromState(call.state);
  const oldInputs = normalize(inputs);
  const kind = kindOf(call.urn, news);
  const namespaced = await isNamespaced(session, kind);
  const place = (object: Bag): Bag =>
    withMetadata(object, "namespace", namespaced ? namespaceOf(object) || "default" : undefined);
  let old = withMetadata(
    place({ apiVersion: kind.apiVersion, kind: kind.kind, ...prune(live, oldInputs) }),
    "resourceVersion",
    undefined,
  );
  if (isNamed(news)) old = withMetadata(old, "name", nameOf(live));

  const detailed = differences(old, place(news), immutableFields(news, kind.patch, session.options));
  for (const path of Object.keys(detailed)) {
    if (
      call.ignoreChanges.some(
        (ignored) => path === ignored || path.startsWith(`${ignored}.`) || path.startsWith(`${ignored}[`),
      )
    )
      delete detailed[path];
  }
  const replaces: string[] = [];
  if (isMarked(news, ANNOTATION.replaceUnready)) {
    if (session.unreachable !== undefined)
      session.log.message("warning", call.urn, "Cluster is unreachable, skipping replaceUnready check");
    else if (kind.kind !== "Job")
      session.log.message("warning", call.urn, "replaceUnready annotation is not supported for this resource");
    else if (await unready(session, live)) replaces.push(`.metadata.annotations["${ANNOTATION.replaceUnready}"]`);
  }
  const replaced = replaces.length > 0 || Object.values(detailed).some(({ replace }) => replace);
  const sameName = isNamed(news) && !isMarked(news, ANNOTATION.autonamed) && nameOf(news) === nameOf(live);
  return {
    detailed,
    replaces,
    // Two objects of one name cannot exist side by side.
    deleteBeforeReplace:
      replaced &&
      sameName &&
      namespaceOf(place(news)) === namespaceOf(place(live)) &&
      !containsUnknown(call.news.metadata),
  };
}
