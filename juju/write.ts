import { mkdtempSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Relation, StepAction } from "../plan/types";
import { change } from "./cli";
import { sharedFolder } from "./folder";
import { clientLine, getConfig, getRelations, getStatus } from "./read";

/** Sets channel and revision of an application; returns once juju has taken it, long before the units are there. */
export async function refresh(model: string, application: string, channel: string, revision: number): Promise<void> {
  await change(model, ["refresh", application, "--channel", channel, "--revision", String(revision)], async () => {
    const live = (await getStatus(model)).applications[application];
    return live?.channel === channel && live.revision === revision;
  });
}

export async function scale(model: string, application: string, units: number): Promise<void> {
  await change(model, ["scale-application", application, String(units)], async () => (await getStatus(model)).applications[application]?.scale === units);
}

/** The cluster scope is what a Kubernetes model asks for explicitly. */
export async function trust(model: string, application: string): Promise<void> {
  await change(model, ["trust", application, "--scope=cluster"], async () => (await getConfig(model, application)).trust);
}

async function related(model: string, relation: Relation): Promise<boolean> {
  return (await getRelations(model)).some((one) => one.join(" ") === [...relation].sort().join(" "));
}

/** `relate` is there in both lines; `add-relation` and `integrate` in one each. */
export async function addRelation(model: string, relation: Relation): Promise<void> {
  await change(model, ["relate", ...relation], () => related(model, relation));
}

export async function removeRelation(model: string, relation: Relation): Promise<void> {
  await change(model, ["remove-relation", ...relation], async () => !(await related(model, relation)));
}

/** Never by force and never with its storage. 3.x asks unless told not to; older 2.9 clients do not know that flag. */
export async function removeApplication(model: string, application: string): Promise<void> {
  const quietly = (await clientLine()) === "3.x" ? ["--no-prompt"] : [];
  await change(model, ["remove-application", application, ...quietly], async () => {
    const live = (await getStatus(model)).applications[application];
    return live === undefined || live.life !== "alive";
  });
}

type Deploy = Pick<Extract<StepAction, { kind: "deploy" }>, "application" | "charm" | "channel" | "revision" | "trust" | "config" | "storage">;

export async function deploy(model: string, { application, charm, channel, revision, trust: trusted, config, storage }: Deploy): Promise<void> {
  const options = Object.entries(config).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
  const sizes = Object.entries(storage).flatMap(([name, size]) => ["--storage", `${name}=${size}M`]);
  await change(model, ["deploy", charm, application, "--channel", channel, "--revision", String(revision), ...(trusted ? ["--trust"] : []), ...options, ...sizes], async () => {
    const live = (await getStatus(model)).applications[application];
    return live?.life === "alive" && live.charmName === charm && live.channel === channel && live.revision === revision;
  });
}

/** A snap sees neither /tmp nor hidden folders, only its own (facts, juju e). */
function privateFolder(): string {
  const snap = join(homedir(), "snap", "juju", "common");
  return mkdtempSync(join(existsSync(snap) ? snap : sharedFolder(), "config-"));
}

/** Sets options through a file that only this user can read and that is gone afterwards, so that no value is ever an argument. */
export async function setConfigSecretly(model: string, application: string, options: Record<string, string>): Promise<void> {
  const folder = privateFolder();
  try {
    const file = join(folder, "options.yaml");
    writeFileSync(file, stringify({ [application]: options }), { mode: 0o600 });
    await change(model, ["config", application, "--file", file], async () => {
      const { settings } = await getConfig(model, application);
      return Object.entries(options).every(([key, value]) => settings[key]?.value === value);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
