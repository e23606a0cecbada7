import { z } from "zod";
import { hops } from "../releases/load";
import { type CheckName, ignorableNames } from "./preflight/finding";

const wholeNumber = z.coerce.number().int();
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
  .transform((text) => text.split(",").map((one) => one.trim()).filter((one) => one !== ""))
  .pipe(z.array(z.string().regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*=(rebind|copy)$/)))
  .transform((all) =>
    all.map((one) => {
      const [application, storage, path] = one.split(/[/=]/);
      return { application, storage, path: path as "rebind" | "copy" };
    }),
  )
  .refine((all) => new Set(all.map(({ application }) => application)).size === all.length);

/** Each setting, the check it must pass, and what is allowed in words. Mirrors the config section of Pulumi.yaml. */
const fields = {
  model: { check: z.string().regex(kubernetesName), allowed: "a Juju model's name: small letters, digits and hyphens" },
  to: { check: z.enum(hops.map((hop) => hop.to) as [string, ...string[]]), allowed: hops.map((hop) => hop.to).join(", ") },
  storagePath: { check: z.enum(["auto", "refresh", "rebind", "copy"]), allowed: "auto, refresh, rebind, copy" },
  copyLimitMiB: { check: wholeNumber.min(0), allowed: "a whole number of MiB" },
  volumes: { check: volumes, allowed: "application/storage=copy or application/storage=rebind, several with commas, each application once" },
  finalize: { check: boolean, allowed: "true, false" },
  moverImage: { check: z.string().regex(/^[\w][\w./:@-]+$/), allowed: "an image reference, e.g. docker.io/rclone/rclone:1.71.0" },
  backupSizeMiB: { check: wholeNumber.min(0), allowed: "a whole number of MiB, or 0 for the size of the object store's volume" },
  backupStorageClass: {
    check: z.union([z.literal(""), z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)]),
    allowed: "a StorageClass, or empty for the cluster's default",
  },
  ignorePreflight: {
    check: json.pipe(z.array(z.enum(ignorableNames as [CheckName, ...CheckName[]]))),
    allowed: `a list out of ${ignorableNames.join(", ")}; of the other checks of docs/checks.md none can be ignored`,
  },
  jobTimeoutMinutes: { check: wholeNumber.min(1).max(10080), allowed: "a whole number of minutes from 1 to 10080" },
};

/** The settings of one stack, checked. */
export type Settings = { [name in keyof typeof fields]: z.infer<(typeof fields)[name]["check"]> };

/**
 * Checks the settings of a stack.
 * @param raw reads the text of a setting; Pulumi fills in the defaults of Pulumi.yaml.
 * @throws naming every wrong setting with its value and what is allowed.
 */
export function readSettings(raw: (name: string) => string | undefined): Settings {
  const wrong: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const [name, { check, allowed }] of Object.entries(fields)) {
    const value = raw(name);
    const result = check.safeParse(value);
    if (result.success) settings[name] = result.data;
    else wrong.push(`setting "${name}" is ${value === undefined ? "not set" : JSON.stringify(value)}; allowed: ${allowed}`);
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return settings as Settings;
}
