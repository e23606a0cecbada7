import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { recipeFolder } from "../../../rehearsal/toolchain/cache";
import { applyEdits } from "../../../rehearsal/toolchain/edits";
import { editsOf, GO_MODULES } from "../../../rehearsal/toolchain/modules";
import { TOOLS } from "../../../rehearsal/toolchain/tools";

const env = { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly" };

describe.each(["juju-2.9", "juju-3.6"] as const)("the recipe of %s", (module) => {
  test("names every package that its executables are made of", async () => {
    const packages = TOOLS.flatMap(({ source }) =>
      source.kind === "go" && source.module === module ? [source.package] : [],
    );
    const args = ["list", "-deps", "-tags", GO_MODULES[module].tags ?? "", ...packages];
    const { stdout } = await execa("go", args, { cwd: recipeFolder(module), env, stdin: "ignore" });
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(packages));
  }, 300_000);

  test("pins the module that its edit fits", async () => {
    const source = mkdtempSync(join(tmpdir(), "edits-"));
    try {
      cpSync(recipeFolder(module), source, { recursive: true });
      const [edit] = editsOf(module, {});
      await applyEdits([edit], source, env);
      expect(readFileSync(join(source, "go.mod"), "utf8")).toMatch(
        /^replace github.com\/juju\/juju => \.\/edited\/github/m,
      );
      const file = join(source, "edited", edit.module, edit.file);
      await execa("gofmt", ["-e", file], { stdout: "ignore" });
      expect(readFileSync(file, "utf8").match(/QPS/g)).toHaveLength(2);
    } finally {
      rmSync(source, { recursive: true });
    }
  }, 300_000);
});
