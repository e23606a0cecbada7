import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { differingNames } from "../../objectstore/result";
import { Lab } from "../support/mover";
import { tools, toolsTimeout } from "../support/tools";
import { format, tree, write } from "../support/volume";

let lab: Lab;
beforeAll(async () => void (await tools()), toolsTimeout);
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

const look = () => lab.run("look", { env: { DATA_DIR: lab.source } });

test("finds nothing on the volume of a MinIO that never got an object, and changes nothing there", async () => {
  format(lab.source);
  write(lab.source, ".minio.sys/buckets/.usage.json", "{}");
  mkdirSync(join(lab.source, "empty-bucket/empty"), { recursive: true });
  mkdirSync(join(lab.source, "lost+found"));
  const before = tree(lab.source);
  const { exitCode, message, log } = await look();
  expect([exitCode, JSON.parse(message), differingNames(log)]).toEqual([
    0,
    { job: "minio-look", mover: "look", foreign: 0 },
    [],
  ]);
  expect(tree(lab.source)).toEqual(before);
});

test("names every file and link beside that", async () => {
  format(lab.source);
  write(lab.source, "mlpipeline/artifacts/1/part.1", "written too early");
  write(lab.source, "mlpipeline/.minio.sys/x", "a bucket's own folder of that name");
  symlinkSync("/nowhere", join(lab.source, "link"));
  const { message, log } = await look();
  expect(JSON.parse(message)).toMatchObject({ foreign: 3 });
  expect(differingNames(log).sort()).toEqual([
    "extra: link",
    "extra: mlpipeline/.minio.sys/x",
    "extra: mlpipeline/artifacts/1/part.1",
  ]);
});

test("says so where the volume cannot be read", async () => {
  const { exitCode, message } = await lab.run("look", { env: { DATA_DIR: join(lab.source, "gone") } });
  expect([exitCode, JSON.parse(message)]).toEqual([
    1,
    { job: "minio-look", error: expect.stringMatching("the volume could not be read") },
  ]);
});
