import { makePlan } from "../../../plan/plan";
import { matrix } from "../../../rehearsal/faults/matrix";
import { baselineChangedStorage, hop, settings } from "../../support/baseline";

const steps = makePlan(hop, baselineChangedStorage(), settings).steps.map(({ id }) => id);
const cells = matrix(["baseline", ...steps]);

test("every step of the plan is killed at its start, in its middle and at its end", () => {
  for (const step of steps) {
    const kills = cells.filter(({ family, moment }) => family === "kill" && moment.step === step);
    expect(kills.map(({ moment }) => moment.at)).toEqual(["start", "middle", "end"]);
  }
});

test("every fault has an id of its own that begins with its family, and strikes a step that the plan has", () => {
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
  for (const { id, family, moment, until = moment.step } of cells) {
    expect(id.split("/")[0]).toBe(family);
    expect([...steps, "baseline"]).toEqual(expect.arrayContaining([moment.step, until]));
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
  const stopping = [...cells.filter(({ family, says }) => family === "fact" && says !== undefined).map((cell) => [cell.id.split("/")[1], cell] as const), ["F31", cells.find(({ id }) => id === "cluster/image-missing")!] as const];
  expect(stopping.length).toBeGreaterThan(15);
  for (const [number, { says }] of stopping) expect(says!.map(({ source }) => source)).toContain(number);
});

test("only what is known to be over before anybody sees it may end up not struck", () => {
  expect(cells.filter(({ seldom }) => seldom !== undefined).map(({ id }) => id)).toEqual(["kill/baseline/middle", "kill/record-verified/middle"]);
});
