#!/usr/bin/env node
// Runs one step. An upgrade starts this about a hundred times, and the Kubernetes client alone takes seconds to load from
// its thousand files, so the steps are bundled once into one file, anew whenever a source changed.
//
// The step itself is a child. At the first Ctrl-C Pulumi asks the plugin for commands to stop, which kills the one process that it
// started, this one, and then waits for everybody who can still write to its pipes: so the step comes to its end.
// https://github.com/pulumi/pulumi-command, provider/pkg/provider/local/commandOutputs.go; https://pkg.go.dev/os/exec#Cmd.Wait
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readdirSync, renameSync, statSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const sources = [
  "baseline",
  "components",
  "databases",
  "juju",
  "kube",
  "objectstore",
  "plan",
  "resources",
  "steps",
].flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(root, folder, file)));
const state = [join(root, "package-lock.json"), ...sources]
  .map((file) => `${file} ${statSync(file).mtimeMs}`)
  .join("\n");
const folder = join(root, "node_modules", ".cache", "step");
const bundle = join(folder, `${createHash("sha256").update(state).digest("hex").slice(0, 16)}.js`);

if (!existsSync(bundle)) {
  mkdirSync(folder, { recursive: true });
  const own = `${bundle}.${process.pid}`;
  require("esbuild").buildSync({
    entryPoints: [join(root, "steps", "main.ts")],
    outfile: own,
    bundle: true,
    platform: "node",
    target: "node20",
    legalComments: "none",
  });
  renameSync(own, bundle);
}
process.exitCode = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
