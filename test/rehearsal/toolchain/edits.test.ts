import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recipeFolder } from "../../../rehearsal/toolchain/cache";
import { editsOf, type SourceEdit } from "../../../rehearsal/toolchain/modules";
import { applyEdit, applyEdits } from "../../../rehearsal/toolchain/edits";

const edit: SourceEdit = {
  name: "longer wait",
  module: "example.com/m",
  file: "wait.go",
  replace: [{ text: "wait(1)", by: "wait($&2)" }],
  executables: ["m"],
};

describe("an edit of a module's file", () => {
  test("replaces its text, whatever is in it", () => {
    expect(applyEdit("a wait(1) b", edit)).toBe("a wait($&2) b");
  });

  test.each([
    [0, "a wait(3) b"],
    [2, "wait(1) wait(1)"],
  ])("is refused where its text is there %s times", (times, source) => {
    expect(() => applyEdit(source, edit)).toThrow(
      new RegExp(`example.com/m/wait.go holds "wait\\(1\\)" ${times} times instead of once, so the edit "longer wait"`),
    );
  });
});

test.each(["juju-2.9"] as const)(
  "the edits of %s fit the module that its recipe pins",
  async (module) => {
    const source = mkdtempSync(join(tmpdir(), "edits-"));
    try {
      cpSync(recipeFolder(module), source, { recursive: true });
      const [edit] = editsOf(module, {});
      await applyEdits([edit], source, { GOWORK: "off", GOFLAGS: "-mod=readonly" });
      expect(readFileSync(join(source, "go.mod"), "utf8")).toMatch(
        /^replace github.com\/juju\/juju => \.\/edited\/github/m,
      );
      const file = join(source, "edited", edit.module, edit.file);
      execFileSync("gofmt", ["-d", file]);
      expect(readFileSync(file, "utf8").match(/QPS/g)).toHaveLength(2);
    } finally {
      rmSync(source, { recursive: true });
    }
  },
  300_000,
);
