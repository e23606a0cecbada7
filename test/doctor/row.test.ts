import { renderRows, rowOf } from "../../doctor/row";

test("what cannot be read is a problem in the reader's own words", async () => {
  const read = () => Promise.reject(new Error("there is no command juju on PATH"));
  expect(await rowOf("Juju", read, "juju login")).toEqual({
    what: "Juju",
    found: "there is no command juju on PATH",
    mend: "juju login",
  });
});

test("rows are aligned, and each problem is followed by what mends it", () => {
  const rows = [
    { what: "Node.js", found: "v20.19.4" },
    { what: "plugin kubernetes", found: "4.25.0 is not installed", mend: "pulumi plugin install" },
  ];
  expect(renderRows(rows)).toBe(
    [
      "ok       Node.js            v20.19.4",
      "PROBLEM  plugin kubernetes  4.25.0 is not installed",
      "                            -> pulumi plugin install",
      "",
      "1 problem. Nothing was changed.",
      "",
    ].join("\n"),
  );
});

test("where nothing is wrong it says what is asked next", () => {
  expect(renderRows([{ what: "Node.js", found: "v20" }])).toContain("Nothing stands in the way of the first preview");
});
