import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { BuiltImages } from "../../../rehearsal/images";
import { pinBundle, startController, type Controller, type ControllerOptions } from "../../../rehearsal/juju";

const run = promisify(execFile);

/** Tests of the stand-in against a real cluster, which has the rehearsal's images. */
export function standInTests(of: () => { kubeconfig: string; client: string; refs: BuiltImages["refs"] }): void {
  let dir: string;
  let options: ControllerOptions;
  let controller: Controller;

  const juju = async (...args: string[]): Promise<string> =>
    (await run(join(controller.binDir, "juju"), args, { env: { ...process.env, JUJU_DATA: controller.jujuData } }))
      .stdout;
  const claims = async (): Promise<string[]> => {
    const volumes =
      (
        JSON.parse((await juju("storage", "--format", "json")) || "{}") as {
          volumes?: Record<string, { "provider-id": string }>;
        }
      ).volumes ?? {};
    return Object.values(volumes).map((volume) => volume["provider-id"]);
  };
  const until = async (
    what: string,
    holds: (applications: Record<string, { "application-status": { current: string } }>) => boolean,
  ): Promise<void> => {
    for (let tries = 0; tries < 400; tries++) {
      if (holds(JSON.parse(await juju("status", "--format", "json")).applications)) return;
      await sleep(500);
    }
    throw new Error(`not within its time: ${what}`);
  };
  const active = until.bind(
    null,
    "all active",
    (applications) =>
      Object.values(applications).length === 3 &&
      Object.values(applications).every((app) => app["application-status"].current === "active"),
  );

  beforeAll(async () => {
    const { kubeconfig, client, refs } = of();
    dir = mkdtempSync(join(tmpdir(), "ckf-juju-test-"));
    options = {
      dir,
      kubeconfig,
      client,
      model: "jujutest",
      timeScale: 0.5,
      images: { workload: refs.workload("base"), minio: refs.minio, mariadb: refs.mariadb },
    };
    controller = await startController(options);
    const bundle = join(dir, "bundle.yaml");
    writeFileSync(
      bundle,
      pinBundle(
        "applications:\n  minio: {charm: minio, channel: ckf-1.6/stable, scale: 1}\n  argo-server: {charm: argo-server, channel: 3.3/stable, scale: 1}\n  mlflow-server: {charm: mlflow-server, channel: latest/stable, scale: 1}\nrelations:\n- [mlflow-server, minio]\n",
        "1.6",
        { minio: 143 },
      ),
    );
    await juju("deploy", bundle);
    await active();
  });

  afterAll(async () => {
    try {
      await juju("remove-application", "minio", "argo-server", "mlflow-server", "--destroy-storage");
      await until("everything gone", (applications) => Object.keys(applications).length === 0);
    } finally {
      await controller?.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it("serves a refusal in Juju's words through the command", async () => {
    await expect(juju("refresh", "minio", "--channel", "ckf-1.7/stable")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("does not support updating storage on a statefulset"),
    });
  });

  it("continues after SIGKILL in the middle of a removal, keeping the claim, and deploys onto a new one", async () => {
    const before = await claims();
    await juju("remove-application", "minio");
    process.kill(controller.pid, "SIGKILL");
    controller = await startController(options);
    await until("minio gone", (applications) => !("minio" in applications));
    expect(await claims()).toEqual(before);
    await juju("deploy", "minio", "--channel", "ckf-1.7/stable");
    await juju("relate", "mlflow-server:object-storage", "minio:object-storage");
    await active();
    expect((await claims()).filter((volume) => !before.includes(volume))).toHaveLength(1);
    for (const id of Object.keys(JSON.parse(await juju("storage", "--format", "json")).storage).slice(0, 1))
      await juju("remove-storage", id);
  });
}
