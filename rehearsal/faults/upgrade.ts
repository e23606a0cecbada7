import { differences, holdingsOf, seedModel } from "../holdings";
import { initStack } from "../rehearse";
import { scenarios } from "../scenarios";
import { unchangedTrial } from "../trials";
import { type World, model } from "../world";
import type { Cell, Result } from "./cell";
import { type Conduct, conduct } from "./conduct";
import { judge, relationsAmiss } from "./judge";

/** The model that faults strike: its MinIO is copied and deployed again, so that every kind of step is there. */
export const scenarioName = "changed-storage";

/** What the hop 1.6 to 1.7 adds to the relations of a model that keeps its mariadb (charmed-kubeflow.md, table 1.1). */
const added = ["istio-pilot:gateway-info kserve-controller:ingress-gateway"];

/** Settings of a stack for that model in this world. */
export const settingsOf = ({ moverImage }: World): Record<string, string> => ({ model, moverImage, jobTimeoutMinutes: "30", "ignorePreflight[0]": "kubernetes-version" });

/** Deploys and seeds a model, upgrades it under these faults, and verifies all of it. */
export async function faultyUpgrade(world: World, cells: Cell[], how: Conduct, log: (line: string) => void): Promise<Result[]> {
  const scenario = scenarios[scenarioName];
  const { workspace } = world;
  const before = await seedModel(world, scenario, [], log);
  await initStack(workspace, settingsOf(world));
  const { strikes, missed, through } = await conduct({ world, log }, workspace, cells, how);
  log(through ? "up came through; another one, then reading everything back" : "up does not come through; reading everything back");
  const again = through ? await unchangedTrial(workspace) : undefined;
  const after = await holdingsOf(world, scenario);
  const { objects, losses } = differences(before, after);
  return judge(strikes, missed, { through, lostObjects: objects, losses, wrongRelations: relationsAmiss([...before.relations, ...added].sort(), after.relations), unchanged: again?.ok ?? false });
}
