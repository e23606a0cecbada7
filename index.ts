import * as pulumi from "@pulumi/pulumi";
import { obtainWay } from "./baseline/hop";
import { goForward } from "./components/forward";
import { givenSettings } from "./components/given";
import { plainly } from "./components/plainly";
import { takeBack } from "./components/rollback";
import { nameModel } from "./juju/model-name";
import { readSettings } from "./plan/settings";
import { targets } from "./releases/line";

/**
 * Settings, the hop that the live model makes next, and then its upgrade or its way back: a plan (guide/), a lock on the model, and
 * each step of the plan as a resource (components/) that runs it (steps/).
 */
const program = async (): Promise<Record<string, unknown>> => {
  const settings = readSettings(givenSettings(), targets);
  nameModel(settings.model, settings.jujuModel);
  const { hop, path } = await obtainWay(settings);
  for (const line of path ? [path.line, ...path.told] : []) await pulumi.log.info(line);
  const outputs = await (settings.rollback ? takeBack(hop, settings) : goForward(hop, settings));
  return { ...outputs, ...(path && !settings.rollback && { path: path.line }) };
};

export = (): Promise<Record<string, unknown>> => plainly(program);
