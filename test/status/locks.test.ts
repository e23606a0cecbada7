import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { locksOf } from "../../status/locks";

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ckf-locks-"));
  folder = join(root, ".pulumi", "locks", "organization", "upgrade", "staging");
  mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const lock = (name: string, given: object): void =>
  writeFileSync(
    join(folder, `${name}.json`),
    JSON.stringify({
      pid: process.pid,
      username: "ann",
      hostname: hostname(),
      timestamp: "2026-11-26T10:00:00Z",
      ...given,
    }),
  );
const locks = (stack = "staging", project = "upgrade") => locksOf(`file://${root}`, project, stack);

test("no file is no lock, and another stack's is not ours", () => {
  expect(locks()).toEqual([]);
  lock("one", {});
  expect(locks("production")).toEqual([]);
  expect(locks("staging", "other")).toEqual([]);
});

test("a process of this machine runs or is dead; one of another machine is not known", async () => {
  lock("one", {});
  expect(locks("organization/upgrade/staging")).toEqual([
    { holder: `ann@${hostname()}, process ${process.pid}, since 2026-11-26T10:00:00Z`, alive: true },
  ]);
  const gone = execa("true");
  await gone;
  lock("one", { pid: gone.pid });
  expect(locks()).toMatchObject([{ alive: false }]);
  lock("one", { hostname: "elsewhere.example" });
  expect(locks()).toMatchObject([{ holder: expect.stringContaining("ann@elsewhere.example"), alive: undefined }]);
});

test("a lock that is not understood is still one", () => {
  writeFileSync(join(folder, "one.json"), "{");
  expect(locks()).toEqual([{ holder: `unknown, by ${join(folder, "one.json")}`, alive: undefined }]);
});

test("backends that are no folder tell nothing", () => {
  for (const url of ["https://app.pulumi.com/ann", "s3://bucket", ""])
    expect(locksOf(url, "upgrade", "staging")).toBeUndefined();
});
