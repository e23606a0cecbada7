import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const file = "/usr/bin/chromium";

/** The browser of Debian, installed where it is missing. @throws what apt says */
export function installedChromium(): string {
  if (!existsSync(file)) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    execFileSync("apt-get", ["update", "-qq"], { env, stdio: "pipe" });
    execFileSync("apt-get", ["install", "-qq", "-y", "--no-install-recommends", "chromium"], { env, stdio: "pipe" });
  }
  return file;
}
