import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { differingNames } from "../../objectstore/result";
import { clientFor } from "../../rehearsal/data/store";
import { type Files, digestOf, packFiles, sums } from "../../resources/archive";
import { flipBit } from "../../rehearsal/data/corrupt";
import { startMinio } from "../support/minio";
import { Lab } from "../support/mover";
import { tools, toolsTimeout } from "../support/tools";

jest.setTimeout(60_000);

let lab: Lab;
beforeAll(async () => void (await tools()), toolsTimeout);
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

const files: Files = {
  "baseline.json": "{}",
  "absent.txt": "",
  "apply/notebooks.kubeflow.org.jsonl": '{"kind":"Notebook","metadata":{"name":"ünicode"}}\n',
  // More than one part, whatever compression makes of it.
  "runs/workflows.argoproj.io.jsonl": Array.from({ length: 120_000 }, (_, index) => `{"n":${Math.sin(index)}}\n`).join(
    "",
  ),
};
const folder = (): string => join(lab.backup, "1.6-1.7", "resources");

/** Puts the parts where a Job has its Secrets. */
async function mount(what: Files): Promise<Record<string, string>> {
  const parts = await packFiles(what);
  rmSync(join(lab.root, "resources"), { recursive: true, force: true });
  for (const [index, part] of parts.entries()) {
    mkdirSync(join(lab.root, "resources", String(index).padStart(2, "0")), { recursive: true });
    writeFileSync(join(lab.root, "resources", String(index).padStart(2, "0"), "part"), part);
  }
  return { RESOURCES_DIR: join(lab.root, "resources"), RESOURCES_DIGEST: digestOf(what) };
}

test("what was exported lies in the backup, file by file, and its digest is that of the export", async () => {
  const env = await mount(files);
  expect(readdirSync(env.RESOURCES_DIR).length).toBe(2);
  const { exitCode, result } = await lab.run("resources", { env });
  expect(exitCode).toBe(0);
  expect(result()).toMatchObject({
    mover: "resources",
    resumed: "fresh",
    objects: 4,
    digest: digestOf(files),
    differing: 0,
  });
  for (const [path, text] of Object.entries(files)) expect(readFileSync(join(folder(), path), "utf8")).toBe(text);
  expect(readFileSync(join(folder(), "SHA256SUMS"), "utf8")).toBe(sums(files));
  expect(readdirSync(lab.records)).toEqual(["resources.json"]);
  expect((await lab.run("resources", { env })).result()).toMatchObject({
    resumed: "complete",
    digest: digestOf(files),
    differing: 0,
  });
});

test("a part that is missing or changed is refused, and nothing is written", async () => {
  const env = await mount(files);
  rmSync(join(env.RESOURCES_DIR, "01"), { recursive: true });
  expect((await lab.run("resources", { env })).result).toThrow(/no compressed tar, or not all of it/);
  const other = await mount({ ...files, "baseline.json": "{ }" });
  expect((await lab.run("resources", { env: { ...other, RESOURCES_DIGEST: env.RESOURCES_DIGEST } })).result).toThrow(
    /the export has [0-9a-f]{64}/,
  );
  expect((await lab.run("resources", { env: { ...other, RESOURCES_DIGEST: "" } })).result).toThrow(
    /no digest of exported resources/,
  );
  expect(readdirSync(lab.backup)).toEqual([]);
});

test("damage in the backup is found and named, and another export is never written over it", async () => {
  const env = await mount(files);
  await lab.run("resources", { env });
  await flipBit(join(folder(), "apply/notebooks.kubeflow.org.jsonl"));
  const { log, result } = await lab.run("resources", { env });
  expect(result()).toMatchObject({ resumed: "complete", differing: 1, changed: 1 });
  expect(differingNames(log)).toEqual(["changed: apply/notebooks.kubeflow.org.jsonl"]);
  const later = await mount({ ...files, "baseline.json": "[]" });
  expect((await lab.run("resources", { env: later })).result).toThrow(/A backup is never written over/);
});

test("the resources go into a bucket as well", async () => {
  const server = await startMinio();
  try {
    await clientFor(server.store).send(new CreateBucketCommand({ Bucket: "backups" }));
    const env = { ...(await mount(files)), ...lab.into("backups", server.store) };
    expect((await lab.run("resources", { env })).result()).toMatchObject({
      resumed: "fresh",
      objects: 4,
      digest: digestOf(files),
      differing: 0,
    });
    expect((await lab.run("resources", { env })).result()).toMatchObject({ resumed: "complete", differing: 0 });
  } finally {
    await server.stop();
    server.remove();
  }
});
