import type { Cell } from "../../../rehearsal/faults/cell";
import { type Aftermath, type Strike, amiss, judge, unsaid } from "../../../rehearsal/faults/judge";
import { table } from "../../../rehearsal/faults/table";

const cell = (id: string, says?: RegExp[]): Cell => ({
  id,
  family: "kill",
  fault: "power cut",
  moment: { step: "remove-minio", at: "middle" },
  strike: () => undefined,
  ...(says && { says }),
});
const strike = (change: Partial<Strike> = {}): Strike => ({
  cell: cell("kill/a"),
  struckAt: 1_000,
  convergedAt: 8_340,
  stopped: false,
  wrong: [],
  work: Promise.resolve(),
  working: false,
  ...change,
});
const whole: Aftermath = { through: true, lostObjects: [], losses: [], wrongRelations: [], unchanged: true };

test("a fault that the upgrade came through is told with the seconds it took", () => {
  expect(judge([strike()], [], whole)).toEqual([
    {
      id: "kill/a",
      where: "middle of remove-minio",
      fault: "power cut",
      outcome: "converged",
      lostObjects: 0,
      lostProfiles: 0,
      wrongRelations: 0,
      secondsToConverge: 7.3,
      ok: true,
      detail: "",
    },
  ]);
});

test("what was lost in a world counts for each of its faults", () => {
  const results = judge([strike(), strike({ cell: cell("kill/b") })], [cell("kill/c")], {
    ...whole,
    lostObjects: ["a is gone"],
    losses: ["namespace alice is gone"],
    wrongRelations: ["x y is missing"],
  });
  expect(
    results.map(({ ok, lostObjects, lostProfiles, wrongRelations }) => [ok, lostObjects, lostProfiles, wrongRelations]),
  ).toEqual(Array.from({ length: 3 }, () => [false, 1, 1, 1]));
  expect(results[0].detail).toBe("a is gone; namespace alice is gone; x y is missing");
});

test("an upgrade that never came through converged from nothing", () => {
  const [struck, missed] = judge([strike()], [cell("kill/c")], { ...whole, through: false });
  expect(struck).toMatchObject({ outcome: "failed", secondsToConverge: null, ok: false });
  expect(missed).toMatchObject({ outcome: "not struck", ok: false });
});

test("one after which another up would change something is wrong, and so is one that never struck", () => {
  expect(judge([strike()], [], { ...whole, unchanged: false })[0]).toMatchObject({ outcome: "converged", ok: false });
  expect(judge([], [cell("kill/c")], whole)[0]).toMatchObject({
    outcome: "not struck",
    ok: false,
    secondsToConverge: null,
  });
});

test("one that is known to strike seldom is right also where it did not, unless its world lost something", () => {
  const seldom = { ...cell("kill/c"), seldom: "it is over at once" };
  expect(judge([], [seldom], whole)[0]).toMatchObject({
    outcome: "not struck",
    ok: true,
    detail: "its moment never came, as is known: it is over at once",
  });
  expect(judge([], [seldom], { ...whole, losses: ["namespace alice is gone"] })[0].ok).toBe(false);
});

test("one that has to stop is right only when it did", () => {
  const stopping = cell("fact/F1", [/does not support/]);
  expect(judge([strike({ cell: stopping, stopped: true })], [], whole)[0]).toMatchObject({
    outcome: "stopped with an error",
    ok: true,
  });
  expect(judge([strike({ cell: stopping })], [], whole)[0]).toMatchObject({
    outcome: "converged",
    ok: false,
    detail: "it came through, and ought to have stopped",
  });
});

test("an error has to say all of it, and no error may come where none is expected", () => {
  const text =
    "error: exit status 1:\nrefresh-a: It is in error. It does not get better by waiting. Look at `juju status`";
  expect(unsaid(cell("a", [/in error/, /Look at/]), text)).toEqual([]);
  expect(unsaid(cell("a", [/in error/, /resolved/]), text)).toEqual([
    expect.stringContaining("does not say /resolved/"),
  ]);
  expect(unsaid(cell("a"), text)).toEqual([expect.stringContaining("It does not get better by waiting")]);
});

test("relations are amiss when they are missing or too many", () => {
  expect(amiss(["a b", "c d"], ["c d", "e f"])).toEqual(["a b is missing", "e f is too many"]);
  expect(amiss(["a b"], ["a b"])).toEqual([]);
});

test("the table has a line for each fault, and names what is wrong", () => {
  const results = [
    ...judge([strike()], [cell("kill/c")], whole),
    ...judge([strike({ cell: cell("kill/d") })], [], { ...whole, through: false }),
  ];
  const text = table(results, 5);
  expect(text).toMatch(/kill\/a +│ converged +│ +0 │ +0 │ +0 │ +7\.3/);
  expect(text).toMatch(/kill\/c +│ not struck .*│ +- /);
  expect(text).toContain("WRONG  kill/d (power cut, middle of remove-minio): the upgrade did not come through");
  expect(text).toContain("seed 5: 3 faults, 1 converged, 1 not struck, 1 failed; 2 are not as they have to be");
  expect(text).toContain("WRONG  kill/c (power cut, middle of remove-minio): its moment never came");
  expect(table(judge([strike()], [], whole), 5)).toMatch(/1 faults, 1 converged; all as they have to be\n$/);
  const seldom = table(judge([strike()], [{ ...cell("kill/c"), seldom: "it is over at once" }], whole), 5);
  expect(seldom).toContain("NOT STRUCK  kill/c (middle of remove-minio): its moment never came, as is known");
  expect(seldom).toContain("1 converged, 1 not struck; all but 1 struck, and as they have to be");
  expect(seldom).not.toContain("WRONG");
});
