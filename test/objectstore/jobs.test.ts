import {
  backupJob,
  dumpJob,
  lookJob,
  migrationJob,
  moverScript,
  placeAt,
  presyncJob,
  resourcesJob,
  verifyJob,
} from "../../objectstore/jobs";

const common = { namespace: "kubeflow", image: "rclone/rclone:1.76.0", timeoutMinutes: 30, hop: "1.6-1.7" };
const store = {
  endpoint: "http://minio.kubeflow.svc:9000",
  credentialsSecret: "the-credentials",
  target: { claim: "ckf-upgrade-backup" },
};
const left = { place: placeAt("node-1", true), presyncObjects: "3" };
const copy = {
  application: "minio",
  sourceClaim: "minio-data-1-minio-0",
  destinationClaim: "minio-data-2-minio-0",
  sourceVolume: "pvc-1",
  backupDigest: "d".repeat(64),
  objectStore: true,
};
const jobs = {
  backup: backupJob({ ...common, ...store }),
  verify: verifyJob({ ...common, ...store }),
  resources: resourcesJob({ ...common, target: store.target, secrets: ["part-a", "part-b"], digest: "e".repeat(64) }),
  dump: dumpJob({
    ...common,
    target: store.target,
    application: "kfp-db",
    databaseImage: "mariadb/server:10.3",
    pullSecrets: [],
    passwordSecret: "kfp-db-root",
    keep: "objects",
  }),
  migration: migrationJob({ ...common, ...copy, ...left }),
  presync: presyncJob({ ...common, ...copy }),
  look: lookJob({
    namespace: common.namespace,
    hop: undefined,
    image: common.image,
    timeoutMinutes: 10,
    application: "minio",
    claim: "minio-data-2-minio-0",
    beside: true,
  }),
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
  expect(securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  expect(resources).toMatchObject({
    requests: { memory: expect.any(String), cpu: expect.any(String) },
    limits: { memory: expect.any(String) },
  });
  expect(terminationMessagePolicy).toBe("File");
});

test.each(each)(
  "%s has no empty list: the cluster drops it, and a run after a killed one would be in conflict over it",
  (_, job) => {
    expect(JSON.stringify(job)).not.toContain(":[]");
  },
);

test("only what copies a volume may give files away", () => {
  expect(containerOf(jobs.presync).securityContext.capabilities.add).toEqual([
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
  ]);
  expect(containerOf(jobs.migration).securityContext.capabilities.add).toEqual([
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
  ]);
  expect(containerOf(jobs.backup).securityContext.capabilities.add).toEqual(["DAC_OVERRIDE"]);
  expect(containerOf(jobs.verify).securityContext.capabilities.add).toEqual(["DAC_OVERRIDE"]);
});

test("keys come from the Secret and from nowhere else", () => {
  for (const job of [jobs.backup, jobs.verify]) {
    const secret = containerOf(job).env.filter(({ name }: Plain) => /KEY/.test(name));
    expect(secret).toEqual([
      {
        name: "RCLONE_CONFIG_STORE_ACCESS_KEY_ID",
        valueFrom: { secretKeyRef: { name: "the-credentials", key: "accesskey" } },
      },
      {
        name: "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY",
        valueFrom: { secretKeyRef: { name: "the-credentials", key: "secretkey" } },
      },
    ]);
  }
  expect(JSON.stringify(jobs.migration)).not.toContain("secretKeyRef");
});

test("what is read only is mounted so", () => {
  const mounts = (job: unknown): Plain =>
    Object.fromEntries(
      containerOf(job).volumeMounts.map(({ mountPath, readOnly = false }: Plain) => [mountPath, readOnly]),
    );
  expect(mounts(jobs.backup)).toEqual({ "/work": false, "/backup": false });
  expect(mounts(jobs.verify)).toEqual({ "/work": false, "/backup": true });
  for (const job of [jobs.presync, jobs.migration]) {
    expect(mounts(job)).toEqual({ "/work": false, "/data-source": true, "/data-destination": false });
    const claims = podOf(job).spec.volumes.map(({ name, persistentVolumeClaim }: Plain) => [
      name,
      persistentVolumeClaim?.claimName,
    ]);
    expect(claims).toEqual([
      ["work", undefined],
      ["data-source", "minio-data-1-minio-0"],
      ["data-destination", "minio-data-2-minio-0"],
    ]);
  }
});

test("the resources come from Secrets that need not be there, each in a folder of its own, and only with the export's digest", () => {
  const { volumes } = podOf(jobs.resources).spec;
  const part = (name: string, folder: string): Plain => ({
    secret: { name, optional: true, items: [{ key: "part", path: `${folder}/part` }] },
  });
  expect(volumes).toContainEqual({
    name: "resources",
    projected: { sources: [part("part-a", "00"), part("part-b", "01")] },
  });
  expect(containerOf(jobs.resources).volumeMounts).toContainEqual({
    name: "resources",
    mountPath: "/resources",
    readOnly: true,
  });
  expect(containerOf(jobs.resources).env).toContainEqual({ name: "RESOURCES_DIGEST", value: "e".repeat(64) });
});

test("a bucket as the target takes the place of the claim, with its own keys from its own Secret", () => {
  const target = {
    endpoint: "https://s3.example.com",
    bucket: "backups",
    prefix: "one",
    region: "eu-west-1",
    secret: "the-target",
  };
  for (const job of [
    backupJob({ ...common, ...store, target }),
    verifyJob({ ...common, ...store, target }),
    resourcesJob({ ...common, target, secrets: [], digest: "" }),
  ]) {
    const env = containerOf(job).env as Plain[];
    expect(env).toEqual(
      expect.arrayContaining([
        { name: "BACKUP_BUCKET", value: "backups/one" },
        { name: "RCLONE_CONFIG_TARGET_ENDPOINT", value: "https://s3.example.com" },
        { name: "RCLONE_CONFIG_TARGET_REGION", value: "eu-west-1" },
        {
          name: "RCLONE_CONFIG_TARGET_ACCESS_KEY_ID",
          valueFrom: { secretKeyRef: { name: "the-target", key: "accesskey" } },
        },
        {
          name: "RCLONE_CONFIG_TARGET_SECRET_ACCESS_KEY",
          valueFrom: { secretKeyRef: { name: "the-target", key: "secretkey" } },
        },
      ]),
    );
    expect(JSON.stringify(podOf(job).spec.volumes)).not.toContain("persistentVolumeClaim");
  }
});

test("a Job ends after its time, and is kept when it has ended", () => {
  expect(jobs.backup.spec).toMatchObject({ activeDeadlineSeconds: 1800, backoffLimit: 3 });
  expect(jobs.backup.spec).not.toHaveProperty("ttlSecondsAfterFinished");
});

test("only the presync runs beside the application, on the node that has its claim", () => {
  const term = {
    labelSelector: { matchLabels: { "app.kubernetes.io/name": "minio" } },
    topologyKey: "kubernetes.io/hostname",
  };
  expect(podOf(jobs.presync).spec.affinity).toEqual({
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
  });
  for (const job of [jobs.backup, jobs.verify]) expect(podOf(job).spec).not.toHaveProperty("affinity");
});

test("no Job's Pod has the label by which the application's Service finds its Pods", () => {
  const { dump, ...others } = jobs;
  expect(podOf(dump).metadata.labels["app.kubernetes.io/name"]).toMatch(/^kfp-db-/);
  for (const job of Object.values(others))
    expect(podOf(job).metadata.labels["app.kubernetes.io/name"]).toMatch(/^(minio|resources)-/);
});

test("Jobs of a copy are named after their application, and told whether it is an object store", () => {
  const other = { ...copy, application: "katib-db", objectStore: false };
  const made = [presyncJob({ ...common, ...other }), migrationJob({ ...common, ...other, ...left })];
  expect(made.map(({ metadata }) => (metadata as Plain).name)).toEqual(["katib-db-presync", "katib-db-migration"]);
  for (const job of made)
    expect(containerOf(job).env).toEqual(
      expect.arrayContaining([
        { name: "SOURCE_VOLUME", value: "pvc-1" },
        { name: "OBJECT_STORE", value: "false" },
      ]),
    );
});

test.each(["backup", "presync", "migration", "verify"] as const)(
  "%s is one text for /bin/sh that names its own job",
  (mover) => {
    const { command, args } = containerOf(jobs[mover]);
    expect(command).toEqual(["/bin/sh", "-ceu", moverScript(mover, `minio-${mover}`)]);
    expect(args).toBeUndefined();
    expect(moverScript(mover, `minio-${mover}`).startsWith(`job=minio-${mover}\nmover=${mover}\n`)).toBe(true);
  },
);

test("the second pass has to run where the first did where a volume has no node of its own, and had best in any case", () => {
  expect(podOf(jobs.migration).spec!.affinity).toEqual({ nodeAffinity: placeAt("node-1", true) });
  expect(placeAt("node-1", true)).toHaveProperty("requiredDuringSchedulingIgnoredDuringExecution");
  expect(placeAt("node-1", false)).not.toHaveProperty("requiredDuringSchedulingIgnoredDuringExecution");
  expect(JSON.stringify(placeAt("node-1", false))).toContain("node-1");
});
