import { differences, holdingsOf, seedModel } from "../holdings";
import { initStack } from "../rehearse";
import { configure } from "../run";
import { unchangedTrial } from "../trials";
import { type World, model } from "../world";
import type { Cell, Result } from "./cell";
import { type Conduct, conduct } from "./conduct";
import { type Aftermath, type Strike, judge } from "./judge";
import { astray, phasesOf, scenario, stateOf } from "./phases";

/** Settings of a stack for that model in this world. */
export const settingsOf = ({ moverImage }: World): Record<string, string> => ({
  model,
  moverImage,
  jobTimeoutMinutes: "30",
  "ignorePreflight[0]": "kubernetes-version",
  "ignorePreflight[1]": "charm-assumes",
});

/** Deploys and seeds a model, takes it through the phases of its world under these faults, and verifies all of it after each. */
export async function faultyUpgrade(
  world: World,
  cells: Cell[],
  how: Conduct,
  log: (line: string) => void,
): Promise<Result[]> {
  const { workspace } = world;
  const stage = { world, log };
  const before = await seedModel(world, scenario, [], log);
  await initStack(workspace, settingsOf(world));
  const was = await stateOf(stage);
  const strikes: Strike[] = [];
  const aftermath: Aftermath = { through: true, lostObjects: [], losses: [], wrongRelations: [], unchanged: true };
  let pending = cells;
  for (const { name, settings, moved, goal } of phasesOf(cells[0].world)) {
    if (!aftermath.through) break;
    log(name);
    await configure(workspace, settings);
    const found = await stateOf(stage);
    const { strikes: struck, missed, through } = await conduct(stage, workspace, pending, how);
    log(
      through
        ? "up came through; another one, then reading everything back"
        : "up does not come through; reading everything back",
    );
    const again = through && (await unchangedTrial(workspace)).ok;
    const { objects, losses } = differences(before, await holdingsOf(world, scenario, moved && through));
    const { relations, others } = astray(goal(was, found), await stateOf(stage));
    strikes.push(...struck);
    pending = missed;
    aftermath.through &&= through;
    aftermath.unchanged &&= again;
    aftermath.lostObjects.push(...objects);
    aftermath.losses.push(...losses, ...others);
    aftermath.wrongRelations.push(...relations);
  }
  return judge(strikes, pending, aftermath);
}
