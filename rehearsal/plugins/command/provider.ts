import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { CheckFailure, DiffResult, Log, Plugin } from "../rpc/plugin";
import { type Bag, isBag, isUnknown, plain, same, UNKNOWN } from "../rpc/values";
import { type Output, run, type Settings } from "./run";

const TYPE = "command:local:Command";
const INVOKE = "command:local:run";

const isText = (value: unknown): boolean => typeof value === "string";
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => isText(item) || isUnknown(item));
const kinds: Record<string, { test: (value: unknown) => boolean; name: string }> = {
  create: { test: isText, name: "a string" },
  update: { test: isText, name: "a string" },
  delete: { test: isText, name: "a string" },
  stdin: { test: isText, name: "a string" },
  dir: { test: isText, name: "a string" },
  logging: {
    test: (value) => ["stdout", "stderr", "stdoutAndStderr", "none"].includes(value as string),
    name: 'one of "stdout", "stderr", "stdoutAndStderr", "none"',
  },
  interpreter: { test: isTexts, name: "a list of strings" },
  environment: {
    test: (value) => isBag(value) && Object.values(value).every((item) => isText(item)),
    name: "a map of strings",
  },
  addPreviousOutputInEnv: { test: (value) => typeof value === "boolean", name: "a boolean" },
  triggers: { test: (value) => Array.isArray(value), name: "a list" },
};
const refused = ["assetPaths", "archivePaths"];

type Inputs = Settings & { create?: string; update?: string; delete?: string };

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").pop() ?? "";
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

function check(news: Bag): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [property, value] of Object.entries(plain<Bag>(news))) {
    if (value === null || isUnknown(value)) continue;
    if (refused.includes(property)) {
      failures.push({
        property,
        reason:
          "the rehearsal's stand-in for the command plugin returns no files; install the official plugin to use this",
      });
    } else if (!(property in kinds)) {
      failures.push({ property, reason: `a Command has no such input; it has ${Object.keys(kinds).join(", ")}` });
    } else if (!kinds[property].test(value)) {
      failures.push({ property, reason: `must be ${kinds[property].name}` });
    }
  }
  return failures;
}

/** A property whose value is null is one that was not set. */
const present = (inputs: Bag): Bag => Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));

/** Any change of an input is an update, and one of `triggers` a replacement (facts/pulumi.md 4). */
export function diff(olds: Bag, news: Bag): DiffResult {
  const detailed: DiffResult["detailed"] = {};
  for (const property of Object.keys(kinds)) {
    if (same(olds[property] ?? null, news[property] ?? null)) continue;
    const kind = olds[property] === undefined ? "add" : news[property] === undefined ? "delete" : "update";
    detailed[property] = { kind, replace: property === "triggers", inputDiff: true };
  }
  return { detailed };
}

/** Inputs plus what was printed. As in the official plugin, a secret input does not make secret what was printed. */
const stateOf = (inputs: Bag, { stdout, stderr }: Output): Bag => ({ ...inputs, stdout, stderr });

const outputOf = (state: Bag): Output => {
  const { stdout, stderr } = plain<Partial<Output>>(state);
  return { stdout: stdout ?? "", stderr: stderr ?? "" };
};

const none: Output = { stdout: "", stderr: "" };
const unknown: Output = { stdout: UNKNOWN, stderr: UNKNOWN };

/** A stand-in for pulumi-resource-command: `command:local:Command` and `command:local:run`. */
export function commandPlugin(version: string, log: Log): Plugin {
  const children = new Set<ChildProcess>();
  let cancelled = false;

  async function execute(command: string, settings: Settings, previous: Output, urn: string): Promise<Output> {
    if (cancelled) throw new Error("context canceled");
    let child: ChildProcess | undefined;
    try {
      return await run(
        command,
        settings,
        previous,
        (line) => log.status(urn, line),
        (process) => children.add((child = process)),
      );
    } finally {
      if (child) children.delete(child);
    }
  }

  function known(urn: string): void {
    if (typeOf(urn) !== TYPE)
      throw new Error(
        `${typeOf(urn)} is not in the rehearsal's stand-in for the command plugin, which has ${TYPE} only; install the official plugin to use it`,
      );
  }

  return {
    name: "command",
    version,
    check: async ({ urn, news }) => {
      known(urn);
      return { inputs: present(news), failures: check(news) };
    },
    diff: async ({ state, oldInputs, news }) => diff(present(oldInputs ?? state), present(news)),
    create: async ({ urn, inputs, preview }) => {
      const id = nameOf(urn) + randomBytes(4).toString("hex");
      if (preview) return { id: "", state: stateOf(inputs, unknown) };
      const settings = plain<Inputs>(inputs);
      const output = settings.create === undefined ? none : await execute(settings.create, settings, none, urn);
      return { id, state: stateOf(inputs, output) };
    },
    update: async ({ urn, state, inputs, preview }) => {
      if (preview) return { state: stateOf(inputs, unknown) };
      const settings = plain<Inputs>(inputs);
      const command = settings.update ?? settings.create;
      const previous = outputOf(state);
      return {
        state: stateOf(inputs, command === undefined ? previous : await execute(command, settings, previous, urn)),
      };
    },
    // A command has nothing to look at: what is recorded is handed back (https://github.com/pulumi/pulumi-command/issues/20).
    read: async ({ id, state, inputs }) => ({ id, state, inputs }),
    delete: async ({ urn, state }) => {
      const settings = plain<Inputs>(state);
      if (settings.delete !== undefined) await execute(settings.delete, settings, outputOf(state), urn);
    },
    invoke: async (token, args) => {
      if (token !== INVOKE)
        throw new Error(`${token} is not in the rehearsal's stand-in for the command plugin, which has ${INVOKE} only`);
      const inputs = present(args);
      const { command, ...settings } = plain<Settings & { command: string }>(inputs);
      return stateOf(inputs, await execute(command, settings, none, ""));
    },
    cancel: () => {
      cancelled = true;
      for (const child of children) child.kill("SIGKILL");
    },
  };
}
