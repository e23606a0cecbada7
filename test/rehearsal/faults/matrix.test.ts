import { makePlan } from "../../../guide/plan";
import { makeRollback } from "../../../guide/rollback/plan";
import type { Kind } from "../../../rehearsal/faults/cell";
import { matrix } from "../../../rehearsal/faults/matrix";
import { struckModel } from "../../../rehearsal/faults/plans";
import { hop, settings } from "../../support/baseline";
import { copied, foundMoved } from "../../support/found";

const idsOf = ({ steps }: { steps: { id: string }[] }): string[] => steps.map(({ id }) => id);
const baseline = struckModel();
const steps = idsOf(makePlan(hop, baseline, settings));
const moved = idsOf(makePlan(hop, baseline, { ...settings, databases: "mysql" }));
const cells = matrix();

const plans: Record<string, [string[], Kind | undefined]> = {
  upgrade: [["baseline", ...steps], undefined],
  "upgrade that moves databases, and finalize": [
    idsOf(makePlan(hop, baseline, { ...settings, databases: "mysql", finalize: true })),
    { databases: "mysql", then: "finalize" },
  ],
  rollback: [
    idsOf(
      makeRollback(
        { hop, baseline, found: copied(foundMoved(baseline)) },
        { ...settings, databases: "mysql", rollback: true },
        [],
      ),
    ),
    { databases: "mysql", then: "rollback" },
  ],
};

test.each(Object.entries(plans))(
  "every step of the %s is killed once at its start, in its middle and at its end, in a world that has it",
  (_name, [ids, world]) => {
    for (const step of ids) {
      const kills = cells.filter(({ family, moment }) => family === "kill" && moment.step === step);
      expect(kills.map(({ moment }) => moment.at)).toEqual(["start", "middle", "end"]);
      for (const kill of kills) expect(kill.world).toEqual(steps.includes(step) ? undefined : world);
    }
  },
);

test("every fault has an id of its own that begins with its family, and strikes a step that the plan has", () => {
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  const all = Object.values(plans).flatMap(([ids]) => ids);
  for (const { id, family, moment, until = moment.step, world } of cells) {
    expect(id.split("/")[0]).toBe(family);
    const there = world?.then ? all : world?.databases ? moved : plans.upgrade[0];
    expect(there).toEqual(expect.arrayContaining([moment.step, until]));
  }
});

test("what may stop the upgrade says what its error tells, and how it is mended", () => {
  for (const { says, mend, ends, moment, until } of cells.filter(({ says }) => says !== undefined)) {
    expect(says!.length).toBeGreaterThanOrEqual(3);
    expect(mend).toBeDefined();
    expect(ends).toBeUndefined();
    // A step that is over when it strikes does not tell when the upgrade has come past it.
    if (moment.at === "end") expect(until).toBeDefined();
  }
});

test("the error of each failure mode of the facts tells its number, and so does that of the missing image", () => {
  const stopping = [
    ...cells
      .filter(({ family, says }) => family === "fact" && says !== undefined)
      .map((cell) => [cell.id.split("/")[1], cell] as const),
    ["F31", cells.find(({ id }) => id === "cluster/image-missing")!] as const,
  ];
  expect(stopping.length).toBeGreaterThan(15);
  for (const [number, { says }] of stopping) expect(says!.map(({ source }) => source)).toContain(number);
});

test("only what is known to be over before anybody sees it may end up not struck", () => {
  expect(cells.filter(({ seldom }) => seldom !== undefined).map(({ id }) => id)).toEqual([
    "kill/baseline/middle",
    "kill/record-verified/middle",
    "kill/rollback/found/middle",
    "kill/rollback/record-rolled-back/middle",
  ]);
});
