import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tryLock } from "../../juju/slots";

/** What proper-lockfile makes its locks with. */
const fs = jest.requireActual<typeof import("node:fs")>("graceful-fs");

const folder = mkdtempSync(join(tmpdir(), "slots-"));
const file = join(folder, "slot");
afterEach(() => jest.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

test("one has a lock, until it gives it back", async () => {
  const release = await tryLock(file);
  expect(release).toBeDefined();
  expect(await tryLock(file)).toBeUndefined();
  await release!();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a killed process is free after a while", async () => {
  mkdirSync(`${file}.lock`);
  expect(await tryLock(file)).toBeUndefined();
  const long = new Date(Date.now() - 60_000);
  utimesSync(`${file}.lock`, long, long);
  const release = await tryLock(file);
  expect(release).toBeDefined();
  await release!();
});

test("a lock that another process takes away while it is made is not had, and no error", async () => {
  const make = fs.mkdir.bind(fs);
  const takenAway = (path: string, done: (error: Error | null) => void) =>
    make(path, (error) => {
      rmSync(path, { recursive: true });
      done(error);
    });
  jest.spyOn(fs, "mkdir").mockImplementation(takenAway as never);
  expect(await tryLock(file)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder that is not there is an error, else it would be tried for ever", async () => {
  await expect(tryLock(join(folder, "absent", "slot"))).rejects.toThrow(/ENOENT.*absent/);
});
