import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { z } from "zod";
import { jsonOf } from "../juju/json";
import { type Lock, locksOf } from "./locks";
import { type Given, type Project, parsePrinted, parseProject, parseSettingsFile, textsOf } from "./settings";
import { type StackState, parseStack } from "./stack";

const root = join(__dirname, "..");

interface Answer {
  ok: boolean;
  stdout: string;
  /** Last line of standard error. */
  said: string;
}

/** Only what changes nothing. The stack is one word with its flag, so that no name of one is taken for a flag. */
async function pulumi(...args: string[]): Promise<Answer> {
  const result = await execa("pulumi", args, {
    cwd: root,
    stdin: "ignore",
    reject: false,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  if ((result as { code?: string }).code === "ENOENT")
    throw new Error(
      "there is no command pulumi on PATH: the state of the stack cannot be read. Install it: https://www.pulumi.com/docs/iac/download-install/",
    );
  return { ok: result.exitCode === 0, stdout: result.stdout, said: result.stderr.trim().split("\n").at(-1) ?? "" };
}

/** Name, settings and defaults of this program. @throws naming the file */
export const project = (): Project => parseProject(readFileSync(join(root, "Pulumi.yaml"), "utf8"));

/** What `pulumi stack export` prints; undefined where the backend has no stack of that name. It may hold secrets, encrypted. */
export async function exportText(stack: string): Promise<string | undefined> {
  const { ok, stdout, said } = await pulumi("stack", "export", `--stack=${stack}`);
  if (ok) return stdout;
  if (/no stack named|not found/i.test(said)) return undefined;
  const next = said.endsWith("EOF")
    ? "A killed run may have emptied a file beside the state, where the backend is a folder: `find FOLDER/.pulumi/stacks -name '*.attrs' -empty -delete` takes it away, and Pulumi reads the state without it"
    : "Check `pulumi whoami -v` and `pulumi stack ls`";
  throw new Error(`\`pulumi stack export --stack ${stack}\`: ${said}. What the stack has done cannot be told. ${next}`);
}

/** What the stack holds; undefined where the backend has no stack of that name. */
export async function exportStack(stack: string, hop: string): Promise<StackState | undefined> {
  const text = await exportText(stack);
  return text === undefined ? undefined : parseStack(text, hop);
}

/** Locks of a stack, where its backend tells; the backend is the one that `pulumi` is logged in to. */
export async function readLocks(stack: string): Promise<Lock[] | undefined> {
  const { stdout } = await pulumi("whoami", "--json");
  const backend = z.object({ url: z.string() }).safeParse(jsonOf(stdout));
  return backend.success ? locksOf(backend.data.url, project().name, stack) : undefined;
}

/** A stack that is lost has left its settings in its file, where nobody took that away, too. */
function settingsFile(stack: string): Given {
  const file = `Pulumi.${stack.split("/").at(-1)}.yaml`;
  return existsSync(join(root, file)) ? parseSettingsFile(file, readFileSync(join(root, file), "utf8")) : {};
}

/** Settings of a stack as texts. @throws naming file or setting where one cannot be read */
export async function readConfig(stack: string): Promise<Record<string, string | undefined>> {
  const { ok, stdout } = await pulumi("config", "--json", `--stack=${stack}`);
  return textsOf(project(), ok ? parsePrinted(stdout) : settingsFile(stack), stack);
}
