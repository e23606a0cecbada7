const { relative } = require("node:path");

const shown = 20;

/** Prints the slowest test files with their times. Listed before jest's own reporter, so that its totals come last. */
module.exports = class Slowest {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
  }

  onRunComplete(_contexts, { testResults }) {
    const files = testResults
      .map(({ testFilePath, perfStats: { start, end } }) => ({
        seconds: (end - start) / 1000,
        path: relative(this.rootDir, testFilePath),
      }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, shown);
    const lines = files.map(({ seconds, path }) => `${seconds.toFixed(1).padStart(7)} s  ${path}`);
    process.stderr.write(["", "Slowest test files:", ...lines, "", ""].join("\n"));
  }
};
