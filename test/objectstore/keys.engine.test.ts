import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { clientFor } from "../../rehearsal/data/store";
import { startMinio } from "../support/minio";
import { Lab } from "../support/mover";
import { toolsTimeout } from "../support/tools";

jest.setTimeout(120_000);

let lab: Lab;
beforeEach(() => (lab = new Lab()));
afterEach(() => lab.clean());

/** What shells, YAML and URLs take for their own, in keys that MinIO allows. */
const odd = { accessKey: "-ad$min'+/\"`id`", secretKey: "--$(touch pwned)'\"\\`id`%41+/=& {}#üß🔑 \\n" };

test(
  "keys of odd signs work, for the store and for the backup's bucket, and no log has them",
  async () => {
    const [server, elsewhere] = await Promise.all([startMinio(undefined, odd), startMinio(undefined, odd)]);
    try {
      const client = clientFor(server.store);
      await client.send(new CreateBucketCommand({ Bucket: "mlpipeline" }));
      await client.send(new PutObjectCommand({ Bucket: "mlpipeline", Key: "model", Body: "weights" }));
      await clientFor(elsewhere.store).send(new CreateBucketCommand({ Bucket: "backups" }));
      for (const env of [{}, lab.into("backups", elsewhere.store)]) {
        const [backup, verify] = [
          await lab.run("backup", { store: server.store, env }),
          await lab.run("verify", { store: server.store, env }),
        ];
        expect(backup.result()).toMatchObject({ objects: 1, restored: 1, differing: 0 });
        expect(verify.result()).toMatchObject({ objects: 1, differing: 0 });
        for (const text of [backup.log, backup.message, verify.log, verify.message])
          expect(text).not.toContain("touch pwned");
      }
    } finally {
      for (const one of [server, elsewhere]) {
        await one.stop();
        one.remove();
      }
    }
  },
  toolsTimeout,
);

test.each([
  ["accesskey", "the object store", "RCLONE_CONFIG_STORE_ACCESS_KEY_ID", "minio\n"],
  ["secretkey", "the object store", "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY", "hun\nter2"],
  ["accesskey", "the backup's bucket", "RCLONE_CONFIG_TARGET_ACCESS_KEY_ID", "minio\r"],
  ["secretkey", "the backup's bucket", "RCLONE_CONFIG_TARGET_SECRET_ACCESS_KEY", "hunter2\n"],
  ["secretkey", "the backup's bucket", "RCLONE_CONFIG_TARGET_SECRET_ACCESS_KEY", "hunter2\u0001"],
])(
  "%s of %s with a line break or the like is refused by name, and not shown",
  async (name, whose, variable, value) => {
    const store = { endpoint: "http://127.0.0.1:9", accessKey: "minio", secretKey: "hunter2-hunter2" };
    for (const mover of ["backup", "verify"] as const) {
      const { exitCode, message, log } = await lab.run(mover, {
        store,
        env: { ...lab.into("backups", store), [variable]: value },
      });
      expect(exitCode).toBe(1);
      expect(JSON.parse(message)).toEqual({
        job: `minio-${mover}`,
        error: expect.stringContaining(`"${name}" in the Secret of ${whose} has a line break`),
      });
      expect(message + log).not.toContain("hunter2");
    }
  },
  toolsTimeout,
);
