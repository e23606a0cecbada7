import { secretsInCommand } from "../../policy/secrets";

const pathsIn = (props: Parameters<typeof secretsInCommand>[0]): string[] =>
  secretsInCommand(props).map(({ path }) => path);

test.each([
  ["an option", { create: "juju config minio secret-key=hunter22" }, ["create"]],
  ["a flag", { create: "mysql --password hunter22 -e 'select 1'" }, ["create"]],
  ["a bearer token", { create: "curl -H 'Authorization: Bearer abcdefgh12345678'" }, ["create"]],
  ["a URL", { create: "git clone https://me:hunter22@example.com/x" }, ["create"]],
  ["a private key", { stdin: "-----BEGIN EC PRIVATE KEY-----\nMHc" }, ["stdin"]],
  ["JSON on stdin", { stdin: '{"find":{"password":"hunter22"}}' }, ["stdin.find.password"]],
  ["a trigger", { triggers: ["ok", "AKIAABCDEFGHIJKLMNOP"] }, ["triggers.1"]],
  [
    "variables",
    { environment: { MINIO_SECRET_KEY: "a", SECRET: "b", DB_PASSWORD: "c", HOME: "/root" } },
    ["environment.MINIO_SECRET_KEY", "environment.SECRET", "environment.DB_PASSWORD"],
  ],
  ["the interpreter", { interpreter: ["mysql", "--password=hunter22"] }, ["interpreter.1"]],
])("a secret in %s is found", (_where, props, paths) => {
  expect(pathsIn(props)).toEqual(paths);
});

test.each([
  ["a value from a variable", { create: 'juju config minio secret-key="$KEY"' }],
  ["a value from a file", { create: "mysql --password $(cat key)" }],
  ["the name of a Secret", { create: '{"action":{"from":"kept","kind":"set-credentials","secret":"minio-secret"}}' }],
  ["a digest", { stdin: `{"prove-backup":{"digest":"${"a1".repeat(32)}"}}` }],
  ["a sentence about tokens", { create: "echo the token is read from a file" }],
  ["an empty variable", { environment: { TOKEN: "" } }],
])("%s is no secret", (_what, props) => {
  expect(pathsIn(props)).toEqual([]);
});
