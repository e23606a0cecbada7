import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { sharedFolder } from "../../juju/folder";

/** What the fake command answers to command lines that match; the first of them that has answers left. */
export interface Answer {
  args: string;
  stdout?: string;
  stderr?: string;
  code?: number;
  /** How often; always when left out. */
  times?: number;
  /** Never ends by itself. */
  hangs?: boolean;
}

const script = `#!${process.execPath}
const fs = require("node:fs"), path = require("node:path");
const args = process.argv.slice(2).join(" ");
const file = args.match(/--config (\\S+)/);
fs.appendFileSync(path.join(__dirname, "log"), JSON.stringify({ args: process.argv.slice(2), env: Object.fromEntries(["NO_COLOR", "JUJU_STATUS_ISO_TIME", "JUJU_MODEL", "JUJU_CONTROLLER"].map((name) => [name, process.env[name]])), stdin: fs.fstatSync(0).isCharacterDevice() ? "" : fs.readFileSync(0, "utf8"), ...(file && { file: fs.readFileSync(file[1], "utf8"), mode: fs.statSync(file[1]).mode & 0o777 }) }) + "\\n");
const used = path.join(__dirname, "used");
const counts = JSON.parse(fs.readFileSync(used, "utf8"));
const answers = JSON.parse(fs.readFileSync(path.join(__dirname, "scenario.json"), "utf8"));
const index = answers.findIndex((one, at) => new RegExp(one.args).test(args) && (one.times === undefined || (counts[at] || 0) < one.times));
if (index < 0) { process.stderr.write("ERROR the scenario has no answer to: " + args + "\\n"); process.exit(99); }
counts[index] = (counts[index] || 0) + 1;
fs.writeFileSync(used, JSON.stringify(counts));
const answer = answers[index];
process.stdout.write(answer.stdout || "");
process.stderr.write(answer.stderr || "");
if (answer.hangs) setInterval(() => {}, 1000);
else process.exitCode = answer.code || 0;
`;

export interface Call {
  args: string[];
  env: Record<string, string | undefined>;
  stdin: string;
  /** Content and permissions of what --config named. */
  file?: string;
  mode?: number;
}

/** An executable juju on PATH that answers by a scenario and records how it was called. Its JUJU_DATA is its own, and with it the folder that steps share. */
export class FakeJuju {
  private readonly folder = mkdtempSync(join(tmpdir(), "fake-juju-"));
  private readonly before = {
    PATH: process.env.PATH,
    CKF_POLL_MS: process.env.CKF_POLL_MS,
    JUJU_DATA: process.env.JUJU_DATA,
  };

  constructor() {
    const juju = join(this.folder, "juju");
    writeFileSync(juju, script);
    chmodSync(juju, 0o755);
    Object.assign(process.env, {
      PATH: `${this.folder}${delimiter}${process.env.PATH}`,
      CKF_POLL_MS: "1",
      JUJU_DATA: this.folder,
    });
    this.answer([]);
  }

  answer(answers: Answer[]): void {
    writeFileSync(join(this.folder, "scenario.json"), JSON.stringify(answers));
    writeFileSync(join(this.folder, "used"), "{}");
    writeFileSync(join(this.folder, "log"), "");
  }

  calls(): Call[] {
    return readFileSync(join(this.folder, "log"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Call);
  }

  remove(): void {
    rmSync(sharedFolder(), { recursive: true, force: true });
    for (const [name, value] of Object.entries(this.before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
