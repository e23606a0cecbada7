import { randomBytes } from "node:crypto";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { clientFor, clientsFor } from "./data";
import { backupNamespace } from "./foreign/made";
import { type Planted, madeSecret } from "./secrets/planted";
import { openTunnel } from "./tunnel";
import type { World } from "./world";

const name = "minio";
const port = 9000;
const bucket = "backups";
const secret = "rehearsal-backup-keys";

async function serving(url: string): Promise<void> {
  for (const end = Date.now() + 120_000; ;) {
    if (
      await fetch(`${url}/minio/health/live`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    if (Date.now() > end)
      throw new Error(`the MinIO for the backup, in namespace ${backupNamespace}, does not answer after two minutes`);
    await new Promise((done) => setTimeout(done, 500));
  }
}

/**
 * Starts an object store that has nothing to do with the model, with an empty bucket in it, and puts its keys where an
 * operator would: into a Secret of the model's namespace.
 * @returns the stack's settings for a backup into it, and the key
 */
export async function startBackupStore({
  kubeconfig,
  minioImage,
  workspace,
}: Pick<World, "kubeconfig" | "minioImage" | "workspace">): Promise<{
  settings: Record<string, string>;
  key: Planted;
}> {
  const { core } = clientsFor(kubeconfig);
  const keys = { accesskey: "backup", secretkey: randomBytes(16).toString("hex") };
  const labels = { app: name };
  await core.createNamespace({ body: { metadata: { name: backupNamespace } } });
  for (const where of [backupNamespace, workspace.model])
    await core.createNamespacedSecret({ namespace: where, body: { metadata: { name: secret }, stringData: keys } });
  const from = (key: keyof typeof keys): object => ({ valueFrom: { secretKeyRef: { name: secret, key } } });
  const container = {
    name,
    image: minioImage,
    imagePullPolicy: "IfNotPresent",
    env: [
      { name: "MINIO_ROOT_USER", ...from("accesskey") },
      { name: "MINIO_ROOT_PASSWORD", ...from("secretkey") },
    ],
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  };
  await core.createNamespacedPod({
    namespace: backupNamespace,
    body: { metadata: { name, labels }, spec: { containers: [container], volumes: [{ name: "data", emptyDir: {} }] } },
  });
  await core.createNamespacedService({
    namespace: backupNamespace,
    body: { metadata: { name }, spec: { selector: labels, ports: [{ port }] } },
  });
  const tunnel = await openTunnel(kubeconfig, backupNamespace, name, port);
  try {
    await serving(tunnel.url);
    const client = clientFor({ endpoint: tunnel.url, accessKey: keys.accesskey, secretKey: keys.secretkey });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
  } finally {
    await tunnel.close();
  }
  const settings = {
    backupTarget: "s3",
    backupEndpoint: `http://${name}.${backupNamespace}.svc:${port}`,
    backupBucket: bucket,
    backupPrefix: "kubeflow/rehearsal",
    backupSecret: secret,
  };
  return { settings, key: madeSecret(backupNamespace, "minio", "secretkey", keys.secretkey) };
}
