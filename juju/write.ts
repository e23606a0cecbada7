import type { Relation, StepAction } from "../plan/types";
import { JujuError, mutate } from "./cli";
import { commandName } from "./model-name";
import { clientLine, getConfig, getRelations, getStatus } from "./read";
import { optionsYaml, withOptionsFile } from "./options-file";
import type { AppStatus } from "./status";

/*
 * Each returns once juju has taken the change, long before the units are there, and whether juju was changed by it.
 * All throw JujuError. Juju itself takes each of them twice without harm.
 */

async function live(model: string, application: string): Promise<AppStatus | undefined> {
  return (await getStatus(model)).applications[application];
}

/**
 * Sets channel and revision of an application. With `--revision` Juju 2.9 takes the head of the channel all the same (F25, seen on
 * 2.9.42: it asks Charmhub by the id of the charm that is there); a revision in the URL of `--switch` is taken.
 * @param base such as "ubuntu@24.04", where a channel has a revision for each: without it Juju stays on the old one (F45)
 */
export async function refresh(
  model: string,
  application: string,
  charm: string,
  channel: string,
  revision: number,
  base?: string,
): Promise<boolean> {
  const pinned =
    (await clientLine()) === "2.9" ? ["--switch", `ch:${charm}-${revision}`] : ["--revision", String(revision)];
  const args = ["refresh", application, "--channel", channel, ...pinned];
  return mutate(model, [...args, ...(base === undefined ? [] : ["--base", base])], async () => {
    const now = await live(model, application);
    return now?.channel === channel && now.revision === revision;
  });
}

/** The cluster scope is what a Kubernetes model asks for explicitly. */
export async function trust(model: string, application: string): Promise<boolean> {
  return mutate(
    model,
    ["trust", application, "--scope=cluster"],
    async () => (await getConfig(model, application)).trust,
  );
}

export async function untrust(model: string, application: string): Promise<boolean> {
  return mutate(
    model,
    ["trust", application, "--remove", "--scope=cluster"],
    async () => !(await getConfig(model, application)).trust,
  );
}

type Values = Record<string, string | number | boolean>;

/**
 * Sets options, and resets others to their defaults. Values go in by standard input: as an argument everybody would see them,
 * and juju would take one that begins with "@" for the name of a file to read; a file would stay when this process is killed.
 * @param secrets what of it no message may repeat
 */
export async function configure(
  model: string,
  application: string,
  values: Values,
  reset: string[],
  secrets: string[] = [],
): Promise<boolean> {
  const given = Object.keys(values).length > 0;
  const args = [
    "config",
    application,
    ...(given ? ["--file", "-"] : []),
    ...(reset.length > 0 ? ["--reset", reset.join(",")] : []),
  ];
  const done = async (): Promise<boolean> => {
    const { settings } = await getConfig(model, application);
    return (
      Object.entries(values).every(([key, value]) => String(settings[key]?.value ?? "") === String(value)) &&
      reset.every((key) => settings[key]?.source !== "user")
    );
  };
  return mutate(model, args, done, { secrets, ...(given && { input: optionsYaml(application, values) }) });
}

/** Sets options of which no value may be repeated anywhere. */
export async function setConfigSecretly(
  model: string,
  application: string,
  values: Record<string, string>,
): Promise<boolean> {
  return configure(model, application, values, [], Object.values(values));
}

/** Goes on past a hook that failed, without running it again. A unit that is not in error (any more) is no failure. */
export async function skipHook(model: string, unit: string): Promise<boolean> {
  try {
    return await mutate(model, ["resolved", unit, "--no-retry"], async () => false);
  } catch (error) {
    // Its removal may go on by itself meanwhile (seen on a real controller).
    if (error instanceof JujuError && /not in an error state|unit "[^"]*" not found/.test(error.stderr)) return false;
    throw error;
  }
}

export async function scale(model: string, application: string, units: number): Promise<boolean> {
  return mutate(
    model,
    ["scale-application", application, String(units)],
    async () => (await live(model, application))?.scale === units,
  );
}

async function related(model: string, relation: Relation): Promise<boolean> {
  return (await getRelations(model)).some((one) => one.join(" ") === [...relation].sort().join(" "));
}

/** `relate` is there in both lines; `add-relation` and `integrate` in one each. */
export async function addRelation(model: string, relation: Relation): Promise<boolean> {
  return mutate(model, ["relate", ...relation], () => related(model, relation));
}

export async function removeRelation(model: string, relation: Relation): Promise<boolean> {
  return mutate(model, ["remove-relation", ...relation], async () => !(await related(model, relation)));
}

/** 3.x asks before a removal unless told not to; older 2.9 clients do not know that flag. */
const quietly = async (): Promise<string[]> => ((await clientLine()) === "3.x" ? ["--no-prompt"] : []);

/** Never by force and never with its storage. */
export async function removeApplication(model: string, application: string): Promise<boolean> {
  return mutate(model, ["remove-application", application, ...(await quietly())], async () => {
    const now = await live(model, application);
    return now === undefined || now.life !== "alive";
  });
}

/** Removes what is left of a dying application whose units have no agent any more; its hooks do not run. Never with its storage. */
export async function forceRemoval(model: string, application: string): Promise<boolean> {
  return mutate(
    model,
    ["remove-application", application, "--force", "--no-wait", ...(await quietly())],
    async () => (await live(model, application)) === undefined,
  );
}

/** Offers endpoints of an application to other models, under a name that is theirs. */
export async function offer(model: string, application: string, endpoints: string[], name: string): Promise<boolean> {
  const [owned, controller] = commandName(model).split(":").reverse();
  const where = controller === undefined ? [] : ["-c", controller];
  const what = `${owned}.${application}:${endpoints.join(",")}`;
  return mutate(
    undefined,
    ["offer", ...where, what, name],
    async () => name in ((await live(model, application))?.offers ?? {}),
  );
}

export type Deployment = Pick<
  Extract<StepAction, { kind: "deploy" }>,
  | "application"
  | "charm"
  | "channel"
  | "revision"
  | "base"
  | "trust"
  | "config"
  | "storage"
  | "units"
  | "constraints"
  | "pools"
  | "resources"
>;

/** Deploys a charm of Charmhub; sizes of `storage` are in MiB, and its class is the model's own where no pool is named. */
export async function deploy(
  model: string,
  {
    application,
    charm,
    channel,
    revision,
    base,
    trust: trusted,
    config,
    storage,
    units,
    constraints,
    pools = {},
    resources = {},
  }: Deployment,
): Promise<boolean> {
  const sizes = [...new Set([...Object.keys(storage), ...Object.keys(pools)])].flatMap((name) => {
    const directive = [pools[name], name in storage ? `${storage[name]}M` : undefined].filter(Boolean).join(",");
    return ["--storage", `${name}=${directive}`];
  });
  const args = [
    "deploy",
    charm,
    application,
    "--channel",
    channel,
    "--revision",
    String(revision),
    ...(base === undefined ? [] : ["--base", base]),
    ...(trusted ? ["--trust"] : []),
    ...(units === undefined ? [] : ["-n", String(units)]),
    ...(constraints === undefined ? [] : ["--constraints", constraints]),
    ...Object.entries(resources).flatMap(([name, value]) => ["--resource", `${name}=${value}`]),
    ...sizes,
  ];
  const run = (options: string[]): Promise<boolean> =>
    mutate(model, [...args, ...options], async () => {
      const now = await live(model, application);
      return now?.life === "alive" && now.charmName === charm && now.channel === channel && now.revision === revision;
    });
  return Object.keys(config).length > 0
    ? withOptionsFile(optionsYaml(application, config), (file) => run(["--config", file]))
    : run([]);
}
