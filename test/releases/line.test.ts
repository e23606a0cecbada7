import { hopFrom, legs, releases, targets } from "../../releases/line";
import { hops } from "../../releases/load";

test("releases are in the order of their numbers, and any but the first may be asked for", () => {
  expect(releases).toEqual(["1.6", "1.7", "1.8", "1.9", "1.10", "1.11"]);
  expect(targets).toEqual(releases.slice(1));
});

test("every hop has the versions that it runs on, in one place", () => {
  const all = legs("1.6", "1.11");
  expect(all.map(({ from, to }) => `${from}-${to}`)).toEqual([
    "1.6-1.7",
    "1.7-1.8",
    "1.8-1.9",
    "1.9-1.10",
    "1.10-1.11",
  ]);
  for (const { juju, kubernetes } of all) for (const { from, to } of [juju, kubernetes]) expect(from <= to).toBe(true);
});

test("only hops with data of their own are offered", () => {
  expect(
    legs("1.6", "1.11")
      .filter(({ offered }) => offered)
      .map(({ from, to }) => ({ from, to })),
  ).toEqual(hops);
  expect(hopFrom("1.6").target.release).toBe("1.7");
  expect(() => hopFrom("1.7")).toThrow(/^the hop from 1\.7 to 1\.8 is not made by this version .* 1\.6 to 1\.7/);
  expect(() => hopFrom("1.11")).toThrow(/^the hop from 1\.11 to a later release is not made/);
});
