import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CharmRevision } from "./catalogue";
import { programText } from "./podspec";
import { shell, type Value } from "./render";

interface Program {
  text: string;
  environment?: { [name: string]: Value };
}

/** What the container of a sidecar runs, where it is more than a placeholder. */
function program({ name, data }: CharmRevision): Program | undefined {
  if (data.program !== undefined)
    return {
      text: programText(data.program.script),
      ...(name === "kfp-profile-controller" && {
        environment: { accesskey: shell('printf %s "$access_key"'), secretkey: shell('printf %s "$secret_key"') },
      }),
    };
  if (name === "minio")
    return {
      text: "exec /usr/bin/minio server /data --console-address :9001",
      environment: {
        MINIO_ROOT_USER: shell('printf %s "$access_key"'),
        MINIO_ROOT_PASSWORD: shell('printf %s "$secret_key"'),
      },
    };
  if (name === "mysql-k8s")
    return {
      text: readFileSync(join(__dirname, "..", "images", "mariadb-entrypoint.sh"), "utf8"),
      environment: {
        MARIADB_ROOT_PASSWORD: shell("kept_random password-root"),
        MARIADB_ROOT_HOST: "localhost",
        MARIADB_USER: "serverconfig",
        MARIADB_PASSWORD: shell("kept_random password-serverconfig"),
      },
    };
  return undefined;
}

/** Pebble's layer (https://documentation.ubuntu.com/pebble/reference/layer-specification/); a command's words are not expanded by Pebble. */
export function layer(charm: CharmRevision): Value | undefined {
  const found = program(charm);
  return (
    found && {
      services: {
        program: {
          override: "replace",
          startup: "enabled",
          command: `/bin/sh -c 'eval "$PROGRAM"'`,
          environment: { PROGRAM: found.text, ...found.environment },
        },
      },
    }
  );
}
