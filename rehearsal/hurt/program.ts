import type * as pulumi from "@pulumi/pulumi";
import { obtainBaseline } from "../../baseline";
import { givenSettings } from "../../components/given";
import { Upgrade } from "../../components/upgrade";
import { makePlan } from "../../guide/plan";
import { readSettings } from "../../plan/settings";
import { targets } from "../../releases/line";
import { loadHop } from "../../releases/load";
import { hurtPlan } from "./edits";

/** As a hand would do it that knows nothing of reclaim policies; waits until the application is gone. */
const removeWithStorage = (model: string): string =>
  `juju remove-application -m ${model} minio --destroy-storage; while juju status -m ${model} --format json | grep -q '"minio":'; do sleep 1; done`;

/** The upgrade's own program, but for the faults that the rehearsal asks for. It is no part of the program and never published. */
export = async (): Promise<Record<string, unknown>> => {
  const { hurt, ...given } = givenSettings();
  const settings = readSettings(given, targets);
  const names = JSON.parse(hurt) as string[];
  const hop = loadHop(settings.to);
  const baseline = await obtainBaseline(hop, settings.model);
  const plan = hurtPlan(makePlan(hop, baseline, settings), names);
  // The step itself would refuse, so a hand does its work.
  const byHand: pulumi.ResourceTransformation = ({ name, opts }) =>
    name === "remove-minio" ? { props: { create: removeWithStorage(settings.model) }, opts } : undefined;
  new Upgrade(
    `${plan.from}-to-${plan.to}`,
    { plan, baseline, settings },
    names.includes("retain") ? { transformations: [byHand] } : {},
  );
  return { storage: plan.storage.map(({ path, reason }) => ({ path, reason })) };
};
