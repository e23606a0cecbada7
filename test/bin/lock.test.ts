import { readFileSync } from "node:fs";
import { resolve } from "node:path";

interface Locked {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
}

const { packages } = JSON.parse(readFileSync(resolve(__dirname, "..", "..", "package-lock.json"), "utf8")) as {
  packages: Record<string, Locked>;
};

/** Where Node looks for a package that another one needs: in its own node_modules, then in each folder above. */
function candidates(from: string, name: string): string[] {
  const parents =
    from === "" ? [] : from.split("/node_modules/").map((_, at, all) => all.slice(0, at + 1).join("/node_modules/"));
  return ["", ...parents.map((parent) => `${parent}/`)].map((parent) => `${parent}node_modules/${name}`);
}

// `npm ci` refuses a lock that leaves out binaries of other platforms, and npm writes such a lock where its registry lacks them.
test("the lock has the optional packages of every platform", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !candidates(path, name).some((candidate) => candidate in packages))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test("the lock names no registry, so that a mirror can be used", () => {
  expect(Object.values(packages).flatMap(({ resolved }) => resolved ?? [])).toEqual([]);
});
