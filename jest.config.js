// Packages that ship ES modules only: jest's own module system needs them transformed.
const esm = ["@kubernetes/client-node", "openid-client", "oauth4webapi", "jose"];

const common = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: {
    "^.+\\.[cm]?[jt]s$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(${esm.join("|")})/)`],
};

const files = (...names) => names.map((name) => `<rootDir>/test/${name}.test.ts`);
// Whole worlds: each needs the machine for itself.
const worlds = files(
  "rehearsal/rehearsal",
  "rehearsal/cluster/cluster",
  "rehearsal/foreign/world",
  "rehearsal/storage/storage",
);
// A few faults in a world of their own.
const faults = files("rehearsal/faults/sample");

module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/test/**/*.test.ts"],
      testPathIgnorePatterns: [...worlds, ...faults].map((file) => file.replace("<rootDir>", "")),
    },
    { ...common, displayName: "world", testMatch: worlds },
    { ...common, displayName: "faults", testMatch: faults },
  ],
};
