import execa from "execa";
import type { Inspected } from "./inspect";
import { readVersion, refuse } from "./probe";
import type { Part } from "./tools";

/** Oldest Go that fetches the newer toolchain a go.mod asks for by itself: https://go.dev/doc/toolchain */
const GO = { pattern: /go version go(\d+\.\d+(?:\.\d+)?)/, accept: ">=1.21.0" };

export interface Prerequisite {
  name: string;
  found: string;
  /** Present when something is missing: what is wrong and what to install. */
  missing?: string;
}

/** What a cluster that is there already spares, and what it does not: `still` is what is missing in any case. */
export function wayOut(still: string[]): string {
  const needed =
    still.length === 0 ? "nothing of this is needed" : `of this only the following is needed: ${still.join("; ")}`;
  return `for a rehearsal on a cluster that you have (--kubeconfig FILE; kind and MicroK8s will do) ${needed}`;
}

/** One error for everything that is missing, so that a person can put it right in one go. */
export class PrerequisitesMissing extends Error {
  /** @param still what of it is missing without a node of our own, too; undefined where none was asked for */
  constructor(missing: string[], still?: string[]) {
    super(
      still
        ? `the embedded world cannot be built here: ${missing.join("; ")}; ${wayOut(still)}`
        : `what is needed beside a cluster cannot be had here: ${missing.join("; ")}. Pulumi and the images of the rehearsal are made on this machine, those out of busybox-static, MariaDB and what Go builds; all that is on PATH already is used as it is, without root`,
    );
    this.name = "PrerequisitesMissing";
  }
}

async function firstLine(command: string, args: string[]): Promise<string | undefined> {
  const run = await execa(command, args, { reject: false, timeout: 20_000, stdin: "ignore" });
  return run.failed ? undefined : run.stdout.split("\n")[0];
}

/** Go, needed to build `tools`. */
async function findGo(tools: string[]): Promise<Prerequisite> {
  const line = await firstLine("go", ["version"]);
  const refused = line === undefined ? "not found" : refuse(readVersion(line, GO), GO);
  return {
    name: "go",
    found: line ?? "-",
    ...(refused
      ? { missing: `Go ${refused}: install Go 1.21 or newer (https://go.dev/dl), it builds ${tools.join(", ")}` }
      : {}),
  };
}

/** apt-get with root, needed to install `packages`. */
async function findApt(packages: string[]): Promise<Prerequisite> {
  const line = await firstLine("apt-get", ["--version"]);
  const list = packages.join(" ");
  if (line === undefined)
    return {
      name: "apt-get",
      found: "-",
      missing: `no apt-get (not a Debian): install the equivalents of the packages ${list}`,
    };
  if (process.getuid?.() !== 0)
    return { name: "apt-get", found: line, missing: `not root: run "sudo apt-get install ${list}"` };
  return { name: "apt-get", found: line };
}

/** What the embedded node needs of the machine: Linux, root, and the namespace tools of util-linux. */
async function findNodeHost(): Promise<Prerequisite[]> {
  const linux = process.platform === "linux";
  const root = process.getuid?.() === 0;
  const tools = await Promise.all(["unshare", "nsenter", "mount"].map((tool) => firstLine(tool, ["--version"])));
  return [
    {
      name: "linux",
      found: process.platform,
      ...(linux ? {} : { missing: `a Kubernetes node needs Linux, this is ${process.platform}` }),
    },
    {
      name: "root",
      found: root ? "yes" : "no",
      ...(root ? {} : { missing: "a Kubernetes node needs root: start it as root (sudo)" }),
    },
    {
      name: "util-linux",
      found: tools[0] ?? "-",
      ...(tools.every(Boolean) ? {} : { missing: "unshare, nsenter or mount not found: install util-linux" }),
    },
  ];
}

/** What the machine must bring for what was decided about the tools of these parts; nothing is missing that nothing needs. */
export async function findPrerequisites(parts: Part[], inspected: Inspected[]): Promise<Prerequisite[]> {
  const own = inspected.filter(({ tool }) => tool.parts.some((part) => parts.includes(part)));
  const packages = [
    ...new Set(own.flatMap(({ decision }) => (decision.action === "install" ? [decision.package] : []))),
  ];
  const builds = own.filter(({ decision }) => decision.action === "build").map(({ tool }) => tool.name);
  const [go, apt, host] = await Promise.all([
    findGo(builds),
    findApt(packages),
    parts.includes("cluster") ? findNodeHost() : [],
  ]);
  const needless = ({ name, found }: Prerequisite): Prerequisite => ({ name, found });
  return [...host, builds.length > 0 ? go : needless(go), packages.length > 0 ? apt : needless(apt)];
}

/** What of that is missing, each as a person is told it. */
export const missingOf = (prerequisites: Prerequisite[]): string[] =>
  prerequisites.flatMap(({ missing }) => missing ?? []);
