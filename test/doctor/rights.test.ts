import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rightsOf, rightsRow } from "../../doctor/rights";

const manifest = readFileSync(join(__dirname, "..", "..", "docs", "permissions.yaml"), "utf8");
const rights = rightsOf(manifest, "kf");

test("asks for each right of the roles, those of the model in its namespace, none twice", () => {
  expect(rights).toContainEqual({ group: "", resource: "persistentvolumes", verb: "patch" });
  expect(rights).toContainEqual({ group: "batch", resource: "jobs", verb: "create", namespace: "kf" });
  expect(rights.some(({ name }) => name !== undefined)).toBe(true);
  expect(new Set(rights.map((right) => JSON.stringify(right))).size).toBe(rights.length);
});

test("says that all are there", async () => {
  expect(await rightsRow(rights, () => Promise.resolve(true))).toEqual({
    found: `all ${rights.length} of docs/permissions.md`,
  });
});

test("names what is missing, the first eight, with what gives them", async () => {
  const without = await rightsRow(rights, ({ resource, verb }) =>
    Promise.resolve(!(resource === "persistentvolumes" && verb === "patch")),
  );
  expect(without.found).toBe(`1 of ${rights.length} are missing: patch persistentvolumes`);
  expect(without.mend).toContain("kubectl apply -f docs/permissions.yaml");
  const nothing = await rightsRow(rights, () => Promise.resolve(false));
  expect(nothing.found).toContain(` and ${rights.length - 8} more`);
});
