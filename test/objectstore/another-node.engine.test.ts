/*
 * SOURCE   https://github.com/canonical/microk8s/issues/2618, /1998, /1597 (a Pod is started on another node, where the volume is an EMPTY folder);
 *          fixed by https://github.com/canonical/microk8s-core-addons/pull/15 (hostpath-provisioner 1.2.0, 2022-03): volumes made before, on
 *          MicroK8s 1.22 and 1.23, which this hop supports, have a hostPath and no nodeAffinity for as long as they live
 * WHAT     presync runs beside its application (podAffinity); the migration Job, for which nothing runs any more, has no affinity, and the
 *          volume has none either: with two nodes it may run where both folders are empty or only the source is.
 * EXPECTED (a) the migration Job runs on the node of the presync, or the preview refuses/tells of such a volume where there is more than one node;
 *          (b) a migration whose source is empty, though the presync read files there, proves nothing.
 */
import { migrationJob, placeAt } from "../../objectstore/jobs";
import { tools, toolsTimeout } from "../support/tools";
import { Lab } from "../support/mover";
import { write } from "../support/volume";

jest.setTimeout(120_000);
let lab: Lab;
beforeAll(async () => void (await tools()), toolsTimeout);
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

const database = { OBJECT_STORE: "false", SOURCE_VOLUME: "pvc-katib" };

test("(a) the Job of the second pass is bound to a node in some way", () => {
  const job = migrationJob({
    namespace: "kubeflow",
    image: "rclone",
    timeoutMinutes: 240,
    hop: "1.6-1.7",
    application: "katib-db",
    objectStore: false,
    sourceClaim: "a",
    destinationClaim: "b",
    sourceVolume: "pvc-katib",
    backupDigest: "0".repeat(64),
    place: placeAt("node-1", true),
    presyncObjects: "3",
  });
  const pod = job.spec as { template: { spec: { affinity?: unknown; nodeName?: unknown; nodeSelector?: unknown } } };
  const { affinity, nodeName, nodeSelector } = pod.template.spec;
  expect(affinity ?? nodeName ?? nodeSelector).toBeDefined();
});

test("(b) the source is an empty folder in the second pass: only the destination is on storage that all nodes reach", async () => {
  for (const name of ["ibdata1", "katib/observation_logs.ibd", "mysql/user.MYD"])
    write(lab.source, name, `rows of ${name}`);
  expect((await lab.run("presync", { env: database })).exitCode).toBe(0);
  const { exitCode, log } = await lab.run("migration", {
    env: { ...database, SOURCE_DIR: lab.folder("the-other-node") },
  });
  expect({ exitCode, log }).not.toMatchObject({ exitCode: 0 });
});

test("(b) both are empty folders in the second pass", async () => {
  for (const name of ["ibdata1", "katib/observation_logs.ibd", "mysql/user.MYD"])
    write(lab.source, name, `rows of ${name}`);
  expect((await lab.run("presync", { env: database })).exitCode).toBe(0);
  const { exitCode, log } = await lab.run("migration", {
    env: { ...database, SOURCE_DIR: lab.folder("the-other-node"), DEST_DIR: lab.folder("the-other-node-too") },
  });
  expect({ exitCode, log }).not.toMatchObject({ exitCode: 0 });
});
