import { type Graph, type Node, type StepNode, clusterName, types } from "../graph";
import { at, text, texts } from "../known";
import { migrates, mounts } from "../pods";
import { type Finding, stackRule } from "../rule";
import { application, changesModel, claimsLeft, related, units } from "../step";

type Missing = Pick<Finding, "missing" | "fix">;

/** The link that is missing when `node` does not wait for `other`. */
function link(graph: Graph, node: Node, other: Node | undefined, what: string): Missing[] {
  if (!other)
    return [{ missing: `${what}, which this graph does not have`, fix: `declare ${what} and let it depend on that` }];
  return graph.waitsFor(node, other)
    ? []
    : [{ missing: `"${other.name}" (${what}) before it`, fix: `let it depend on "${other.name}"` }];
}

const links = (node: Node, does: string, ...missing: Missing[][]): Finding[] =>
  missing.flat().map((one) => ({ node, does, ...one }));

/** Steps that act on one application. */
function stepsOf(graph: Graph, name: string, ...kinds: string[]): StepNode[] {
  return graph.steps(...kinds).filter(({ step }) => application(step) === name);
}

/** Applications whose data comes along by this graph: they are removed with a claim left behind. */
function moved(graph: Graph): string[] {
  return [
    ...new Set(
      graph
        .steps("remove-application")
        .flatMap(({ step }) => (claimsLeft(step).length > 0 ? (application(step) ?? []) : [])),
    ),
  ];
}

/** The application whose key is kept: the object store. */
function objectStore(graph: Graph): string | undefined {
  return graph.steps("store-credentials").flatMap(({ step }) => application(step) ?? [])[0];
}

/** Reads the Job it proves: without that, a proof could be an older run's. */
function judgeProof(graph: Graph, proof: StepNode): Finding[] {
  const name = text(at(proof.step.action, "job"));
  return links(proof, `reads the result of Job ${name}`, link(graph, proof, graph.job(name), `Job ${name}`));
}

/** A copy into the claim that is adopted: filled into a claim that exists, completed while nothing writes, proven, and let go of. */
function judgeCopy(
  graph: Graph,
  name: string,
  into: string | undefined,
  { removed, adopted }: Record<"removed" | "adopted", StepNode | undefined>,
): Finding[] {
  const jobs = graph
    .ofType(types.job)
    .filter((job) => migrates(job) && mounts(job).some(({ claim, readOnly }) => claim === into && !readOnly));
  const staged = graph.ofType(types.claim).find((node) => clusterName(node) === into);
  const proof = graph
    .steps("prove-migration")
    .find(({ step }) => jobs.some((job) => text(at(step.action, "job")) === clusterName(job)));
  const proven = jobs.find((job) => clusterName(job) === text(at(proof?.step.action, "job")));
  const released = graph
    .steps("delete-job-pods")
    .filter(({ step }) => into !== undefined && texts(at(step.action, "claims")).includes(into));
  return [
    ...jobs.flatMap((job) => links(job, `copies the volume of ${name}`, link(graph, job, staged, `claim ${into}`))),
    ...(proven
      ? links(proven, `completes the copy of ${name}`, link(graph, proven, removed, `the removal of the old ${name}`))
      : []),
    ...released.flatMap((node) =>
      links(node, "lets go of the copied claims", link(graph, node, proof, "the proof of the copy")),
    ),
    ...(adopted
      ? links(
          adopted,
          `gives ${name} the copied volume`,
          link(graph, adopted, proof, "the proof of the copy"),
          ...released.map((one) => link(graph, adopted, one, "the end of the copying Pods")),
        )
      : []),
  ];
}

/** From the removal of an application to the moment it serves what it had, on a copy of its volume or on the volume itself: each link of the chain. */
function judgeMove(graph: Graph, name: string): Finding[] {
  const of = (...kinds: string[]): StepNode[] => stepsOf(graph, name, ...kinds);
  const [removed, deployed, found, adopted] = ["remove-application", "deploy", "find-claim", "adopt-volume"].map(
    (kind): StepNode | undefined => of(kind)[0],
  );
  const keyed = of("set-credentials");
  const from = text(at(adopted?.step.action, "from"));
  const itself = removed !== undefined && from !== undefined && claimsLeft(removed.step).includes(from);
  return [
    ...(deployed ? links(deployed, `deploys ${name} again`, link(graph, deployed, removed, "its removal")) : []),
    ...(found
      ? links(found, `looks for the new claim of ${name}`, link(graph, found, deployed, `the deployment of ${name}`))
      : []),
    ...(adopted
      ? links(
          adopted,
          `gives ${name} its volume`,
          link(graph, adopted, found, "the step that finds the new claim"),
          of("start-on-volume").length > 0
            ? []
            : [
                {
                  missing: `a step that starts ${name} on it`,
                  fix: "add a start-on-volume step that depends on this one",
                },
              ],
        )
      : []),
    ...keyed.flatMap((node) => {
      const kept = graph
        .steps("store-credentials")
        .find(({ step }) => at(step.action, "to") === at(node.step.action, "from"));
      return links(
        node,
        `gives ${name} its old key, with which clients can write`,
        link(graph, node, adopted, "the step that gives it its volume"),
        link(graph, node, kept, "the step that keeps the key"),
      );
    }),
    ...(itself ? [] : judgeCopy(graph, name, from, { removed, adopted })),
    ...of("start-on-volume").flatMap((node) =>
      links(
        node,
        `starts ${name} on its data`,
        link(graph, node, adopted, "the step that gives it its volume"),
        ...keyed.map((one) => link(graph, node, one, "the step that gives it its old key")),
      ),
    ),
  ];
}

/** The read-back through S3 sees the application as it will stay, and compares with the backup. */
function judgeReadBack(graph: Graph, proof: StepNode): Finding[] {
  const job = graph.job(text(at(proof.step.action, "job")));
  const store = objectStore(graph);
  if (!job || !store) return [];
  const changes = stepsOf(graph, store).filter(({ step }) => changesModel(step) && step.kind !== "finalize-volume");
  return links(
    job,
    `reads the objects of ${store} back`,
    ...changes.map((node) => link(graph, job, node, "a step that changes it")),
    ...graph.steps("prove-backup").map((node) => link(graph, job, node, "the proof of the backup it compares with")),
  );
}

function judgeRelation(graph: Graph, node: StepNode, applications: string[]): Finding[] {
  return related(node.step).flatMap((name) => {
    const before = stepsOf(graph, name, "deploy", "refresh", "scale", "start-on-volume").filter(
      (one) => one.step.kind !== "scale" || (units(one.step) ?? 0) > 0,
    );
    const proof = graph.steps("prove-objects")[0];
    return links(
      node,
      `relates ${name}`,
      ...before.map((one) => link(graph, node, one, `a step that changes ${name}`)),
      ...stepsOf(graph, name, "load-database").map((one) =>
        link(graph, node, one, `the proof that ${name} holds every row`),
      ),
      applications.includes(name) && name === objectStore(graph)
        ? link(graph, node, proof, `the proof that ${name} serves every object of the backup`)
        : [],
    );
  });
}

export const verifyBeforeRelate = stackRule(
  {
    name: "verify-before-relate",
    description:
      "An application is related again only after it was deployed, refreshed and, where its data moved, proven to serve all of it.",
    reason:
      "A relation lets users and other charms write. A store that is related before its copy was checked collects new objects over missing old ones, " +
      "and neither the old volume nor the new one is then complete. Each proof counts only for the Job it waited for.",
    example:
      '"relate-kfp-ui-minio" relates minio. Missing: "prove-objects" (the proof that minio serves every object of the backup) before it. Fix: let it depend on "prove-objects".',
  },
  (graph) => {
    const applications = moved(graph);
    return [
      ...graph.steps("prove-migration", "prove-objects").flatMap((proof) => judgeProof(graph, proof)),
      ...applications.flatMap((name) => judgeMove(graph, name)),
      ...graph.steps("prove-objects").flatMap((proof) => judgeReadBack(graph, proof)),
      ...graph.steps("add-relation").flatMap((node) => judgeRelation(graph, node, applications)),
    ];
  },
);
