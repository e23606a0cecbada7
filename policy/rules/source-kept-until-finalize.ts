import { foreignEffects } from "../foreign";
import { type Graph, type Node, type StepNode, clusterName, types } from "../graph";
import { at, text } from "../known";
import { type Finding, stackRule } from "../rule";
import { application, changesModel } from "../step";

/** Records of a verification: ConfigMaps whose data is made from what a `verify` step found. */
function records(graph: Graph): Node[] {
  return graph
    .ofType(types.configMap)
    .filter((node) => graph.steps("verify").some((verify) => graph.reads(node, verify)));
}

/** Steps that take the way back away; they alone may come after the verification. */
const ends = ["finalize-volume", "finalize-database"];

function judgeFinalize(graph: Graph, node: StepNode): Finding[] {
  const ofVolume = node.step.kind === "finalize-volume";
  const does = ofVolume
    ? `deletes claim ${text(at(node.step.action, "source", "claim"))} and what else is unused`
    : `removes ${application(node.step)}, the way back of its databases`;
  const known = records(graph);
  const verify = graph.steps("verify")[0];
  const adopted = graph.steps("adopt-volume").find(({ step }) => application(step) === application(node.step));
  return [
    ...(known.some((record) => graph.waitsFor(node, record))
      ? []
      : [
          {
            node,
            does,
            missing: "the record of a verified upgrade before it",
            fix: known[0]
              ? `let it depend on "${known[0].name}"`
              : "write the evidence of verify into a ConfigMap and let it depend on that",
          },
        ]),
    ...(verify && graph.reads(node, verify)
      ? []
      : [
          {
            node,
            does,
            missing: "the evidence of the verify step among its inputs",
            fix: `list "${verify?.name ?? "verify"}" in its needs`,
          },
        ]),
    ...(!ofVolume || (adopted && graph.reads(node, adopted))
      ? []
      : [
          {
            node,
            does,
            missing:
              "the evidence of the step that gave the application its volume, which tells what is in use, among its inputs",
            fix: `list "${adopted?.name ?? "an adopt-volume step"}" in its needs`,
          },
        ]),
  ];
}

/** A verification counts for what was done before it. */
function judgeVerify(graph: Graph, verify: StepNode): Finding[] {
  return graph
    .steps()
    .filter((node) => changesModel(node.step) && !ends.includes(node.step.kind) && !graph.waitsFor(verify, node))
    .map((node) => ({
      node: verify,
      does: "verifies the upgrade",
      missing: `"${node.name}" before it`,
      fix: `let it depend on "${node.name}"`,
    }));
}

/** What calls itself a record of a verification is made from one. */
function judgeRecord(graph: Graph, node: Node): Finding[] {
  if (!/-verified-/.test(clusterName(node)) || records(graph).includes(node)) return [];
  return [
    {
      node,
      does: "records a verified upgrade",
      missing: "the evidence of the verify step among its inputs",
      fix: "write what verify printed into its data",
    },
  ];
}

const alone = {
  missing: "a finalize step, which alone may delete claims and volumes",
  fix: "remove it and set finalize after the upgrade was verified",
};

/** Kinds of steps that take something away and leave every claim where it is. */
const sparing = [
  "remove-relation",
  "remove-application",
  "delete-export",
  "delete-root-password",
  "delete-job-pods",
  "finalize-volume",
];

/** A step that takes away what this pack does not know to be harmless, or is told to take storage along. */
function judgeStep(node: StepNode): Finding[] {
  const { kind, action } = node.step;
  const said = Object.keys(action as object).find((key) => /^destroy/i.test(key) && at(action, key) === true);
  if (said) return [{ node, does: `is told ${said}`, ...alone }];
  return /delete|remove|destroy|purge|wipe/.test(kind) && !sparing.includes(kind)
    ? [{ node, does: `runs a step of kind ${kind}, which this pack does not know`, ...alone }]
    : [];
}

export const sourceKeptUntilFinalize = stackRule(
  {
    name: "source-kept-until-finalize",
    description:
      "A source claim or volume is deleted by a finalize step only, after the whole upgrade was verified and that was recorded.",
    reason:
      "Until people have used the upgraded model, the old volume is the fastest way back. Deleting it is its own step, in a later run, behind the record that everything was compared and found right; " +
      "so that record must come after every step that changes the model.",
    example:
      '"finalize-minio-minio-data" deletes claim minio-data-0837847d-minio-0 and what else is unused. Missing: the record of a verified upgrade before it. Fix: let it depend on "record-verified".',
  },
  (graph) => [
    ...graph.steps(...ends).flatMap((node) => judgeFinalize(graph, node)),
    ...graph.steps("verify").flatMap((node) => judgeVerify(graph, node)),
    ...graph.ofType(types.configMap).flatMap((node) => judgeRecord(graph, node)),
    ...graph.steps().flatMap(judgeStep),
    ...graph.nodes.flatMap((node) =>
      (foreignEffects(node)?.deletesVolumes ?? []).map((said) => ({ node, does: `runs \`${said}\``, ...alone })),
    ),
    ...graph.ofType(types.volumePatch).flatMap((node) => {
      const policy = at(node.props, "spec", "persistentVolumeReclaimPolicy");
      return policy === undefined || policy === "Retain"
        ? []
        : [
            {
              node,
              does: `sets the reclaim policy of a volume to ${text(policy) ?? "what no preview can show"}`,
              missing: "Retain, which keeps the data when the claim goes",
              fix: "set persistentVolumeReclaimPolicy to Retain",
            },
          ];
    }),
  ],
);
