import { appendFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { cloud, controller, type JujuClient } from "./client";

const settings = (all: Record<string, string>): string[] =>
  Object.entries(all).flatMap(([name, value]) => ["--config", `${name}=${value}`]);

/**
 * Bootstraps a controller with `juju bootstrap`; its images must be in the node. What the command says goes into `<dir>/bootstrap.log`.
 * @param charmhub address of the stand-in for Charmhub, for this machine and for Pods
 * @throws with the end of what it says
 */
export async function bootstrap(dir: string, { binDir, jujuData }: JujuClient, charmhub: string): Promise<void> {
  const args = [
    "bootstrap",
    cloud,
    controller,
    "--no-gui",
    "--model-default",
    `charmhub-url=${charmhub}`,
    ...settings({
      "controller-service-type": "cluster",
      "bootstrap-timeout": "600",
      "juju-db-snap-channel": "4.4/stable",
      "charmhub-url": charmhub,
    }),
  ];
  const result = await execa(join(binDir, "juju"), args, {
    env: { JUJU_DATA: jujuData },
    stdin: "ignore",
    reject: false,
    all: true,
  });
  const said = result.all ?? "";
  appendFileSync(join(dir, "bootstrap.log"), `$ juju ${args.join(" ")}\n${said}\n`);
  if (result.exitCode !== 0)
    throw new Error(
      `juju bootstrap ended with ${result.exitCode}, so there is no controller. The whole log is ${join(dir, "bootstrap.log")}; its end:\n${said.split("\n").slice(-20).join("\n")}`,
    );
}
