import { differences, goalOf, keptBy, modelData } from "../../rehearsal/rollback";

const bundle = (change: (text: string) => string = (text) => text): ReturnType<typeof modelData> =>
  modelData(
    change(`bundle: kubernetes
applications:
  minio: { charm: minio, channel: ckf-1.6/stable, revision: 99, scale: 1, options: { port: 9000 } }
  kfp-api: { charm: kfp-api, channel: 2.0/stable, revision: 7, scale: 1 }
relations:
- [minio:object-storage, kfp-api:object-storage]
`),
  );

test("a model is no other one for the order in which its parts are told", () => {
  const turned = bundle((text) =>
    text
      .replace("[minio:object-storage, kfp-api:object-storage]", "[kfp-api:object-storage, minio:object-storage]")
      .replace("channel: 2.0/stable, revision: 7", "revision: 7, channel: 2.0/stable"),
  );
  expect(differences(bundle(), turned)).toEqual([]);
});

test.each([
  ["revision: 99", "revision: 100", "revision of minio is 100, was 99"],
  ["port: 9000", "port: 9001", 'options of minio is {"port":9001}, was {"port":9000}'],
  ["revision: 7, scale: 1", "revision: 7, scale: 1, trust: true", "trust of kfp-api is true, was undefined"],
  ["  kfp-api: {", "  kfp: {", "application kfp is new"],
  [
    "- [minio:object-storage, kfp-api:object-storage]",
    "- [minio:object-storage, other:x]",
    "relation kfp-api:object-storage minio:object-storage is gone",
  ],
])("%s -> %s is told", (from, to, says) => {
  expect(
    differences(
      bundle(),
      bundle((text) => text.replace(from, to)),
    ),
  ).toContain(says);
});

test("what stays is held against what the upgrade left, and nothing else is", () => {
  const upgraded = bundle((text) =>
    text
      .replace("revision: 99", "revision: 100")
      .replace("revision: 7", "revision: 8")
      .replace("  kfp-api: {", "  fresh: { charm: mysql-k8s }\n  kfp-api: {"),
  );
  const goal = goalOf(bundle(), upgraded, ["minio", "fresh"]);
  expect(differences(goal, upgraded)).toEqual(["revision of kfp-api is 8, was 7"]);
  expect(differences(goal, bundle())).toEqual(["application fresh is gone", "revision of minio is 99, was 100"]);
  expect(goalOf(bundle(), upgraded, [])).toEqual(bundle());
});

test("what a preview keeps is read from it by name", () => {
  expect(
    keptBy(
      "info: not undone: kept-minio: minio stays\ninfo: not undone: users-work: kept-other\ninfo: not undone: kept-minio: minio stays",
    ),
  ).toEqual(["minio"]);
});
