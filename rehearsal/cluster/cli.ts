import { join } from "node:path";
import { Command } from "commander";
import { buildImages } from "../images";
import { cacheRoot, ensureToolchain } from "../toolchain";
import { startCluster } from "./start";
import { down } from "./stop";

const log = (line: string): void => void process.stderr.write(`${line}\n`);

async function up(dir: string, keep: boolean): Promise<void> {
  const toolchain = await ensureToolchain({ log, parts: ["cluster", "images"] });
  const cluster = await startCluster({ dir, toolchain, log });
  const { tars, refs } = await buildImages({ toolchain, dir: join(cacheRoot(), "images"), workloadTags: ["base"] });
  await cluster.importImages(tars);
  log(`images: ${refs.workload("base")} ${refs.minio} ${refs.mover}`);
  process.stdout.write(`${cluster.kubeconfig}\n`);
  if (keep) {
    cluster.keep();
    return;
  }
  log("Ctrl-C ends it");
  await new Promise<void>((done) => {
    const alive = setInterval(() => undefined, 60_000);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        clearInterval(alive);
        done();
      });
    }
  });
  await cluster.stop();
}

const program = new Command("cluster").description("a single-node Kubernetes of its own for trying things");
program
  .command("up")
  .description("start a cluster, print the path of its kubeconfig and stay until Ctrl-C")
  .requiredOption("--dir <folder>", "folder for everything it writes")
  .option("--keep", "leave it running and return", false)
  .action(async ({ dir, keep }: { dir: string; keep: boolean }) => up(dir, keep));
program
  .command("down")
  .description("end a cluster that was kept, or what a killed start left")
  .requiredOption("--dir <folder>", "folder given to up")
  .option("--force", "also when the process that started it still runs", false)
  .action(async ({ dir, force }: { dir: string; force: boolean }) =>
    log((await down(dir, { force })) ? `ended the cluster in ${dir}` : `no cluster in ${dir}`),
  );

program.parseAsync().catch((error: Error) => {
  log(error.message);
  process.exitCode = 1;
});
