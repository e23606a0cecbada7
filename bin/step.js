#!/usr/bin/env node
// Runs one step. An upgrade starts this about a hundred times, and the Kubernetes client alone takes seconds to load from
// its thousand files, so the steps are bundled once into one file, anew whenever a source changed.
//
// The step itself is a child. At the first Ctrl-C Pulumi asks the plugin for commands to stop, which kills the one process that it
// started, this one, and then waits for everybody who can still write to its pipes: so the step comes to its end.
// https://github.com/pulumi/pulumi-command, provider/pkg/provider/local/commandOutputs.go; https://pkg.go.dev/os/exec#Cmd.Wait
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join, relative } = require("node:path");

const root = join(__dirname, "..");
const folder = join(root, "node_modules", ".cache", "step");
/** The last bundle, and what was read for it. */
const record = join(folder, "bundle.json");

const stateOf = (sources) => sources.map((file) => `${file} ${statSync(join(root, file)).mtimeMs}`).join("\n");

/** The last bundle, where each of its sources is as it was. */
function kept() {
  try {
    const { bundle, sources, state } = JSON.parse(readFileSync(record, "utf8"));
    return stateOf(sources) === state && statSync(join(folder, bundle)) ? join(folder, bundle) : undefined;
  } catch {
    return undefined;
  }
}

/** Sources read files that lie beside them; the bundle lies elsewhere. */
const beside = {
  name: "beside",
  setup: (build) =>
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll(
        "__dirname",
        `require("node:path").join(__dirname, ${JSON.stringify(relative(folder, dirname(path)))})`,
      ),
      loader: "ts",
    })),
};

/** Puts a file in place whole: steps that run side by side may make the same one. */
function put(file, content) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, content);
  renameSync(own, file);
}

async function made() {
  mkdirSync(folder, { recursive: true });
  const { metafile, outputFiles } = await require("esbuild").build({
    absWorkingDir: root,
    entryPoints: [join(root, "steps", "main.ts")],
    outfile: join(folder, "step.js"),
    bundle: true,
    platform: "node",
    target: "node20",
    legalComments: "none",
    metafile: true,
    write: false,
    plugins: [beside],
  });
  const own = Object.keys(metafile.inputs).filter((file) => !file.startsWith("node_modules/"));
  const sources = ["package-lock.json", ...own];
  const state = stateOf(sources);
  const bundle = `${createHash("sha256").update(state).digest("hex").slice(0, 16)}.js`;
  put(join(folder, bundle), outputFiles[0].contents);
  put(record, JSON.stringify({ bundle, sources, state }));
  return join(folder, bundle);
}

void (async () => {
  const bundle = kept() ?? (await made());
  process.exitCode = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
})();
