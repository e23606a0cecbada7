import execa from "execa";
import { recipeFolder } from "../../../rehearsal/toolchain/cache";

// The tests of a Go program are written in Go, beside it.
test.each([["vet"], ["test"]])(
  "go %s finds nothing wrong with the store",
  async (command) => {
    const run = await execa("go", [command, "./..."], {
      cwd: recipeFolder("mongo-store"),
      env: { GOWORK: "off", GOFLAGS: "-mod=readonly" },
      reject: false,
      all: true,
      stdin: "ignore",
    });
    if (run.exitCode !== 0) throw new Error(run.all);
  },
  600_000,
);

test("gofmt has nothing to change in the store", async () => {
  expect((await execa("gofmt", ["-l", recipeFolder("mongo-store")])).stdout).toBe("");
});
