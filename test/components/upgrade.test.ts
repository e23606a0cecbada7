import { Upgrade } from "../../components/upgrade";
import { makePlan } from "../../guide/plan";
import type { Baseline } from "../../plan/types";
import { baseline16, baselineChangedStorage, baselineUpgraded, hop, settings } from "../support/baseline";
import { type MadeResource, mockPulumi, settled } from "../support/mocks";

async function make(
  baseline: Baseline,
  changed: Partial<typeof settings> = {},
  overrides = {},
): Promise<MadeResource[]> {
  const made = mockPulumi(overrides);
  const all = { ...settings, ...changed };
  new Upgrade("1.6-to-1.7", { plan: makePlan(hop, baseline, all), baseline, settings: all });
  await settled();
  return made;
}

const named = (made: MadeResource[], name: string): MadeResource => {
  const found = made.filter((resource) => resource.name === name);
  if (found.length !== 1) throw new Error(`${found.length} resources are named ${name}`);
  return found[0];
};

describe("a model whose MinIO has to be copied", () => {
  let made: MadeResource[];
  beforeAll(async () => {
    made = await make(baselineChangedStorage());
  });

  test("the baseline is recorded first, once preflight let it through, with its bundle, deterministically", async () => {
    expect(
      made
        .filter(({ type }) => !/^(ckf|pulumi):/.test(type))
        .map(({ name }) => name)
        .slice(0, 2),
    ).toEqual(["preflight", "baseline"]);
    const { inputs } = named(made, "baseline");
    expect(inputs.metadata).toMatchObject({ name: "ckf-upgrade-baseline-1.6-1.7", namespace: "kubeflow" });
    expect(JSON.parse(inputs.data["baseline.json"])).toMatchObject({ schema: 2, release: "1.6" });
    const shuffled = baselineChangedStorage();
    shuffled.applications = Object.fromEntries(Object.entries(shuffled.applications).reverse());
    expect(named(await make(shuffled), "baseline").inputs.data).toEqual(inputs.data);
  });

  test("a command is the step's name, without a shell, never updated or deleted by a text of its own", () => {
    const { inputs } = named(made, "refresh-dex-auth");
    expect(inputs.interpreter).toEqual(["node", "bin/step.js"]);
    expect(inputs.create).toBe("refresh-dex-auth");
    expect(JSON.parse(inputs.environment.CKF_STEP)).toMatchObject({
      id: "refresh-dex-auth",
      model: "kubeflow",
      action: { kind: "refresh", application: "dex-auth", channel: "2.31/stable" },
    });
    for (const command of made.filter(({ type }) => type === "command:local:Command")) {
      expect(Object.keys(command.inputs).sort()).toEqual([
        "addPreviousOutputInEnv",
        "create",
        "environment",
        "interpreter",
        "logging",
        "stdin",
      ]);
    }
  });

  test("preflight is asked anew where no step has changed the model, before and after the backup; no other step ever is", async () => {
    const anew = mockPulumi();
    new Upgrade("1.6-to-1.7", {
      plan: makePlan(hop, baselineChangedStorage(), settings),
      baseline: baselineChangedStorage(),
      settings,
      anew: "this run",
    });
    await settled();
    expect(anew.filter(({ inputs }) => inputs.triggers).map(({ name, inputs }) => [name, inputs.triggers])).toEqual([
      ["preflight", ["this run"]],
      ["preflight-again", ["this run"]],
    ]);
    expect(made.filter(({ inputs }) => inputs.triggers)).toEqual([]);
  });

  test("a step that changes the model is given the evidence of the proven backup, and one that looks is not", () => {
    for (const step of ["remove-minio", "refresh-dex-auth", "trust-kfp-api"])
      expect(JSON.parse(named(made, step).inputs.stdin)).toMatchObject({ "prove-backup": { digest: "a".repeat(64) } });
    expect(JSON.parse(named(made, "check-retain-minio").inputs.stdin)).toEqual({});
  });

  test.each(["minio-presync", "minio-migration"])("%s mounts the source read-only and the staging claim", (job) => {
    const { volumes, containers } = named(made, job).inputs.spec.template.spec;
    const claims = volumes.flatMap(
      (volume: { persistentVolumeClaim?: { claimName: string } }) => volume.persistentVolumeClaim?.claimName ?? [],
    );
    expect(claims).toEqual(["minio-data-0837847d-minio-0", "ckf-upgrade-minio-minio-data"]);
    expect(containers[0].volumeMounts).toContainEqual({
      name: "data-source",
      mountPath: "/data-source",
      readOnly: true,
    });
    expect(containers[0].env).toContainEqual({ name: "BACKUP_DIGEST", value: "a".repeat(64) });
    expect(containers[0].env).toContainEqual({
      name: "PROVEN_DIGEST",
      valueFrom: { configMapKeyRef: { name: "ckf-upgrade-backup-proof", key: "digest", optional: true } },
    });
  });

  test("a database is dumped by its own image, as nobody in particular, with the password by reference", () => {
    const { initContainers, containers, imagePullSecrets } = named(made, "kfp-db-dump").inputs.spec.template.spec;
    const [known, dump] = initContainers;
    expect([known.name, dump.name, containers[0].name]).toEqual(["known", "dump", "mover"]);
    expect(dump).toMatchObject({
      image: expect.stringContaining("mariadb/server@sha256:"),
      securityContext: { runAsUser: 65534, readOnlyRootFilesystem: true },
    });
    expect(dump.securityContext.capabilities).toEqual({ drop: ["ALL"] });
    expect(dump.env).toContainEqual({
      name: "MYSQL_PWD",
      valueFrom: { secretKeyRef: { name: "ckf-upgrade-kfp-db-root", key: "password" } },
    });
    expect(dump.volumeMounts).toEqual([{ name: "work", mountPath: "/work" }]);
    expect(known.volumeMounts).toContainEqual({ name: "backup", mountPath: "/backup", readOnly: true });
    expect(containers[0].volumeMounts).toContainEqual({ name: "backup", mountPath: "/backup" });
    expect(imagePullSecrets).toBeUndefined();
    for (const one of [known, containers[0]]) expect(JSON.stringify(one.env)).not.toContain("MYSQL_PWD");
  });

  test("the staging claim is of the source's class and modes, and the adoption is told the claim that was found", () => {
    expect(named(made, "stage-minio").inputs).toMatchObject({
      metadata: { name: "ckf-upgrade-minio-minio-data", namespace: "kubeflow" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "standard",
        resources: { requests: { storage: "10Gi" } },
      },
    });
    expect(JSON.parse(named(made, "adopt-minio-volume").inputs.stdin)).toMatchObject({
      "find-minio-claim": { claim: "minio-data-new-minio-0" },
      "prove-backup": { digest: "a".repeat(64) },
    });
  });

  test("the downtime that the start measured is told, by application", async () => {
    const all = { ...settings };
    mockPulumi({ "start-on-volume": { downtimeSeconds: 12.3 } });
    const { downtimeSeconds } = new Upgrade("1.6-to-1.7", {
      plan: makePlan(hop, baselineChangedStorage(), all),
      baseline: baselineChangedStorage(),
      settings: all,
    });
    const told = await new Promise((resolve) => downtimeSeconds.apply(resolve));
    await settled();
    expect(told).toEqual({ minio: 12.3 });
  });

  test("the volume is patched by name, and keeps the patch when the stack is destroyed", () => {
    expect(named(made, "retain-minio").inputs).toMatchObject({
      metadata: { name: "pvc-1c0ffee0-2222-4333-8444-555566667777" },
      spec: { persistentVolumeReclaimPolicy: "Retain" },
    });
  });

  test("the digest of the proven backup is an output", async () => {
    mockPulumi();
    const baseline = baselineChangedStorage();
    const { backupDigest } = new Upgrade("1.6-to-1.7", { plan: makePlan(hop, baseline, settings), baseline, settings });
    expect(await new Promise((resolve) => backupDigest?.apply(resolve))).toBe("a".repeat(64));
  });

  test("the verification is recorded for later runs", () => {
    expect(JSON.parse(named(made, "record-verified").inputs.data["evidence.json"])).toMatchObject({ verified: true });
  });

  test("nothing deletes a claim or a volume", () => {
    expect(made.map(({ name }) => name).filter((name) => name.startsWith("finalize"))).toEqual([]);
  });

  test("no key of the object store is in any input", () => {
    for (const { inputs } of made) expect(JSON.stringify(inputs)).not.toMatch(/MINIO_SECRET_KEY|"secret-key":/);
  });
});

test("a model whose storage did not change moves no volume", async () => {
  const names = (await make(baseline16())).map(({ name }) => name);
  expect(names).toContain("refresh-minio");
  expect(names.filter((name) => /migration|retain|remove-minio/.test(name))).toEqual([]);
});

test("a model at its target declares nothing but the components around it", async () => {
  const made = await make(baselineUpgraded());
  expect(made.map(({ type }) => type).filter((type) => !type.startsWith("ckf:"))).toEqual([]);
});

test("finalize deletes the source volume after the record, on the evidence of backup and verification", async () => {
  const { inputs } = named(await make(baselineChangedStorage(), { finalize: true }), "finalize-minio-minio-data");
  expect(JSON.parse(inputs.stdin)).toMatchObject({
    "prove-backup": { digest: "a".repeat(64) },
    verify: { verified: true },
    "adopt-minio-volume": { volume: "pvc-staged" },
  });
});

test("a model whose record no ConfigMap can hold is refused before anything is made", async () => {
  const baseline = baseline16();
  const [profile] = Object.values(baseline.profiles);
  for (let index = 0; index < 20_000; index++) baseline.profiles[`user-${index}`] = profile;
  const made = mockPulumi();
  expect(() => new Upgrade("1.6-to-1.7", { plan: makePlan(hop, baseline, settings), baseline, settings })).toThrow(
    /^the record of model "kubeflow" has \d{7} bytes, with 2000\d profiles, and ConfigMap ckf-upgrade-baseline-1\.6-1\.7 can hold 1048576: .*so nothing is begun/,
  );
  await settled();
  expect(made.filter(({ name }) => name === "baseline")).toEqual([]);
});
