import type { Cell } from "../../../rehearsal/faults/cell";
import { matching, sample, sharing, worldsOf } from "../../../rehearsal/faults/choose";

const cell = (id: string, world?: Cell["world"]): Cell => ({
  id,
  family: "kill",
  fault: "f",
  moment: { step: "a", at: "start" },
  strike: () => undefined,
  ...(world && { world }),
});
const ids = (cells: Cell[]): string[] => cells.map(({ id }) => id);

test("a fault is chosen by its id or by the beginning of one, up to a slash", () => {
  const cells = [cell("kill/a/start"), cell("kill/a/end"), cell("kill/ab/start")];
  expect(ids(matching(cells, ["kill/a"]))).toEqual(["kill/a/start", "kill/a/end"]);
  expect(ids(matching(cells, ["kill/a/end", "kill/ab/start"]))).toEqual(["kill/a/end", "kill/ab/start"]);
});

test("what no fault is called is named", () => {
  expect(() => matching([cell("kill/a/start")], ["kill/a", "kil", "kill/b"])).toThrow("no fault is called kil, kill/b");
});

test("a sample is the same for the same seed, another for another, and never holds one twice", () => {
  const all = Array.from({ length: 100 }, (_, index) => cell(`kill/${index}`));
  const one = sample(all, 10, 1);
  expect(sample(all, 10, 1)).toEqual(one);
  expect(sample(all, 10, 2)).not.toEqual(one);
  expect(new Set(one).size).toBe(10);
  expect(one).toEqual(all.filter((each) => one.includes(each)));
  expect(sample(all, 200, 1)).toEqual(all);
});

test("a sample takes of every family in turn, however many the others have", () => {
  const kills = Array.from({ length: 50 }, (_, index) => cell(`kill/${index}`));
  const few = ["a", "b"].map((id): Cell => ({ ...cell(`hand/${id}`), family: "hand" }));
  for (let seed = 1; seed < 20; seed++) {
    const families = sample([...kills, ...few], 6, seed).map(({ family }) => family);
    expect(families.filter((family) => family === "hand")).toHaveLength(2);
    expect(families).toHaveLength(6);
  }
});

test("what can share a world is of one kind; one of none takes what is quick as well", () => {
  const slow = { timeoutScale: 0.2 };
  const cells = [
    cell("kill/a"),
    cell("kill/b", { then: "rollback" }),
    cell("fact/a", slow),
    { ...cell("fact/b", slow), quick: true as const },
    cell("hand/a", {}),
  ];
  expect(ids(sharing(cells))).toEqual(["kill/a", "fact/b", "hand/a"]);
  expect(worldsOf(sharing(cells))).toHaveLength(1);
  expect(ids(sharing(cells.slice(1)))).toEqual(["kill/b"]);
  expect(ids(sharing(cells.slice(2)))).toEqual(["fact/a", "fact/b"]);
});

test("cells share a world where they need the same, and one world gets no more than it can go through", () => {
  const many = Array.from({ length: 80 }, (_, index) => cell(`kill/${index}`));
  const worlds = worldsOf([
    ...many,
    cell("fact/a", { timeoutScale: 0.2 }),
    cell("fact/b", { timeoutScale: 0.5 }),
    cell("fact/c", { timeoutScale: 0.2 }),
  ]);
  expect(worlds.map((world) => world.length)).toEqual([75, 5, 2, 1]);
  expect(ids(worlds[2])).toEqual(["fact/a", "fact/c"]);
});
