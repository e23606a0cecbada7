import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { GO_MODULES } from "../toolchain/modules";
import { findEngine, policyPack, sideBySide } from "./host";
import { type InstalledPlugin, installPlugins } from "./plugins";

export interface PulumiSetup {
  /** Variables to set, on top of the caller's environment, for `pulumi` to work in the rehearsal's world. */
  env: Record<string, string>;
  plugins: InstalledPlugin[];
  /** Path to give as --policy-pack. */
  policyPackArgument: string;
}

/** Made once per folder, so that a world that was kept can be entered again. Only its owner may read it. */
function passphrase(dir: string): string {
  const file = join(dir, "passphrase");
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8");
}

/**
 * Makes a Pulumi of its own in a folder: home with plugins, state as files, a passphrase.
 * Nothing of the user's own Pulumi is read except plugins that are installed there.
 *
 * CKF_PLUGINS=local in the caller's environment looks for no official plugins: it takes the stand-in for commands and
 * the kubernetes plugin of the toolchain.
 *
 * @param options.dir folder for everything that is written; kept, the same setup comes back
 * @param options.toolchainBin folder with `pulumi`, `pulumi-language-nodejs` and `kubernetes-plugin`
 */
export async function preparePulumi(options: {
  dir: string;
  toolchainBin: string;
  log: (line: string) => void;
}): Promise<PulumiSetup> {
  const dir = resolve(options.dir);
  const root = resolve(__dirname, "..", "..");
  const [home, state, bin] = [join(dir, "home"), join(dir, "state"), join(dir, "bin")];
  for (const folder of [home, state, bin]) mkdirSync(folder, { recursive: true });

  const found = { ...process.env, PATH: [options.toolchainBin, process.env.PATH].join(delimiter) };
  const plugins = await installPlugins({
    root,
    home,
    env: found,
    built: {
      path: realpathSync(join(options.toolchainBin, "kubernetes-plugin")),
      version: GO_MODULES["pulumi-kubernetes"].version,
    },
    localOnly: process.env.CKF_PLUGINS === "local",
    log: options.log,
  });
  const engine = await findEngine(found);
  sideBySide(engine, bin);

  return {
    env: {
      PATH: [bin, options.toolchainBin, process.env.PATH].join(delimiter),
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase(dir),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // Types are checked by `npm test`; checking them again costs 10 s of the first start.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    },
    plugins,
    policyPackArgument: policyPack(engine, root, join(root, "policy"), bin),
  };
}
