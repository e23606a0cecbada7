import type { LiveFacts } from "../../../guide/preflight/facts";
import { findingsOfFormat } from "../../../guide/preflight/format";
import { preflightQuestion } from "../../../guide/preflight/question";
import { baseline16, hop, settings } from "../../support/baseline";

const asked = preflightQuestion(hop, baseline16(), settings);
const found = (format: LiveFacts["format"], question = asked): string[] =>
  findingsOfFormat(question, { format } as LiveFacts).map(
    ({ name, subject, weight, fact }) => `${name} ${subject} ${weight}: ${fact}`,
  );
const xl = (format: string, sets: string[][]): { text: string } => ({
  text: JSON.stringify({
    version: "1",
    format,
    id: "f",
    xl: { version: "3", this: "a", sets, distributionAlgo: "SIPMOD+PARITY" },
  }),
});

test("fs is what the charms' image reads, and no finding", () => {
  expect(found({ text: '{"version":"1","format":"fs","id":"f","fs":{"version":"2"}}\n' })).toEqual([]);
});

test("xl-single of one drive is told with what it takes, and refuses nothing", () => {
  expect(found(xl("xl-single", [["a"]]))).toEqual([
    "on-disk-format minio told: has a volume of format xl-single, which the image that the charms of both releases name (2021-09) does not read: it runs another, and so must the new one",
  ]);
});

test.each([
  [
    "one of many drives",
    xl("xl", [
      ["a", "b"],
      ["c", "d"],
    ]),
    "format xl (drives: 4)",
  ],
  ["xl of one drive, which no MinIO on one volume reads", xl("xl", [["a"]]), "format xl (drives: 1)"],
  ["xl-single of two drives", xl("xl-single", [["a", "b"]]), "format xl-single (drives: 2)"],
  ["xl-single that names no drive", { text: '{"format":"xl-single"}' }, "format xl-single"],
  ["one that nobody knows", { text: '{"format":"xl-next"}' }, "format xl-next"],
  ["a file that names none", { text: '{"version":"1"}' }, "a format that its format.json does not tell"],
  ["an empty file", { text: "" }, "a format that its format.json does not tell"],
  ["a file that is no JSON", { text: "fs" }, "a format that its format.json does not tell"],
])("%s refuses", (_name, format, fact) => {
  expect(found(format)).toEqual([`on-disk-format minio refuses: has a volume of ${fact}`]);
});

test("a file that was not read is told as not checked, with the reason", () => {
  expect(found({ why: "a command in Pod kubeflow/minio-0 failed" })).toEqual([
    "on-disk-format minio told: not checked: a command in Pod kubeflow/minio-0 failed",
  ]);
});

test("without a volume of the object store nothing is told", () => {
  expect(found(undefined, { ...asked, objectStore: undefined })).toEqual([]);
});
