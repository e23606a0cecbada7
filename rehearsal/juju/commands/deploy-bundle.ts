import { parse } from "yaml";
import { z } from "zod";
import { CommandError, type Call } from "./command";
import { resolveCharm } from "./charmhub";
import { existing } from "./endpoints";
import { addApplication } from "./new-application";
import { typed } from "./options";
import { addRelation } from "./relate";

const bundleSchema = z.object({
  applications: z.record(
    z.string(),
    z.object({
      charm: z.string(),
      channel: z.string().optional(),
      revision: z.number().int().optional(),
      scale: z.number().int().optional(),
      trust: z.boolean().optional(),
      constraints: z.string().optional(),
      options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
      storage: z.record(z.string(), z.string()).optional(),
    }),
  ),
  relations: z.array(z.tuple([z.string(), z.string()])).optional(),
});

/** `juju deploy ./bundle.yaml`: applications that are there already stay as they are, relations that exist are left. Needs --trust where the bundle asks for it. */
export function deployBundle(call: Call, path: string): void {
  const { host } = call;
  const bundle = bundleSchema.parse(parse(call.readFile(path)));
  const trusting = Object.values(bundle.applications).some(({ trust }) => trust === true);
  if (trusting && !call.isSet("trust")) {
    const names = Object.entries(bundle.applications).flatMap(([name, { trust }]) =>
      trust === true ? [`    - ${name}`] : [],
    );
    throw new CommandError(
      `Bundle cannot be deployed without trusting applications with your cloud credentials.\nPlease repeat the deploy command with the --trust argument if you consent to trust the following application(s):\n${names.sort().join("\n")}`,
    );
  }
  const changes: string[] = [];
  for (const [name, app] of Object.entries(bundle.applications)) {
    if (host.state.applications[name] !== undefined) continue;
    const target = resolveCharm(host, app.charm, {
      ...(app.channel === undefined ? {} : { channel: app.channel }),
      ...(app.revision === undefined ? {} : { revision: app.revision }),
    });
    call.err(`Located charm "${target.charm}" in charm-hub, channel ${target.channel}\n`);
    const config = Object.fromEntries(
      Object.entries(app.options ?? {}).map(([key, value]) => [
        key,
        typed(call, target.charm, target.revision, name, key, value),
      ]),
    );
    addApplication(host, name, target, {
      trust: app.trust === true,
      config,
      storage: app.storage ?? {},
      scale: app.scale ?? 1,
      ...(app.constraints === undefined ? {} : { constraints: app.constraints }),
    });
    changes.push(
      `- upload charm ${target.charm} from charm-hub from channel ${target.channel} with architecture=amd64`,
    );
    const scale = app.scale ?? 1;
    changes.push(
      `- deploy application ${name} from charm-hub with ${scale} unit${scale === 1 ? "" : "s"} with ${target.channel}${name === target.charm ? "" : ` using ${target.charm}`}`,
    );
  }
  for (const [left, right] of bundle.relations ?? []) {
    if (existing(host, left, right).length > 0) continue;
    addRelation(host, left, right);
    changes.push(`- add relation ${left} - ${right}`);
  }
  if (changes.length === 0) {
    call.err("No changes to apply.\n");
    return;
  }
  call.out(`Executing changes:\n${changes.join("\n")}\n`);
  call.err("Deploy of bundle completed.\n");
}
