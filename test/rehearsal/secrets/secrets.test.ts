import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { watchArguments } from "../../../rehearsal/secrets/arguments";
import { searchFiles } from "../../../rehearsal/secrets/files";
import { plantedSecrets, secretsIn } from "../../../rehearsal/secrets/planted";
import { scenarios } from "../../../rehearsal/scenarios";
import { bundleOf } from "../../../rehearsal/world";

const planted = plantedSecrets();
const [minio, database] = planted;
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "ckf-secrets-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

test("a credential is found in whatever it is a part of: plain, in JSON, in Base64 at any place, in hex", () => {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const wrapped = (text: string, end: string): string => text.replace(/.{76}/g, `$&${end}`);
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.uint8Array(),
      fc.constantFrom(...planted),
      (before, after, { application, option, value }) => {
        const around = (encoding: BufferEncoding): string =>
          Buffer.concat([before, Buffer.from(value), after]).toString(encoding);
        const more = [
          around("hex").toUpperCase(),
          base64(JSON.stringify({ data: around("base64") })),
          wrapped(around("base64"), "\n"),
          JSON.stringify(wrapped(around("base64"), "\r\n")),
          wrapped(around("hex"), "\n  "),
        ];
        // Go's %+q, a form of a URL, words of a shell, YAML.
        const quoted = [
          JSON.stringify(value).replaceAll("ü", "\\u00fc"),
          String(new URLSearchParams({ value })),
          `'${value.replaceAll("'", "'\\''")}'`,
          stringify({ value }),
        ];
        for (const text of [
          ...more,
          ...quoted,
          around("latin1"),
          around("base64"),
          around("base64url"),
          around("hex"),
          JSON.stringify({ key: value }),
          JSON.stringify(JSON.stringify({ key: value })),
          encodeURIComponent(value),
        ]) {
          expect(secretsIn(text, planted)).toEqual([`${application} ${option}`]);
        }
      },
    ),
  );
  fc.assert(fc.property(fc.string(), (text) => expect(secretsIn(text, planted)).toEqual([])));
});

test("each rehearsal has credentials of its own, and a model gets those of the charms that it has", () => {
  expect(new Set([...planted, ...plantedSecrets()].map(({ mark }) => mark)).size).toBe(10);
  const bundle = bundleOf("stand-in", scenarios.stock, planted);
  expect(secretsIn(bundle, planted)).toEqual([
    "minio secret-key",
    "kfp-db root_password",
    "dex-auth static-password",
    "oidc-gatekeeper client-secret",
    "dex-auth connectors",
  ]);
  expect(
    (parse(bundle) as { applications: Record<string, { options: object }> }).applications.minio.options,
  ).toMatchObject({ "secret-key": minio.value });
  expect(secretsIn(bundleOf("stand-in", scenarios["already-1.7"], planted), planted)).not.toContain(
    "kfp-db root_password",
  );
  expect(secretsIn(bundleOf("stand-in", scenarios.stock), planted)).toEqual([]);
});

test("files are searched in every folder below, each finding with its file", () => {
  mkdirSync(join(dir, "a/b"), { recursive: true });
  writeFileSync(
    join(dir, "a/b/state.json"),
    JSON.stringify({ secret: Buffer.from(`x${database.value}`).toString("base64") }),
  );
  writeFileSync(join(dir, "clean"), "nothing");
  expect(searchFiles([dir], planted)).toEqual({
    looked: 2,
    found: [`kfp-db root_password in ${join(dir, "a/b/state.json")}`],
  });
  expect(() => searchFiles([join(dir, "missing")], planted)).toThrow("ENOENT");
});

test("arguments of a process that others started are seen, and its environment is not", async () => {
  const end = watchArguments(planted, 5);
  await execa("sh", ["-c", `${process.execPath} -e 'setTimeout(() => 0, 300)' ${database.value}; true`], {
    env: { KEY: minio.value },
  });
  const { processes, found } = end();
  expect(processes).toBeGreaterThan(3);
  expect(found).toContain(`kfp-db root_password in the arguments of ${process.execPath}`);
  expect(found.filter((one) => one.startsWith("minio"))).toEqual([]);
});
