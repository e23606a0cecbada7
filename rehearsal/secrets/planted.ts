import { randomBytes } from "node:crypto";

/** A credential that a rehearsal plants: an option of an application. */
export interface Planted {
  application: string;
  charm: string;
  option: string;
  value: string;
  /** The part of the value that no quoting changes, and that nothing else has. */
  mark: string;
  /** What the mark looks like wherever it may turn up. */
  forms: string[];
}

const mark = (): string => `Leak${randomBytes(12).toString("hex")}`;

/** A credential; `own` is the part of it that no quoting changes, all of it where something in the world made it for itself. */
export function madeSecret(application: string, charm: string, option: string, value: string, own = value): Planted {
  return { application, charm, option, value, mark: own, forms: formsOf(own) };
}

/** Credentials new for each rehearsal. The object store's has every sign that a shell, YAML, JSON or a URL takes for its own. */
export function plantedSecrets(): Planted[] {
  const plant = (
    application: string,
    charm: string,
    option: string,
    around: (mark: string) => string = (own) => own,
  ): Planted => {
    const own = mark();
    return madeSecret(application, charm, option, around(own), own);
  };
  return [
    plant("minio", "minio", "secret-key", (own) => `-$(id)'"\\\`%41+/=& {}#ü${own}$HOME\\n`),
    plant("kfp-db", "charmed-osm-mariadb-k8s", "root_password"),
    plant("dex-auth", "dex-auth", "static-password"),
    plant("oidc-gatekeeper", "oidc-gatekeeper", "client-secret"),
    // Of a name that tells nothing: only its value does.
    plant("dex-auth", "dex-auth", "connectors", (own) => `ldap://cn=admin:p/${own}@ldap.example.com`),
  ];
}

/** Base64 of a text as a part of a longer one, whose length before it is not known: of three readings, what they have for sure. */
function base64Parts(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from(" ".repeat(before) + text).toString("base64");
    const whole = encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + Buffer.byteLength(text)) * 4) / 3));
    return [whole, whole.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** A mark as it is, in Base64 of either alphabet, in Base64 of that (a Secret of Secrets), in hex. */
function formsOf(own: string): string[] {
  const [once, hex] = [base64Parts(own), Buffer.from(own).toString("hex")];
  return [...new Set([own, ...once, ...once.flatMap(base64Parts), hex, hex.toUpperCase()])];
}

/** Which of the secrets a text has, as "application option", also where what encoded it broke the lines, or JSON's \n stands for their ends. */
export function secretsIn(text: string | Buffer, planted: Planted[]): string[] {
  const inOne = text.toString("latin1").replace(/(?:[\r\n]|\\+[rn])[ \t]*/g, "");
  return planted
    .filter(({ forms }) => forms.some((form) => text.includes(form) || inOne.includes(form)))
    .map(({ application, option }) => `${application} ${option}`);
}
