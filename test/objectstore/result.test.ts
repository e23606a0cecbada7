import { differencePrefix, differingNames, parseResult, resultLimit } from "../../objectstore/result";

const digest = "ab".repeat(32);
const backup = {
  job: "minio-backup",
  mover: "backup",
  resumed: "fresh",
  buckets: 2,
  objects: 3,
  bytes: 12,
  digest,
  kept: "objects",
  records: digest,
  copied: 3,
  restored: 3,
  restoredBytes: 12,
  differing: 0,
  missing: 0,
  extra: 0,
  changed: 0,
};

test("a result is read as it was written", () => {
  expect(parseResult(`${JSON.stringify(backup)}\n`)).toEqual(backup);
});

test.each([
  ["", /no termination message/],
  ["panic: out of memory", /no JSON but "panic: out of memory"/],
  [JSON.stringify(backup).slice(0, 60), /no JSON/],
  [JSON.stringify({ ...backup, digest: "abc" }), /digest: is no SHA-256/],
  [JSON.stringify({ ...backup, differing: -1 }), /differing/],
  [JSON.stringify({ ...backup, objects: undefined }), /objects/],
  [JSON.stringify({ ...backup, mover: "else" }), /mover/],
  [JSON.stringify({ ...backup, note: "x".repeat(resultLimit) }), /more than the 4096/],
])("%j is refused", (message, reason) => {
  expect(() => parseResult(message)).toThrow(reason);
});

test("a mover that could not do its work says why in its own words", () => {
  expect(() => parseResult('{"job":"minio-migration","error":"the destination volume holds data"}')).toThrow(
    'Job "minio-migration" could not do its work: the destination volume holds data',
  );
});

test("the names that differ are read out of a log, whatever is in them, each once", () => {
  const log = [
    "2026/01/01 10:00:00 NOTICE: 3 MiB",
    `${differencePrefix}changed: b/a  name ✓ `,
    "a line about DIFFERS",
    `${differencePrefix}missing: b/DIFFERS x: y`,
    `${differencePrefix}changed: b/a  name ✓ `,
    "",
  ].join("\n");
  expect(differingNames(log)).toEqual(["changed: b/a  name ✓ ", "missing: b/DIFFERS x: y"]);
});
