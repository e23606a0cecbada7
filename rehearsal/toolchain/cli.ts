import { ensureToolchain } from "./ensure";

/** `npm run toolchain`: builds or installs what is missing and prints the folder to put first on PATH. */
async function main(): Promise<void> {
  const started = Date.now();
  const { bin, tools } = await ensureToolchain({ log: (line) => process.stderr.write(`${line}\n`) });
  const width = Math.max(...tools.map(({ name }) => name.length));
  for (const { name, version, origin, path } of tools)
    process.stderr.write(`${name.padEnd(width)}  ${version.padEnd(10)}  ${origin.padEnd(7)}  ${path}\n`);
  process.stderr.write(`${tools.length} tools ready after ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  process.stdout.write(`${bin}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
