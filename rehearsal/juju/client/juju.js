#!/usr/bin/env node
"use strict";
// The client of the stand-in: sends the command line to the controller and shows its answer. Plain and small, because it starts often.
const fs = require("node:fs");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");

const retryEvery = 2000;
const env = process.env;
const data = env.JUJU_DATA || path.join(env.XDG_DATA_HOME || path.join(os.homedir(), ".local", "share"), "juju");
const argv = process.argv.slice(2);
const json = argv.includes("json") || argv.includes("--format=json");

function finish(stdout, stderr, code) {
  fs.writeSync(2, stderr);
  let rest = Buffer.from(stdout);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(1, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
  process.exit(code);
}

let known;
try {
  known = JSON.parse(fs.readFileSync(path.join(data, "stand-in.json"), "utf8"));
} catch {
  if (argv[0] === "whoami") finish("", "There is no current controller.\nRun juju controllers to see available controllers.\n", 0);
  finish("", "ERROR No controllers registered.\n\nPlease either create a new controller using \"juju bootstrap\" or connect to\nanother controller that you have been given access to using \"juju register\".\n", 1);
}
// These two never contact a controller.
if (argv[0] === "version" && argv.length === 1) finish(`${known.version}-ubuntu-amd64\n`, "", 0);
if (argv[0] === "whoami" && json) finish(`${JSON.stringify({ controller: known.controller, model: known.model, user: "admin" })}\n`, "", 0);

const patience = Date.now() + Number(env.STANDIN_DIAL_TIMEOUT_MS || 600000);

function connect() {
  const socket = net.createConnection(known.socket);
  let received = "";
  let answered = false;
  socket.on("connect", () => socket.write(`${JSON.stringify({ argv, cwd: process.cwd(), env: wanted() })}\n`));
  socket.on("data", (chunk) => {
    received += chunk;
    for (let end = received.indexOf("\n"); end >= 0; end = received.indexOf("\n")) {
      const message = JSON.parse(received.slice(0, end));
      received = received.slice(end + 1);
      if (message.need === "stdin") socket.write(`${JSON.stringify({ stdin: readStdin() })}\n`);
      else {
        answered = true;
        finish(message.stdout, message.stderr, message.code);
      }
    }
  });
  socket.on("error", (error) => {
    if (!["ENOENT", "ECONNREFUSED", "EAGAIN"].includes(error.code)) finish("", "ERROR connection is shut down\n", 1);
    if (Date.now() + retryEvery > patience) finish("", `ERROR unable to connect to API: dial unix ${known.socket}: connect: connection refused\n`, 1);
    setTimeout(connect, error.code === "EAGAIN" ? 20 : retryEvery);
  });
  socket.on("close", (failed) => {
    if (!answered && !failed) finish("", "ERROR connection is shut down\n", 1);
  });
}

function readStdin() {
  try {
    return fs.readFileSync(0, "utf8");
  } catch {
    return "";
  }
}

function wanted() {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("JUJU_") || name === "NO_COLOR"));
}

connect();
