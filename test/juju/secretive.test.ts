import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { maySecret, setOptions } from "../../juju/secretive";
import { Catalogue } from "../../rehearsal/juju/controller/catalogue";

it.each([
  "secret-key",
  "static-password",
  "root_password",
  "ssl-cert",
  "api-token",
  "admin-pwd",
  "admin-pass",
  "passphrase",
  "basic-auth",
  "smtp_passwd",
  "tls-ca",
  "clientCredentials",
  "authorization-header",
  "database-dsn",
])("an option %s may be a secret", (option) => {
  expect(maySecret(option, "x")).toBe(true);
});

it.each([
  "clientSecret: x",
  "- type: ldap\n  config:\n    bindPW: x",
  '{"pwd":"hunter2"}',
  "{'access-key-id': 'x'}",
  "-----BEGIN CERTIFICATE",
  "mysql://root:pw@db",
  "redis://:hunter2@h",
  "postgresql://u:p/w@h",
  "postgresql://u:12/w@h/db",
  "https://ghp_x@github.com",
  "see http://a.example.com and amqp://u:p@h:5672/v",
  "root:pw@tcp(h)/db",
  "root:p/w@unix(/run/mysqld.sock)/db",
  "admin:hunter2@db:5432",
  "Uid=root;Pwd=pw",
  "Server=db;User Id=a;Password=b;",
  "Authorization: Bearer x",
  "bearer x",
  "Authorization: Basic eHg6eXk=",
  "ghp_0123456789abcdef",
  "glpat-0123456789",
  "AKIAIOSFODNN7EXAMPLE",
  "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
])("a value %j may be, or hold, a secret under any name", (value) => {
  expect(maySecret("notes", value)).toBe(true);
});

it.each<[string, unknown]>([
  ["port", 9000],
  ["profile", "admin"],
  ["debug", true],
  ["public-url", "http://10.0.0.1:80/dex"],
  ["public-url", "https://kubeflow.example.com/dex?a=b&c=d#e"],
  ["docs", "https://medium.com/@someone/post"],
  ["kind", "ingress"],
  ["executor-image", "argoproj/argoexec:v3.3.8"],
  ["proxy-image", "registry.example.com:5000/istio/proxyv2:1.16@sha256:0123456789abcdef"],
  ["proxy-image", "proxyv2:1.16@sha256:0123456789abcdef"],
  ["custom_images", "controller/controller: gcr.io/knative/controller:v1.8"],
  ["oidc-scopes", "openid profile email groups"],
  ["contact", "ops@example.com"],
  ["contact", "Ops: ops@example.com"],
  ["repository", "git@github.com:kubeflow/kubeflow.git"],
  ["registration", "Basic authentication is off"],
  ["skip-auth-urls", "/dex/,/authservice/"],
  ["static-username", "admin@example.com"],
])("an option %s of %j is told", (option, value) => {
  expect(maySecret(option, value)).toBe(false);
});

/** Whose value nobody can tell, so that it is left out: in the catalogue of the rehearsal, each by what its name says. */
const known = [
  "argo-controller key-format",
  "charmed-osm-mariadb-k8s password",
  "charmed-osm-mariadb-k8s root_password",
  "dex-auth static-password",
  "istio-pilot ssl-crt",
  "istio-pilot ssl-key",
  "kfp-profile-controller minio-secret-name",
  "minio access-key",
  "minio secret-key",
  "minio ssl-ca",
  "minio ssl-cert",
  "minio ssl-key",
  "oidc-gatekeeper client-secret",
];

it("of the charms' own options those are left out that say so, and nothing that a bundle sets", () => {
  const catalogue = Catalogue.load();
  const left = catalogue
    .names()
    .flatMap((charm) =>
      Object.entries(catalogue.charm(charm).options).flatMap(([option, { default: value }]) =>
        maySecret(option, value) ? [`${charm} ${option}`] : [],
      ),
    );
  expect(left.sort()).toEqual(known);
  const releases = join(__dirname, "..", "..", "releases");
  for (const file of readdirSync(releases).filter((name) => /^\d[\w.-]*\.yaml$/.test(name))) {
    const { applications } = parse(readFileSync(join(releases, file), "utf8")) as {
      applications: Record<string, { options?: object }>;
    };
    for (const { options = {} } of Object.values(applications))
      for (const [option, value] of Object.entries(options))
        expect([option, maySecret(option, value)]).toEqual([option, false]);
  }
});

it("tells what somebody set, without what may be a secret", () => {
  const user = (value: unknown): { source: string; value: unknown } => ({ source: "user", value });
  expect(
    setOptions({
      port: user(1),
      notes: user("redis://:hunter2@h"),
      "admin-pwd": user("x"),
      mode: { source: "default", value: "a" },
      empty: user(""),
    }),
  ).toEqual({ told: { port: 1 }, omitted: ["admin-pwd", "notes"] });
});
