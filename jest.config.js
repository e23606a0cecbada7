// Packages that ship ES modules only: jest's own module system needs them transformed.
const esm = ["@kubernetes/client-node", "openid-client", "oauth4webapi", "jose"];

module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform: { "^.+\\.[cm]?[jt]s$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }] },
  transformIgnorePatterns: [`node_modules/(?!(${esm.join("|")})/)`],
};
