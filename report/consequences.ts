import { makeRollback } from "../guide/rollback/plan";
import type { Settings } from "../plan/settings";
import { declaredBackup, describeDeclared } from "../guide/backup/target";
import type { Baseline, Expected, Irreversible, Plan } from "../plan/types";
import type { Hop } from "../releases/load";
import type { Guide } from "./guide-schema";

export interface PlannedFrom {
  hop: Hop;
  baseline: Baseline;
  settings: Settings;
}

function expectedOf(plan: Plan): Expected | undefined {
  const all = plan.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "verify" ? [step.action] : [],
  );
  return all.at(-1)?.expected;
}

/** The model as an upgrade is to leave it. */
function upgradedModel({ hop, baseline }: PlannedFrom, { applications, relations }: Expected): Baseline {
  const added = { generation: "sidecar" as const, scale: 1, trust: true, config: {}, configOmitted: [] };
  return {
    ...baseline,
    release: hop.target.release,
    relations,
    applications: Object.fromEntries(
      Object.entries(applications).map(([name, { charm, channel, revision }]) => [
        name,
        { ...added, ...baseline.applications[name], charm, channel, revision },
      ]),
    ),
  };
}

/** What no later run undoes: of a way back as its plan says, of an upgrade what the way back from its end would say. */
export function irreversibleOf(plan: Plan, planned: PlannedFrom): Irreversible[] {
  if (plan.irreversible) return plan.irreversible;
  const expected = expectedOf(plan);
  if (!expected) return [];
  const deleted = plan.steps.some(({ phase }) => phase === "finalize")
    ? [{ name: "finalize", what: "what the phase finalize deletes is gone for good", asks: false }]
    : [];
  const { hop, baseline, settings } = planned;
  const found = upgradedModel(planned, expected);
  try {
    const back = makeRollback({ hop, baseline, found }, { ...settings, rollback: true, finalize: false }, []);
    return [...(back.irreversible ?? []), ...deleted];
  } catch (error) {
    return [
      { name: "no-rollback", what: `no way back can be planned: ${(error as Error).message}`, asks: false },
      ...deleted,
    ];
  }
}

const unless = (condition: boolean, line: string): string[] => (condition ? [] : [line]);

/** What people have to do before, while and after the plan runs. */
export function askedOfPeople(plan: Plan, { settings }: PlannedFrom, irreversible: Irreversible[]): Guide["asked"] {
  if (plan.steps.length === 0) return [];
  const declared = declaredBackup(settings);
  const back = plan.irreversible !== undefined;
  const unaccepted = irreversible.filter(({ name, asks }) => asks && !settings.acceptIrreversible.includes(name));
  const gateway = plan.steps.some(
    (step) => step.type === "command" && step.action.kind === "deploy" && step.action.charm === "istio-gateway",
  );
  const finalize = plan.steps.some(({ phase }) => phase === "finalize");
  const asked = {
    before: [
      "Announce the times without service that are listed here.",
      "Stop notebooks, pipelines and experiments, or accept those that run by the setting ignorePreflight (docs/checks.md): preflight refuses otherwise, before anything changes.",
      ...(declared
        ? [`Make sure of the backup, which this program does not prove: ${describeDeclared(declared)}.`]
        : []),
      ...unless(settings.moverImage.includes("@sha256:"), "Pin the setting moverImage by its digest."),
      ...(back && unaccepted.length > 0
        ? [`Accept by the setting acceptIrreversible: ${unaccepted.map(({ name }) => name).join(", ")}.`]
        : []),
    ],
    during: ["Let nobody else change the model: no juju deploy, refresh or config beside the run."],
    after: [
      "Log in, look at pipelines, their artifacts, notebooks and experiments.",
      ...(gateway ? ["Compare the gateway's address with DNS: it may be another one."] : []),
      ...unless(
        back || finalize || plan.storage.every(({ path }) => path === "refresh"),
        "When you are content, set finalize to true and run again: the volume that the data was copied from is deleted then.",
      ),
    ],
  };
  return Object.entries(asked).flatMap(([when, lines]) =>
    lines.map((what) => ({ when: when as Guide["asked"][number]["when"], what })),
  );
}
