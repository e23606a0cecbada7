import type { DiffResult, Log, Plugin } from "../rpc/plugin";
import { type Bag, plain, same } from "../rpc/values";
import { check, diff } from "./check";
import { create } from "./create";
import { optionNames, readOptions } from "./options";
import { read } from "./read";
import { remove } from "./remove";
import { openSession, type Session } from "./session";
import { update } from "./update";

/** A stand-in for pulumi-resource-kubernetes: objects of any kind, and Patch resources. */
export function kubernetesPlugin(version: string, log: Log, env: NodeJS.ProcessEnv = process.env): Plugin {
  const cancel = new AbortController();
  let opened: Session | undefined;
  const session = (): Session => {
    if (!opened) throw new Error("the provider was used before it was configured");
    return opened;
  };
  return {
    name: "kubernetes",
    version,
    checkConfig: async ({ news }) => ({
      inputs: news,
      failures: Object.keys(news)
        .filter((property) => !optionNames.has(property) && property !== "version" && !property.startsWith("__"))
        .map((property) => ({
          property,
          reason: `the kubernetes provider has no such option; it has ${[...optionNames].sort().join(", ")}`,
        })),
    }),
    diffConfig: async ({ olds, news }) => diffConfig(olds, news),
    configure: async (variables) => {
      opened = await openSession(readOptions(variables, env), env, log, cancel.signal);
    },
    check: (call) => check(session(), call),
    diff: (call) => diff(session(), call),
    create: (call) => create(session(), call),
    update: (call) => update(session(), call),
    read: (call) => read(session(), call),
    delete: (call) => remove(session(), call),
    cancel: () => cancel.abort(),
  };
}

/** A changed option is an update of the provider; whether it now means another cluster is not looked into. */
function diffConfig(olds: Bag, news: Bag): DiffResult {
  const [before, after] = [plain<Bag>(olds), plain<Bag>(news)];
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !same(before[key], after[key]),
  );
  return {
    detailed: Object.fromEntries(
      changed.map((key) => [
        key,
        { kind: key in before ? (key in after ? "update" : "delete") : "add", replace: false, inputDiff: true },
      ]),
    ),
  };
}
