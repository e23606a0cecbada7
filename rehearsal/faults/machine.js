"use strict";
// Runs a command under a host name of its own. Usage, in a UTS namespace: node machine.js NAME COMMAND [WORD...]
const { spawnSync } = require("node:child_process");
const { writeFileSync } = require("node:fs");

const [name, command, ...words] = process.argv.slice(2);
writeFileSync("/proc/sys/kernel/hostname", name);
process.exitCode = spawnSync(command, words, { stdio: "inherit" }).status ?? 1;
