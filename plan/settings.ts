import leven from "leven";
import { z } from "zod";
import { bucketPattern, endpointPattern, prefixPattern } from "./patterns";
import { phases } from "./types";
import { ignorableNames, ignored } from "../guide/preflight/finding";

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
/** Model of juju's client: https://github.com/juju/juju/pull/5758; a user may be of an identity provider, name@domain. */
const modelName = /^(?:[\w.-]+:)?(?:[a-zA-Z0-9][\w.+-]*(?:@[\w.-]+)?\/)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const kubernetesName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const json = z.string().transform((text, { addIssue }) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    addIssue("is no JSON");
    return z.NEVER;
  }
});
const boolean = z.enum(["true", "false"]).transform((text) => text === "true");

/** "katib-db/database=copy, mlmd/mlmd-data=rebind", each storage once. */
const volumes = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
  )
  .pipe(z.array(z.string().regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*=(rebind|copy)$/)))
  .transform((all) =>
    all.map((one) => {
      const [application, storage, path] = one.split(/[/=]/);
      return { application, storage, path: path as "rebind" | "copy" };
    }),
  )
  .refine((all) => new Set(all.map(({ application }) => application)).size === all.length);

/** Whether the tag of an image of rclone's own tells a version before the tested one; of any other image the Job finds out. */
function olderThanTested(image: string): boolean {
  const [, minor] = /(?:^|\/)rclone(?:\/rclone)?:v?1\.(\d+)(?:[.@-]|$)/.exec(image) ?? [];
  return minor !== undefined && Number(minor) < 76;
}

const words = z.string().regex(/^[^\p{Cc}]{0,200}$/u);
const pastDate = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .refine((text) => new Date(text).getTime() <= Date.now());

const phase = z.enum(phases).exclude(["finalize", "rollback"]);
const hook = z
  .strictObject({
    name: z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/),
    before: phase.exclude(["preflight"]).optional(),
    after: phase.optional(),
    command: z.string().regex(/^[^\p{Cc}]{1,1000}$/u),
    timeoutMinutes: z.number().int().min(1).max(1440).default(10),
  })
  .refine(({ before, after }) => (before === undefined) !== (after === undefined));

/** Settings of which all are set or none. */
const together = [
  ["backupEndpoint", "backupBucket", "backupSecret"],
  ["declaredBackupBy", "declaredBackupWhen", "declaredBackupWhat"],
] as const;

/** Each setting, the check it must pass, and what is allowed in words. Mirrors the config section of Pulumi.yaml. */
const fields = {
  model: {
    check: z.string().regex(modelName),
    allowed:
      "a Juju model's name: small letters, digits and hyphens; another user's with its owner, as admin/kubeflow or CONTROLLER:admin/kubeflow",
  },
  // The known releases are data: readSettings is passed them.
  to: { check: z.string(), allowed: "a release" },
  storagePath: { check: z.enum(["auto", "refresh", "rebind", "copy"]), allowed: "auto, refresh, rebind, copy" },
  copyLimitMiB: { check: wholeNumber, allowed: "a whole number of MiB" },
  volumes: {
    check: volumes,
    allowed: "application/storage=copy or application/storage=rebind, several with commas, each application once",
  },
  databases: { check: z.enum(["mariadb", "mysql"]), allowed: "mariadb, mysql" },
  finalize: { check: boolean, allowed: "true, false" },
  rollback: { check: boolean, allowed: "true, false" },
  acceptIrreversible: {
    check: json.pipe(z.array(z.string().regex(kubernetesName))),
    allowed: "a list of names that the preview of a rollback gives what cannot be undone",
  },
  moverImage: {
    check: z
      .string()
      .regex(/^\w[\w.-]*(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@[\w.:-]+)?$/)
      .refine((image) => !olderThanTested(image)),
    allowed:
      "an image reference, e.g. docker.io/rclone/rclone:1.76.0; an rclone older than 1.76, which is what all Jobs are tested with, loses objects or leaves some behind",
  },
  backupSizeMiB: {
    check: wholeNumber,
    allowed: "a whole number of MiB, or 0 for the size of the object store's volume and of the databases'",
  },
  backupStorageClass: {
    check: z.union([z.literal(""), z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)]),
    allowed: "a StorageClass, or empty for the cluster's default",
  },
  ignorePreflight: {
    check: json.pipe(z.array(ignored)),
    allowed: `a list out of ${ignorableNames.join(", ")}, each alone or with the one application that it may find, as applications-restless/mlflow-server; of the other checks of docs/checks.md none can be ignored`,
  },
  hooks: {
    check: json.pipe(z.array(hook)).refine((all) => new Set(all.map(({ name }) => name)).size === all.length),
    allowed:
      'a list of {"name", "before" or "after" one of the phases of docs/hooks.md, "command", and "timeoutMinutes" where 10 are not enough}, each name once',
  },
  backupTarget: { check: z.enum(["claim", "s3"]), allowed: "claim, s3" },
  backupEndpoint: {
    check: z.union([z.literal(""), z.string().regex(endpointPattern)]),
    allowed: "scheme and host of an object store, e.g. https://s3.example.com",
  },
  backupBucket: { check: z.union([z.literal(""), z.string().regex(bucketPattern)]), allowed: "a bucket that is there" },
  backupPrefix: {
    check: z.string().regex(prefixPattern),
    allowed: "a folder in the bucket, e.g. kubeflow/staging, or empty",
  },
  backupRegion: { check: z.string().regex(/^[a-z0-9][a-z0-9-]*$/), allowed: "a region, e.g. us-east-1" },
  backupSecret: {
    check: z.union([z.literal(""), z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)]),
    allowed: "a Secret of the model's namespace with the keys accesskey and secretkey",
  },
  declaredBackupBy: { check: words, allowed: "a person or team, in at most 200 characters" },
  declaredBackupWhen: {
    check: z.union([z.literal(""), pastDate]),
    allowed: "a date that is not in the future, e.g. 2026-03-01 or 2026-03-01T22:15:00Z",
  },
  declaredBackupWhat: { check: words, allowed: "what the backup is and where it lies, in at most 200 characters" },
  jobTimeoutMinutes: {
    check: wholeNumber.pipe(z.number().min(1).max(10080)),
    allowed: "a whole number of minutes from 1 to 10080",
  },
};

/** A value as a message may show it: of an address neither user, password nor query, and nothing of what may hold a secret. */
function shown(name: keyof typeof fields, value: string): string {
  if (name === "backupSecret") return "no name";
  if (name === "hooks") return "no list of hooks";
  return JSON.stringify(value.replace(/([a-z][\w+.-]*:\/\/)?[^\s@]*@(?!sha\d+:)/gi, "$1***@").replace(/\?.*/s, "?***"));
}

/** The settings of one stack, checked. */
export type Settings = { [name in keyof typeof fields]: z.infer<(typeof fields)[name]["check"]> } & {
  /** What juju's client calls the model, where that is more than the name of its namespace, which `model` then is. */
  jujuModel?: string;
};

const byLikeness = (name: string): string[] =>
  Object.keys(fields).sort(
    (a, b) => leven(name.toLowerCase(), a.toLowerCase()) - leven(name.toLowerCase(), b.toLowerCase()),
  );

/**
 * Checks the settings of a stack.
 * @param given text of every setting by name; Pulumi fills in the defaults of Pulumi.yaml.
 * @param targets releases that a known hop leads to.
 * @throws naming every wrong setting with what may be shown of its value, and what is allowed, and every unknown one with the nearest that is known.
 */
export function readSettings(given: Record<string, string | undefined>, targets?: string[]): Settings {
  const wrong = Object.keys(given)
    .filter((name) => !Object.hasOwn(fields, name))
    .map(
      (name) =>
        `setting "${name}" is not known, the nearest that is: "${byLikeness(name)[0]}"; Pulumi.yaml describes all. \`pulumi config rm ${name}\` takes it away`,
    );
  const settings: Record<string, unknown> = {};
  const to = {
    check: z.string().refine((release) => targets?.includes(release) ?? true),
    allowed: targets?.join(", ") ?? "a release",
  };
  for (const [name, { check, allowed }] of Object.entries({ ...fields, to }) as [
    keyof typeof fields,
    (typeof fields)[keyof typeof fields],
  ][]) {
    const value = given[name];
    const result = check.safeParse(value);
    if (result.success) settings[name] = result.data;
    else
      wrong.push(`setting "${name}" is ${value === undefined ? "not set" : shown(name, value)}; allowed: ${allowed}`);
  }
  for (const group of together) {
    const unset = group.filter((name) => settings[name] === "");
    const wanted = unset.length < group.length || (group[0] === "backupEndpoint" && settings.backupTarget === "s3");
    if (wanted && unset.length > 0)
      wrong.push(
        `${unset.map((name) => `setting "${name}"`).join(", ")}: not set; ${group.join(", ")} belong together`,
      );
  }
  if (settings.backupTarget === "claim" && settings.backupEndpoint)
    wrong.push('setting "backupEndpoint" is set, but "backupTarget" is claim; set it to s3');
  if (settings.rollback === true && settings.finalize === true)
    wrong.push(
      'settings "rollback" and "finalize" are both true: one takes the model back, the other deletes what it could go back to. Set one of them to false',
    );
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  const named = settings.model as string;
  const model = named.replace(/^.*[:/]/, "");
  return { ...(settings as Settings), model, ...(model !== named && { jujuModel: named }) };
}
