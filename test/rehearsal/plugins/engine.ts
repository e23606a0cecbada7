import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import execa from "execa";
import { isRunning } from "../../../rehearsal/processes";
import { preparePulumi } from "../../../rehearsal/pulumi/prepare";
import { ensureToolchain } from "../../../rehearsal/toolchain";

/** A small Pulumi project of its own, run by the real engine with the stand-ins. */
export interface Project {
  /** Folder for what the program's commands leave behind; the program finds it as $TEST_DIR. */
  dir: string;
  policyPackArgument: string;
  /** Replaces the program, TypeScript. */
  program(source: string): void;
  /** Runs `pulumi`; never throws for its exit code. `output` is both streams. */
  pulumi(args: string[], env?: Record<string, string>): Promise<{ exitCode: number; output: string }>;
  /** Starts `pulumi up`. */
  start(env?: Record<string, string>): execa.ExecaChildProcess;
  /** The resources of the state, by name. */
  state(): Promise<Record<string, { type: string; inputs: Record<string, unknown>; outputs: Record<string, unknown> }>>;
  remove(): void;
}

const root = join(__dirname, "..", "..", "..");

/** `bin`: a folder that comes first on PATH. */
export async function makeProject(
  options: { env?: Record<string, string>; config?: string[]; bin?: string } = {},
): Promise<Project> {
  const base = mkdtempSync(join(tmpdir(), "engine-"));
  const [folder, dir] = [join(base, "project"), join(base, "left")];
  mkdirSync(folder);
  mkdirSync(dir);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "main": "index.ts" }');
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    ["name: test", "main: index.ts", "runtime: nodejs", ...(options.config ?? [])].join("\n"),
  );
  process.env.CKF_PLUGINS = "local";
  const toolchain = await ensureToolchain({ log: () => undefined, parts: ["engine"] });
  const prepared = await preparePulumi({
    dir: join(base, "pulumi"),
    toolchainBin: toolchain.bin,
    log: () => undefined,
  });
  const environment = (env: Record<string, string> = {}): execa.Options => ({
    cwd: folder,
    env: {
      ...prepared.env,
      PATH: [...(options.bin ? [options.bin] : []), prepared.env.PATH].join(delimiter),
      TEST_DIR: dir,
      ...options.env,
      ...env,
    },
    stdin: "ignore",
    reject: false,
    all: true,
  });
  const pulumi: Project["pulumi"] = async (args, env) => {
    const { exitCode, all } = await execa(
      "pulumi",
      [...args, "--non-interactive", "--color", "never"],
      environment(env),
    );
    return { exitCode, output: all ?? "" };
  };
  const created = await pulumi(["stack", "init", "test"]);
  if (created.exitCode !== 0) throw new Error(created.output);
  return {
    dir,
    policyPackArgument: prepared.policyPackArgument,
    program: (source) => writeFileSync(join(folder, "index.ts"), source),
    pulumi,
    start: (env) =>
      execa("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"], environment(env)),
    state: async () => {
      const { stdout } = await execa("pulumi", ["stack", "export"], { cwd: folder, env: prepared.env });
      const { deployment } = JSON.parse(stdout) as {
        deployment: { resources?: { urn: string; type: string; inputs: never; outputs: never }[] };
      };
      return Object.fromEntries(
        (deployment.resources ?? []).map((resource) => [resource.urn.split("::").pop()!, resource]),
      );
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Resolves once the check holds; rejects when it has not for long. */
export async function eventually(what: string, check: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`still not so after a minute: ${what}`);
}

const text = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** Processes below another one, with their command lines. */
export function descendants(pid: number): { pid: number; command: string }[] {
  const children = readdirSync("/proc").filter(
    (entry) => /^\d+$/.test(entry) && new RegExp(`^PPid:\\s${pid}$`, "m").test(text(`/proc/${entry}/status`)),
  );
  return children
    .map(Number)
    .flatMap((child) => [
      { pid: child, command: text(`/proc/${child}/cmdline`).replaceAll("\0", " ") },
      ...descendants(child),
    ]);
}

/**
 * Kills the engine without warning, as a crash would, and what is left of the program it ran: the language host looks
 * for its engine every five minutes only. The plugins are left to find out for themselves.
 */
export async function crash(engine: execa.ExecaChildProcess): Promise<void> {
  const program = descendants(engine.pid!).filter(({ command }) => /pulumi-language-nodejs|cmd\/run\//.test(command));
  engine.kill("SIGKILL");
  await engine;
  for (const { pid } of program) if (isRunning(pid)) process.kill(pid, "SIGKILL");
}
