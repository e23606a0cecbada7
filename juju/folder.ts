import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/**
 * A folder that all steps of this user share, for one juju client: what they tell each other is only worth something
 * where they talk to the same controller. Readable by this user alone.
 * @throws when somebody else made it
 */
export function sharedFolder(): string {
  const { uid, username } = userInfo();
  const { JUJU_DATA, XDG_DATA_HOME, HOME, JUJU_CONTROLLER, JUJU_MODEL } = process.env;
  const client = createHash("sha256")
    .update(JSON.stringify([JUJU_DATA, XDG_DATA_HOME, HOME, JUJU_CONTROLLER, JUJU_MODEL].map((value) => value ?? "")))
    .digest("hex")
    .slice(0, 12);
  const base = join(tmpdir(), `ckf-upgrade-${uid >= 0 ? uid : username}`);
  for (const folder of [base, join(base, client)]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    if (!found.isDirectory() || (uid >= 0 && (found.uid !== uid || (found.mode & 0o077) !== 0))) {
      throw new Error(
        `folder "${folder}" is not this user's alone. Steps share what juju told them in it, so nothing is done there. Remove it, or set TMPDIR to a folder of your own`,
      );
    }
  }
  return join(base, client);
}
