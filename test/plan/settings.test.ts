import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { readSettings as readFor } from "../../plan/settings";

const readSettings = (given: Record<string, string | undefined>) => readFor(given, ["1.7"]);

const project = parse(readFileSync("Pulumi.yaml", "utf8")) as {
  config: Record<string, { default: unknown; description: string; type?: string }>;
};
const own = Object.fromEntries(Object.entries(project.config).filter(([name]) => !name.includes(":")));
const defaults = Object.fromEntries(
  Object.entries(own).map(([name, setting]) => [
    name,
    typeof setting.default === "object" ? JSON.stringify(setting.default) : String(setting.default),
  ]),
);
const given = (changed: Record<string, string | undefined>): Record<string, string | undefined> => ({
  ...defaults,
  ...changed,
});

test("the defaults of Pulumi.yaml pass, and each setting has a description there, and a type that leaves a wrong value to be told by the program", () => {
  const settings = readSettings(given({}));
  expect(settings).toMatchObject({
    model: "kubeflow",
    to: "1.7",
    storagePath: "auto",
    finalize: false,
    backupSizeMiB: 0,
  });
  expect(Object.keys(own).sort()).toEqual(Object.keys(settings).sort());
  for (const { type, default: value, description } of Object.values(own)) {
    expect(type).toBe(Array.isArray(value) ? undefined : "string");
    expect(typeof value).toBe(type ?? "object");
    expect(description.length).toBeGreaterThan(20);
    expect(/^List of/.test(description)).toBe(Array.isArray(value));
  }
});

test.each([
  [
    "model",
    "-kubeflow",
    'setting "model" is "-kubeflow"; allowed: a Juju model\'s name: small letters, digits and hyphens',
  ],
  ["to", "1.8", 'setting "to" is "1.8"; allowed: 1.7'],
  ["storagePath", "move", 'setting "storagePath" is "move"; allowed: auto, refresh, rebind, copy'],
  ["copyLimitMiB", "", 'setting "copyLimitMiB" is ""; allowed: a whole number of MiB'],
  ["copyLimitMiB", "0x10", 'setting "copyLimitMiB" is "0x10"; allowed: a whole number of MiB'],
  ["copyLimitMiB", "1.5", 'setting "copyLimitMiB" is "1.5"; allowed: a whole number of MiB'],
  ["copyLimitMiB", "-1", 'setting "copyLimitMiB" is "-1"; allowed: a whole number of MiB'],
  [
    "volumes",
    "katib-db=copy",
    'setting "volumes" is "katib-db=copy"; allowed: application/storage=copy or application/storage=rebind, several with commas, each application once',
  ],
  [
    "volumes",
    "katib-db/database=refresh",
    'setting "volumes" is "katib-db/database=refresh"; allowed: application/storage=copy or',
  ],
  ["volumes", "a/b=copy,a/c=copy", "each application once"],
  ["finalize", "yes", 'setting "finalize" is "yes"; allowed: true, false'],
  ["rollback", "back", 'setting "rollback" is "back"; allowed: true, false'],
  ["acceptIrreversible", '["--all"]', 'setting "acceptIrreversible" is "[\\"--all\\"]"; allowed: a list of names'],
  [
    "moverImage",
    "--privileged",
    'setting "moverImage" is "--privileged"; allowed: an image reference, e.g. docker.io/rclone/rclone:1.76.0',
  ],
  [
    "backupSizeMiB",
    "10G",
    'setting "backupSizeMiB" is "10G"; allowed: a whole number of MiB, or 0 for the size of the object store\'s volume',
  ],
  ["jobTimeoutMinutes", "0", 'setting "jobTimeoutMinutes" is "0"; allowed: a whole number of minutes from 1 to 10080'],
  [
    "ignorePreflight",
    '["kubernets-version"]',
    'setting "ignorePreflight" is "[\\"kubernets-version\\"]"; allowed: a list out of left-overs, applications-broken, ',
  ],
  ["hooks", '[{"name":"a","command":"true"}]', 'setting "hooks" is no list of hooks; allowed: a list of {"name", '],
  ["hooks", '[{"name":"a","before":"detach","after":"verify","command":"true"}]', 'setting "hooks" is no list'],
  ["hooks", '[{"name":"a","before":"finalize","command":"true"}]', 'setting "hooks" is no list'],
  ["hooks", '[{"name":"a","before":"preflight","command":"true"}]', 'setting "hooks" is no list'],
  [
    "hooks",
    '[{"name":"a","before":"detach","command":"token=hunter2","timeoutMinutes":0}]',
    'setting "hooks" is no list',
  ],
  [
    "hooks",
    '[{"name":"a","before":"detach","command":"true"},{"name":"a","after":"verify","command":"true"}]',
    'setting "hooks" is no list',
  ],
  ["ignorePreflight", '["model-identity"]', "of the other checks of docs/checks.md none can be ignored"],
  ["ignorePreflight", "notebooks-running", "allowed: a list out of "],
])("%s = %s is refused with its name, its value and what is allowed", (name, value, message) => {
  expect(() => readSettings(given({ [name]: value }))).toThrow(message);
});

test.each([
  ["finalise", "finalize"],
  ["Rollback", "rollback"],
  ["volume", "volumes"],
  ["ignorePreflights", "ignorePreflight"],
  ["backupSizeMB", "backupSizeMiB"],
  ["constructor", "to"],
])("a setting %s, which nobody knows, is refused with the nearest that is known: %s", (name, nearest) => {
  expect(() => readSettings(given({ [name]: "true" }))).toThrow(
    `setting "${name}" is not known, the nearest that is: "${nearest}"; Pulumi.yaml describes all. \`pulumi config rm ${name}\` takes it away`,
  );
});

test.each([
  [
    "backupEndpoint",
    "https://AKIA:hunter2@s3.example.com",
    'setting "backupEndpoint" is "https://***@s3.example.com"; allowed: scheme and host',
  ],
  ["backupEndpoint", "https://AKIA:hun/ter2@s3.example.com", '"https://***@s3.example.com"'],
  ["backupEndpoint", "https://hunter2@s3.example.com:9000/a", '"https://***@s3.example.com:9000/a"'],
  ["backupEndpoint", "AKIA:hunter2@s3.example.com", '"***@s3.example.com"'],
  ["backupEndpoint", "https://s3.example.com/?X-Amz-Signature=hunter2", '"https://s3.example.com/?***"'],
  ["backupSecret", "hunter2/K7MDENG+", 'setting "backupSecret" is no name; allowed: a Secret'],
  [
    "moverImage",
    "https://u:hunter2@registry.example.com/rclone",
    'setting "moverImage" is "https://***@registry.example.com/rclone"',
  ],
  ["moverImage", "u:hunter2@registry.example.com/rclone", 'setting "moverImage" is "***@registry.example.com/rclone"'],
  [
    "declaredBackupWhat",
    `see https://u:hunter2@example.com${"a".repeat(200)}`,
    'setting "declaredBackupWhat" is "see https://***@example.com',
  ],
])("a wrong %s of %s is refused without the credential in it", (name, value, message) => {
  const refuse = (): unknown => readSettings(given({ [name]: value }));
  expect(refuse).toThrow(message);
  expect(refuse).not.toThrow(/hunter2|ter2/);
});

test.each([
  "docker.io/rclone/rclone:1.76.0",
  "localhost:5000/a/b",
  "rclone",
  `registry.example.com:5000/rclone/rclone:1@sha256:${"a".repeat(64)}`,
])("an image %s is taken", (moverImage) => {
  expect(readSettings(given({ moverImage }))).toMatchObject({ moverImage });
});

test("a rollback together with finalize is refused", () => {
  expect(() => readSettings(given({ rollback: "true", finalize: "true" }))).toThrow(
    'settings "rollback" and "finalize" are both true',
  );
  expect(readSettings(given({ rollback: "true", acceptIrreversible: '["schema-kfp-api"]' }))).toMatchObject({
    rollback: true,
    acceptIrreversible: ["schema-kfp-api"],
  });
});

describe("settings that belong together", () => {
  const bucket = {
    backupTarget: "s3",
    backupEndpoint: "https://s3.example.com:9000",
    backupBucket: "backups",
    backupPrefix: "kubeflow/staging",
    backupSecret: "keys",
  };
  const declared = {
    declaredBackupBy: "the platform team",
    declaredBackupWhen: "2026-01-01",
    declaredBackupWhat: "Velero backup nightly-12",
  };

  test("are taken when all are set", () => {
    expect(readSettings(given({ ...bucket, ...declared }))).toMatchObject({
      ...bucket,
      ...declared,
      backupRegion: "us-east-1",
    });
    expect(readSettings(given({ ...declared, declaredBackupWhen: "2026-01-01T22:15:00+02:00" }))).toMatchObject({
      declaredBackupWhen: "2026-01-01T22:15:00+02:00",
    });
  });

  test.each([
    [
      { backupTarget: "s3" },
      'setting "backupEndpoint", setting "backupBucket", setting "backupSecret": not set; backupEndpoint, backupBucket, backupSecret belong together',
    ],
    [{ ...bucket, backupSecret: "" }, 'setting "backupSecret": not set'],
    [{ ...bucket, backupTarget: "claim" }, 'setting "backupEndpoint" is set, but "backupTarget" is claim'],
    [
      { ...declared, declaredBackupWhen: "" },
      'setting "declaredBackupWhen": not set; declaredBackupBy, declaredBackupWhen, declaredBackupWhat belong together',
    ],
    [
      { ...declared, declaredBackupWhen: "yesterday" },
      'setting "declaredBackupWhen" is "yesterday"; allowed: a date that is not in the future',
    ],
    [{ ...declared, declaredBackupWhen: "2026-02-30" }, 'setting "declaredBackupWhen" is "2026-02-30"'],
    [
      { ...declared, declaredBackupWhen: "2999-01-01" },
      'setting "declaredBackupWhen" is "2999-01-01"; allowed: a date that is not in the future',
    ],
    [{ ...declared, declaredBackupBy: "a\nb" }, 'setting "declaredBackupBy"'],
    [{ ...bucket, backupEndpoint: "https://user:word@s3.example.com" }, 'setting "backupEndpoint"'],
    [{ ...bucket, backupPrefix: "../other" }, 'setting "backupPrefix" is "../other"'],
  ])("%j is refused", (changed, message) => {
    expect(() => readSettings(given(changed))).toThrow(message);
  });
});

test("every wrong setting is named at once, a missing one too", () => {
  expect(() => readSettings(given({ to: "2.0", model: undefined }))).toThrow(
    /setting "model" is not set[^]*setting "to" is "2.0"/,
  );
});

test("findings to ignore are given by their names", () => {
  expect(
    readSettings(given({ ignorePreflight: '["notebooks-running", "kubernetes-version"]' })).ignorePreflight,
  ).toEqual(["notebooks-running", "kubernetes-version"]);
});

test.each(["docker.io/rclone/rclone:1.71.0", "rclone/rclone:1.75", "registry.example.com:5000/rclone:v1.68.2"])(
  "an rclone that is older than the tested one is refused: %s",
  (moverImage) => {
    expect(() => readSettings({ ...defaults, moverImage })).toThrow(/rclone older than 1\.76/);
  },
);

test("a hook has ten minutes where nothing else is said, and a wrong one is never quoted", () => {
  const told = '[{"name":"a","after":"verify","command":"./site/tell.sh"}]';
  expect(readSettings(given({ hooks: told })).hooks).toEqual([
    { name: "a", after: "verify", command: "./site/tell.sh", timeoutMinutes: 10 },
  ]);
  expect(() => readSettings(given({ hooks: '[{"name":"A","command":"token=hunter2"}]' }))).toThrow(/^(?!.*hunter2)/s);
});
