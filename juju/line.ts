/** The lines of Juju whose commands and answers this program knows. */
export type Line = "2.9" | "3.x";

/**
 * The line of a version such as "2.9.42-ubuntu-amd64" or "3.6.11".
 * @throws for a line whose commands are not known here
 */
export function lineOf(what: string, version: string): Line {
  const match = /^(\d+)\.(\d+)\.\d/.exec(version.trim());
  if (match?.[1] === "3") return "3.x";
  if (match?.[1] === "2" && match[2] === "9") return "2.9";
  throw new Error(
    `${what} has version ${JSON.stringify(version.trim().slice(0, 100))}. Only Juju 2.9 and 3.x are known here, so nothing is read or changed. Use a client and a controller of these`,
  );
}
