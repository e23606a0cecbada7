import { baselineChangedStorage } from "../support/baseline";
import { type Registered, registerUpgrade } from "../policy/support";

const frozen = (all: Registered[]): string[] =>
  all
    .filter(({ ignoreChanges }) => ignoreChanges.includes("spec"))
    .map(({ name }) => name)
    .sort();

test("the Jobs of a backup follow image and script until a step has changed the model, and stay as they ran from then on", async () => {
  const baseline = baselineChangedStorage();
  expect(frozen(await registerUpgrade(baseline, {}, undefined, "this run"))).toEqual([]);
  expect(frozen(await registerUpgrade(baseline))).toEqual([
    "katib-db-dump",
    "kfp-db-dump",
    "minio-backup",
    "resources-backup",
  ]);
});
