import { closures } from "../../planner/reduce";
import { rules } from "../../policy/pack";
import type { Settings } from "../../plan/settings";
import type { Baseline } from "../../plan/types";
import { baselineChangedStorage, baselineKatib, baselineLarge } from "../support/baseline";
import { type Registered, asPolicySees, judge, planOf, registerUpgrade } from "./support";

/** Order that no rule guards: losing it costs a retry or a clear refusal, never data. */
const unguarded: { edge: RegExp; because: string }[] = [
  {
    edge: /^(backup-claim|store-minio-credentials|store-[\w-]+-password|export-resources) -> preflight$/,
    because: "a claim and copies change nothing in the model",
  },
  {
    edge: /^(minio-backup|[\w-]+-dump) -> (resources-backup|[\w-]+-dump)$/,
    because: "two Jobs at a time on one claim may have to wait for each other, no more",
  },
  { edge: /^delete-export -> prove-backup$/, because: "the step asks for the record that what it deletes was proven" },
  { edge: /^verify -> delete-export$/, because: "Secrets that are still there are no part of what is verified" },
  { edge: /^unrelate-[\w-]*minio[\w-]* -> /, because: "a lost relation is restored, it holds no data" },
  {
    edge: /^unrelate-(kfp-api-kfp|katib-db-manager-katib)-db -> /,
    because: "a consumer without its database stands still, and no row is lost",
  },
  {
    edge: /^retain-katib-db-database -> record-verified$/,
    because: "Retain keeps data, and is read back before anything is removed",
  },
  {
    edge: /^finalize-[\w-]+-password -> (record-verified|finalize-[\w-]+)$/,
    because: "a copy of a password is no way back, and the step asks for the evidence of the verification itself",
  },
  {
    edge: /^preflight-again -> prove-backup$| -> preflight-again$/,
    because: "users at work may be cut off; the proof of the backup is an input of its own",
  },
  {
    edge: /^(deploy-knative-\w+|deploy-kserve-controller|scale-down-kubeflow-dashboard|refresh-kubeflow-dashboard) -> /,
    because: "new applications wait for each other with a status, not with data",
  },
];

interface Trial {
  edge: string;
  outcome: "implied" | "caught" | "unguarded";
}

const stackRules = rules.filter((rule) => "validateStack" in rule);

function without(
  registered: Registered[],
  from: string,
  to: string,
  also: { order: boolean; data: boolean },
): Registered[] {
  // Phases are components, and some have the name of a step.
  const isStep = ({ type }: Registered): boolean => !type.startsWith("ckf:");
  const { urn } = registered.find((one) => one.name === to && isStep(one))!;
  const drop = (urns: string[]): string[] => urns.filter((one) => one !== urn);
  return registered.map((one) =>
    one.name === from && isStep(one)
      ? {
          ...one,
          dependencies: also.order ? drop(one.dependencies) : one.dependencies,
          propertyDependencies: also.data
            ? Object.fromEntries(Object.entries(one.propertyDependencies).map(([name, urns]) => [name, drop(urns)]))
            : one.propertyDependencies,
        }
      : one,
  );
}

/** Takes each edge of a plan away, one at a time, and asks the pack. */
async function removeEachEdge(baseline: Baseline, changed: Partial<Settings>): Promise<Trial[]> {
  const { steps } = planOf(baseline, changed);
  const registered = await registerUpgrade(baseline, changed);
  const before = closures(steps);
  const trials: Trial[] = [];
  for (const { id, dependsOn, needs } of steps) {
    for (const dependency of dependsOn) {
      const isData = needs.includes(dependency);
      const implied = dependsOn.some((other) => other !== dependency && before.get(other)!.has(dependency));
      const caught = async (also: { order: boolean; data: boolean }): Promise<boolean> =>
        (await judge(asPolicySees(without(registered, id, dependency, also)), stackRules)).length > 0;
      const outcome = (await caught({ order: true, data: isData })) ? "caught" : implied ? "implied" : "unguarded";
      trials.push({ edge: `${id} -> ${dependency}`, outcome });
      if (isData)
        trials.push({
          edge: `${id} reads ${dependency}`,
          outcome: (await caught({ order: false, data: true })) ? "caught" : "implied",
        });
    }
  }
  return trials;
}

const used = new Set<RegExp>();

test.each([
  ["changed storage, with finalize", baselineChangedStorage(), { finalize: true }],
  ["too large to copy, with finalize", baselineLarge(), { copyLimitMiB: 10240, finalize: true }],
  [
    "stock, databases that move to MySQL, with finalize",
    baselineKatib(),
    { databases: "mysql" as const, finalize: true },
  ],
])(
  "an edge that is taken away is caught, or implied by another, or known to be unguarded: %s",
  async (name, baseline, changed) => {
    const trials = await removeEachEdge(baseline, changed);
    const of = (outcome: Trial["outcome"]): string[] =>
      trials.filter((trial) => trial.outcome === outcome).map(({ edge }) => edge);
    process.stdout.write(
      `${name}: ${trials.length} edges tried, ${of("caught").length} caught by the pack, ${of("implied").length} implied by another edge, ${of("unguarded").length} guarded by no rule\n`,
    );
    const known = (edge: string): boolean =>
      unguarded.filter((one) => one.edge.test(edge)).map((one) => used.add(one.edge)).length > 0;
    expect(of("unguarded").filter((edge) => !known(edge))).toEqual([]);
    expect(of("caught").length).toBeGreaterThan(0);
  },
  600_000,
);

test("no edge is called unguarded that is not", () => {
  expect(unguarded.filter(({ edge }) => !used.has(edge))).toEqual([]);
});
