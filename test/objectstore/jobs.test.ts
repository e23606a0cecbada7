import { backupJob, migrationJob, moverScript, verifyJob } from "../../objectstore/jobs";

const common = { namespace: "kubeflow", image: "rclone/rclone:1.71.0", timeoutMinutes: 30, hop: "1.6-1.7" };
const store = { endpoint: "http://minio.kubeflow.svc:9000", credentialsSecret: "the-credentials", backupClaim: "ckf-upgrade-backup" };
const jobs = {
  backup: backupJob({ ...common, ...store }),
  verify: verifyJob({ ...common, ...store }),
  migration: migrationJob({ ...common, sourceClaim: "minio-data-1-minio-0", destinationClaim: "minio-data-2-minio-0", backupDigest: "d".repeat(64) }),
};

type Plain = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- inputs are plain values here
const podOf = (job: unknown): Plain => (job as Plain).spec.template;
const containerOf = (job: unknown): Plain => podOf(job).spec.containers[0];
const each = Object.entries(jobs);

test.each(each)("%s has no more rights than it needs", (_, job) => {
  const { spec, metadata } = podOf(job);
  expect(spec.automountServiceAccountToken).toBe(false);
  expect(spec.restartPolicy).toBe("Never");
  expect(spec.securityContext.seccompProfile).toEqual({ type: "RuntimeDefault" });
  expect(metadata.annotations["sidecar.istio.io/inject"]).toBe("false");
  expect(metadata.labels["sidecar.istio.io/inject"]).toBe("false");
  const { securityContext, resources, terminationMessagePolicy } = containerOf(job);
  expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
  expect(resources).toMatchObject({ requests: { memory: expect.any(String), cpu: expect.any(String) }, limits: { memory: expect.any(String) } });
  expect(terminationMessagePolicy).toBe("File");
});

test("only the migration may give files away", () => {
  expect(containerOf(jobs.migration).securityContext.capabilities.add).toEqual(["CHOWN", "DAC_OVERRIDE", "FOWNER"]);
  expect(containerOf(jobs.backup).securityContext.capabilities.add).toEqual(["DAC_OVERRIDE"]);
  expect(containerOf(jobs.verify).securityContext.capabilities.add).toEqual(["DAC_OVERRIDE"]);
});

test("keys come from the Secret and from nowhere else", () => {
  for (const job of [jobs.backup, jobs.verify]) {
    const secret = containerOf(job).env.filter(({ name }: Plain) => /KEY/.test(name));
    expect(secret).toEqual([
      { name: "RCLONE_CONFIG_STORE_ACCESS_KEY_ID", valueFrom: { secretKeyRef: { name: "the-credentials", key: "accesskey" } } },
      { name: "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY", valueFrom: { secretKeyRef: { name: "the-credentials", key: "secretkey" } } },
    ]);
  }
  expect(JSON.stringify(jobs.migration)).not.toContain("secretKeyRef");
});

test("what is read only is mounted so", () => {
  const mounts = (job: unknown): Plain => Object.fromEntries(containerOf(job).volumeMounts.map(({ mountPath, readOnly = false }: Plain) => [mountPath, readOnly]));
  expect(mounts(jobs.backup)).toEqual({ "/work": false, "/backup": false });
  expect(mounts(jobs.verify)).toEqual({ "/work": false, "/backup": true });
  expect(mounts(jobs.migration)).toEqual({ "/work": false, "/data-source": true, "/data-destination": false });
  const claims = podOf(jobs.migration).spec.volumes.map(({ name, persistentVolumeClaim }: Plain) => [name, persistentVolumeClaim?.claimName]);
  expect(claims).toEqual([["work", undefined], ["data-source", "minio-data-1-minio-0"], ["data-destination", "minio-data-2-minio-0"]]);
});

test("a Job ends after its time, and is kept when it has ended", () => {
  expect(jobs.backup.spec).toMatchObject({ activeDeadlineSeconds: 1800, backoffLimit: 3 });
  expect(jobs.backup.spec).not.toHaveProperty("ttlSecondsAfterFinished");
});

test.each(["minio-backup", "minio-migration", "minio-verify"] as const)("%s is one text for /bin/sh that names its own job", (name) => {
  const { command, args } = containerOf({ "minio-backup": jobs.backup, "minio-migration": jobs.migration, "minio-verify": jobs.verify }[name]);
  expect(command).toEqual(["/bin/sh", "-ceu", moverScript(name)]);
  expect(args).toBeUndefined();
  expect(moverScript(name).startsWith(`job=${name}\n`)).toBe(true);
});
