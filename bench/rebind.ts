import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { V1Container } from "@kubernetes/client-node";
import execa from "execa";
import { deploy, remove, scale } from "../test/rehearsal/storage/application";
import type { Lab } from "../test/rehearsal/storage/lab";
import { baselineOf, redeploy } from "../test/rehearsal/storage/redeploy";
import { timed } from "./run";

/** A MinIO as its charm runs it, as far as Kubernetes sees it: ready once it answers. */
function minio(image: string): Partial<V1Container> {
  return {
    image,
    command: ["/usr/bin/minio", "server", "/data"],
    env: [
      { name: "MINIO_ROOT_USER", value: "minio" },
      { name: "MINIO_ROOT_PASSWORD", value: "minio-secret" },
    ],
    readinessProbe: { httpGet: { path: "/minio/health/live", port: 9000 }, periodSeconds: 1 },
  };
}

/**
 * Seconds from the stop of a MinIO to its being ready again, deployed anew and bound to its old volume by the program's own
 * steps. `seeded` becomes its volume before.
 * @throws when it does not end up on the very volume
 */
export async function rebindSeconds(lab: Lab, seeded: string, application: string): Promise<number> {
  const as = { container: minio(lab.refs.minio) };
  const claim = await deploy(lab, application, "data-old", as);
  const folder = await lab.folder(claim);
  await scale(application, 0);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  await execa("cp", ["-a", `${seeded}/.`, folder]);
  await scale(application, 1);
  await execa("sync");
  let target = "";
  const seconds = await timed(async () => {
    await scale(application, 0);
    const source = await baselineOf(lab, claim);
    await remove(application);
    const redeployed = await redeploy(lab, application, source, claim, as);
    target = redeployed.target;
    const { exitCode, said } = await lab.step(redeployed.action, redeployed.evidence);
    if (exitCode !== 0) throw new Error(`the adoption ended with ${exitCode}: ${said}`);
    await scale(application, 1);
  });
  if ((await lab.folder(target)) !== folder) throw new Error(`${application} does not run on the volume it had`);
  await remove(application);
  rmSync(folder, { recursive: true });
  return seconds;
}
