import { ensureToolchain } from "./ensure";

/** `npm run toolchain`: builds or installs what is missing and prints the folder to put first on PATH. */
async function main(): Promise<void> {
  const started = Date.now();
  const { bin, tools } = await ensureToolchain({ log: (line) => process.stderr.write(`${line}\n`) });
  const rows = tools.map(({ name, version, origin, path }) => [name, version, origin, path]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows)
    process.stderr.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join("  ")
        .trimEnd()}\n`,
    );
  process.stderr.write(`${tools.length} tools ready after ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  process.stdout.write(`${bin}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
