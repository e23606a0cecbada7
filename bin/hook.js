#!/usr/bin/env node
// Runs a command of the site, with a bound: node bin/hook.js <name> <minutes> <command for /bin/sh>.
// It has a process group of its own, so that what it started ends with it.
const { spawn } = require("node:child_process");

const [name, minutes, command] = process.argv.slice(2);
const begun = Date.now();
const child = spawn("/bin/sh", ["-c", command], { stdio: ["ignore", 2, 2], detached: true });
/** Signals all that is left of it. */
const signal = (name) => {
  try {
    process.kill(-child.pid, name);
  } catch {
    // Nobody is left.
  }
};
let late = false;
const bound = setTimeout(() => {
  late = true;
  signal("SIGTERM");
  setTimeout(() => signal("SIGKILL"), 10_000).unref();
}, minutes * 60_000);

child.on("close", (code, killedBy) => {
  clearTimeout(bound);
  if (late) signal("SIGKILL");
  const what = late
    ? `did not end within ${minutes} minutes and was ended`
    : `ended with ${killedBy ?? `exit code ${code}`}`;
  if (!late && code === 0) {
    console.log(JSON.stringify({ hook: name, seconds: Math.round((Date.now() - begun) / 1000) }));
    return;
  }
  console.error(
    `${name}: the site's command ${what}. What waits for it was not begun. Mend it, then run \`pulumi up\` again; or take it out of the setting "hooks"`,
  );
  process.exitCode = 1;
});
