import { random } from "../data/objects";
import type { Cell } from "./cell";

/** Cells whose id is one of these or begins with one of them and a slash. @throws naming what matches no cell */
export function matching(cells: Cell[], ids: string[]): Cell[] {
  const fits = (cell: Cell, id: string): boolean => cell.id === id || cell.id.startsWith(`${id}/`);
  const unknown = ids.filter((id) => !cells.some((cell) => fits(cell, id)));
  if (unknown.length > 0)
    throw new Error(`no fault is called ${unknown.join(", ")}: \`npm run faults -- --list\` names them all`);
  return cells.filter((cell) => ids.some((id) => fits(cell, id)));
}

const keyOf = ({ world = {} }: Cell): string => JSON.stringify(world);

/** Those that can share the world of the first; a world of no kind takes what is quick, too. */
export function sharing(cells: Cell[]): Cell[] {
  const world = cells[0]?.world;
  return cells
    .filter((cell) => keyOf(cell) === keyOf(cells[0]) || (world === undefined && cell.quick))
    .map((cell) => ({ ...cell, world }));
}

/** So many of them, of every family in turn, the same for the same seed, in their own order. */
export function sample(cells: Cell[], count: number, seed: number): Cell[] {
  const next = random(seed);
  const draw = <T>(from: T[]): T => from.splice(Math.floor(next() * from.length), 1)[0];
  const names = [...new Set(cells.map(({ family }) => family))];
  const families = Array.from({ length: names.length }, () => draw(names)).map((family) =>
    cells.filter((cell) => cell.family === family),
  );
  const picked = new Set<Cell>();
  while (picked.size < Math.min(count, cells.length)) {
    for (const rest of families) if (rest.length > 0 && picked.size < count) picked.add(draw(rest));
  }
  return cells.filter((cell) => picked.has(cell));
}

/** Most cells that one world goes through: what breaks it costs no more than these. */
const perWorld = 75;

/** Cells by the world that they share, in their own order. */
export function worldsOf(cells: Cell[]): Cell[][] {
  const groups = new Map<string, Cell[]>();
  for (const cell of cells) {
    groups.set(keyOf(cell), [...(groups.get(keyOf(cell)) ?? []), cell]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / perWorld) }, (_, index) =>
      group.slice(index * perWorld, (index + 1) * perWorld),
    ),
  );
}
