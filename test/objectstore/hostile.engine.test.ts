import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import execa from "execa";
import fc from "fast-check";
import { clientFor } from "../../rehearsal/data/store";
import { type Server, startMinio } from "../support/minio";
import { Lab } from "../support/mover";
import { toolsTimeout } from "../support/tools";
import { fillVolume, format, tree, write } from "../support/volume";

jest.setTimeout(300_000);

let server: Server;
let lab: Lab;
beforeAll(async () => {
  server = await startMinio();
}, toolsTimeout);
afterAll(async () => {
  await server.stop();
  server.remove();
});
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

/** What a shell, sed, awk, grep, xargs, JSON or a terminal would act on. Each would leave a file named "pwned" if a shell ran it. */
const pieces = [
  "$(touch pwned)",
  "`touch pwned`",
  ";touch pwned;",
  "|touch pwned",
  "\n",
  "\r",
  "\t",
  "'",
  '"',
  "\\",
  "\\n",
  "-",
  "--delete",
  " ",
  "*",
  "?",
  "[a]",
  "{a,b}",
  "$HOME",
  "${IFS}",
  "&",
  "&&",
  "<",
  ">",
  "#",
  "!",
  "~",
  "%s",
  "%00",
  "\u0001",
  "\u001b[2J",
  "\u007f",
  "ü",
  "e\u0301",
  "🚀",
  "\u2028",
  "␊",
  "‛",
  "a",
  "b",
];
const segment = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(""))
  .filter((name) => name !== "." && name !== ".." && Buffer.byteLength(name) < 200);
const name = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
/** No name is a folder of another. */
const names = fc
  .uniqueArray(name, { minLength: 10, maxLength: 30 })
  .map((all) => all.filter((one) => !all.some((other) => other.startsWith(`${one}/`))));

/** Nothing of a name was run: a touched file would lie where the scripts work, or where the test does. */
function refutePwned(): void {
  const below = readdirSync(lab.root, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.split("/").at(-1) === "pwned",
  );
  expect([...below, ...["pwned", join("/", "pwned")].filter((path) => existsSync(path))]).toEqual([]);
}

test("files of hostile names are copied as they are, and nothing of a name is ever run", async () => {
  await fc.assert(
    fc.asyncProperty(names, async (keys) => {
      lab.clean();
      lab = new Lab();
      fillVolume(lab.source, keys);
      const presync = await lab.run("presync");
      expect([presync.exitCode, presync.result()]).toEqual([0, expect.objectContaining({ differing: 0 })]);
      const migration = await lab.run("migration");
      expect([migration.exitCode, migration.result()]).toEqual([0, expect.objectContaining({ differing: 0 })]);
      expect(tree(lab.destination)).toEqual(tree(lab.source));
      refutePwned();
    }),
    { numRuns: 4 },
  );
});

test("objects of hostile keys are backed up, restored on trial and verified, and nothing of a key is ever run", async () => {
  const client = clientFor(server.store);
  await fc.assert(
    fc.asyncProperty(names, async (keys) => {
      lab.clean();
      lab = new Lab();
      await client.send(new CreateBucketCommand({ Bucket: "hostile" }));
      const accepted: string[] = [];
      for (const Key of keys) {
        await client.send(new PutObjectCommand({ Bucket: "hostile", Key, Body: Key })).then(
          () => accepted.push(Key),
          // A store may refuse a key; then it is in no backup.
          (error: Error) => expect(error.name).toMatch(/Invalid|NotSupported|SignatureDoesNotMatch/),
        );
      }
      expect(accepted.length).toBeGreaterThan(keys.length / 2);
      const backup = await lab.run("backup", { store: server.store });
      expect([backup.exitCode, backup.result()]).toEqual([
        0,
        expect.objectContaining({ objects: accepted.length, differing: 0 }),
      ]);
      const verify = await lab.run("verify", { store: server.store });
      expect([verify.exitCode, verify.result()]).toEqual([
        0,
        expect.objectContaining({ objects: accepted.length, differing: 0 }),
      ]);
      for (const Key of accepted) expect(readFileSync(join(lab.objects, "hostile", Key), "utf8")).toBe(Key);
      refutePwned();
      for (const Key of accepted) await client.send(new DeleteObjectCommand({ Bucket: "hostile", Key }));
      await client.send(new DeleteBucketCommand({ Bucket: "hostile" }));
    }),
    { numRuns: 4 },
  );
});

test("a refusal that names a hostile file is still a message that is understood", async () => {
  format(lab.source);
  write(lab.source, "bucket/object");
  await execa("mkfifo", [join(lab.source, "bucket", '\u001b[2J\u0001"\\\n$(touch pwned)ü')]);
  const { exitCode, message, result } = await lab.run("migration");
  expect(exitCode).toBe(1);
  expect((JSON.parse(message) as { error: string }).error).toContain("neither file, folder nor link");
  expect(() => result()).toThrow(
    /^Job "minio-migration" could not do its work: the source volume holds what is neither file/,
  );
  refutePwned();
});
