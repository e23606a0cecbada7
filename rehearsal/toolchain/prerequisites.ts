import execa from "execa";
import { readVersion, refuse } from "./probe";

/** Oldest Go that fetches the newer toolchain a go.mod asks for by itself: https://go.dev/doc/toolchain */
const GO = { pattern: /go version go(\d+\.\d+(?:\.\d+)?)/, accept: ">=1.21.0" };

export interface Prerequisite {
  name: string;
  found: string;
  /** Present when something is missing: what is wrong and what to install. */
  missing?: string;
}

const WAY_OUT =
  "the rehearsal can use a cluster that you already have instead: --kubeconfig FILE, or the setting REHEARSAL_KUBECONFIG (kind and MicroK8s will do)";

/** One error for everything that is missing, so that a person can put it right in one go. */
export class PrerequisitesMissing extends Error {
  constructor(missing: string[]) {
    super(`the embedded world cannot be built here: ${missing.join("; ")}; ${WAY_OUT}`);
    this.name = "PrerequisitesMissing";
  }
}

async function firstLine(command: string, args: string[]): Promise<string | undefined> {
  const run = await execa(command, args, { reject: false, timeout: 20_000, stdin: "ignore" });
  return run.failed ? undefined : run.stdout.split("\n")[0];
}

/** Go, needed to build `tools`. */
export async function findGo(tools: string[]): Promise<Prerequisite> {
  const line = await firstLine("go", ["version"]);
  const refused = line === undefined ? "not found" : refuse(readVersion(line, GO), GO);
  return {
    name: "go",
    found: line ?? "-",
    ...(refused ? { missing: `Go ${refused}: install Go 1.21 or newer (https://go.dev/dl), it builds ${tools.join(", ")}` } : {}),
  };
}

/** apt-get with root, needed to install `packages`. */
export async function findApt(packages: string[]): Promise<Prerequisite> {
  const line = await firstLine("apt-get", ["--version"]);
  const list = packages.join(" ");
  if (line === undefined) return { name: "apt-get", found: "-", missing: `no apt-get (not a Debian): install the equivalents of the packages ${list}` };
  if (process.getuid?.() !== 0) return { name: "apt-get", found: line, missing: `not root: run "sudo apt-get install ${list}"` };
  return { name: "apt-get", found: line };
}

/** What the embedded node needs of the machine: Linux, root, and the namespace tools of util-linux. */
export async function findNodeHost(): Promise<Prerequisite[]> {
  const linux = process.platform === "linux";
  const root = process.getuid?.() === 0;
  const tools = await Promise.all(["unshare", "nsenter", "mount"].map((tool) => firstLine(tool, ["--version"])));
  return [
    { name: "linux", found: process.platform, ...(linux ? {} : { missing: `a Kubernetes node needs Linux, this is ${process.platform}` }) },
    { name: "root", found: root ? "yes" : "no", ...(root ? {} : { missing: "a Kubernetes node needs root: start it as root (sudo)" }) },
    { name: "util-linux", found: tools[0] ?? "-", ...(tools.every(Boolean) ? {} : { missing: "unshare, nsenter or mount not found: install util-linux" }) },
  ];
}
