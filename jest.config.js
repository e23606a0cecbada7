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

/** A tier is the last word of a file's name before ".test.ts". */
const tier = (displayName, suffix, options) => ({
  ...common,
  displayName,
  testRegex: [`/[^/.]+${suffix}\\.test\\.ts$`],
  ...options,
});

module.exports = {
  reporters: ["<rootDir>/test/support/slowest.js", "default"],
  projects: [
    // Neither a built tool nor root.
    tier("unit", "", { setupFiles: ["<rootDir>/test/support/no-toolchain.ts"] }),
    // Real tools on loopback: the Pulumi engine, MinIO, rclone, MariaDB, an API server.
    tier("engine", "\\.engine"),
    // Whole rehearsals that prove the main promises. Each needs the machine for itself.
    tier("rehearsal", "\\.rehearsal"),
    // What is only run for a release. Each needs the machine for itself.
    tier("release", "\\.release"),
  ],
};
