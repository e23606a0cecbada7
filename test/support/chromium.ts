import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { Page } from "playwright-core";

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

/** As a test starts it: nothing but the test's own pages, and no sandbox, which root has not. */
export const browserFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Labels of the page's graphs that are not inside their boxes. */
export function labelsOutside(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll("svg .node")].flatMap((node) => {
    const box = node.querySelector("path, polygon").getBoundingClientRect();
    return [...node.querySelectorAll("text")].filter((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      return left < box.left || right > box.right || top < box.top - 1 || bottom > box.bottom + 1;
    }).map((text) => text.textContent);
  })`);
}
