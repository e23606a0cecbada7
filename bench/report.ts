import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

export interface Set {
  count: number;
  bytes: number;
}

export interface Round {
  /** Processes that wanted a processor, on average over the minute before the round: what else the machine did. */
  load: number;
  /** Seconds that MinIO took to stop and to start. */
  stop: number;
  start: number;
  /** Seconds and peak bytes of each thing that was run. */
  totals: Record<string, number>;
  peaks: Record<string, number>;
}

/** Two volumes that were taken over as they are: seconds without service in each round. */
export interface Rebinds {
  small: Set;
  large: Set;
  rounds: { load: number; small: number; large: number }[];
}

/** What it was measured on. */
export function machine(dir: string): string {
  const [source, type] = execFileSync("df", ["--output=source,fstype", dir])
    .toString()
    .trim()
    .split("\n")[1]
    .split(/\s+/);
  const [{ model }] = cpus();
  return `${cpus().length} cores (${model}), ${Math.round(totalmem() / 1073741824)} GiB of memory, ${type} on ${source}`;
}

export function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const down = ({ stop, start, totals }: Round, copy: string): number => stop + totals[copy] + start;

const figures: { name: string; goal: number; of: (round: Round) => number }[] = [
  {
    name: "downtime of the copy with 1 % changed after the presync / the guide's (stop, `cp -rfpT`, `sync`, start)",
    goal: 0.25,
    of: (round) => down(round, "delta") / down(round, "guide"),
  },
  {
    name: "copy and check in one go / `cp -rfpT` and `sync` alone",
    goal: 1.3,
    of: ({ totals }) => totals.migration / totals.cp,
  },
  {
    name: "copy and check in one go / `rsync -a`, then a checksum pass",
    goal: 1,
    of: ({ totals }) => totals.migration / totals.rsync,
  },
  {
    name: "copy and check in one go / `rclone copy`, then `rclone check`",
    goal: 1,
    of: ({ totals }) => totals.migration / totals.rclone,
  },
];

const row = (name: string, ratio: number, goal: number): string =>
  `| ${name} | ${ratio.toFixed(2)} | ${goal} | ${ratio <= goal ? "met" : "missed"} |`;
const head = (rounds: { load: number }[]): string[] => [
  `Load of the machine before ${rounds.length === 1 ? "the round" : "each round"}: ${rounds.map(({ load }) => load.toFixed(1)).join(", ")}.`,
  "",
  "| ratio | measured | goal | |",
  "|---|---|---|---|",
];
const times = (count: number): string => `${count} ${count === 1 ? "round" : "rounds"}`;

const contents = ({ count, bytes }: Set): string => `${count} objects of ${bytes / 1e9} GB`;

function rebindReport({ small, large, rounds }: Rebinds): string[] {
  const middle = (of: "small" | "large"): string => median(rounds.map((one) => one[of])).toFixed(1);
  return [
    "",
    `## Rebind, ${times(rounds.length)}`,
    "",
    ...head(rounds),
    row(
      `downtime with ${contents(large)} / with ${contents(small)}`,
      median(rounds.map((one) => one.large / one.small)),
      1.2,
    ),
    "",
    `Median seconds without service: ${middle("large")} and ${middle("small")}. A MinIO on the embedded cluster is stopped, removed, deployed anew, and`,
    "given its old volume by the program's own steps. There is no Juju in it, which would add the same to both.",
  ];
}

/** docs/benchmarks.md: ratios first, then the seconds that they come from. */
export function report(on: string, results: { set: Set; rounds: Round[] }[], rebinds: Rebinds): string {
  const lines = [
    "# Benchmarks",
    "",
    "Written by `npm run bench`. The movers run as their Jobs run them: the same text, busybox and rclone, on volumes that a real",
    "MinIO wrote. All runs of a round follow each other on one machine; a ratio is the median of the rounds'. `cp` and `guide` are the",
    "same command on nearly the same data: how far apart they are says how much else the machine did, and how far to trust one round.",
    "The default sets are 20,000 objects with 1 GB and with 4 GB; one that is missing below was not run.",
    "",
    `Machine: ${on}.`,
    ...rebindReport(rebinds),
  ];
  for (const { set, rounds } of results) {
    lines.push("", `## ${set.count} objects, ${set.bytes / 1e9} GB, ${times(rounds.length)}`, "", ...head(rounds));
    for (const { name, goal, of } of figures) {
      const ratio = median(rounds.map(of));
      lines.push(
        Number.isFinite(ratio)
          ? row(name, ratio, goal)
          : `| ${name} | not measured | ${goal} | no rsync on this machine |`,
      );
    }
    lines.push("", "| run | median seconds | peak memory, MiB |", "|---|---|---|");
    for (const name of Object.keys(rounds[0].totals)) {
      lines.push(
        `| ${name} | ${median(rounds.map(({ totals }) => totals[name])).toFixed(1)} | ${Math.round(Math.max(...rounds.map(({ peaks }) => peaks[name])) / 1048576)} |`,
      );
    }
    lines.push(
      `| MinIO stops | ${median(rounds.map(({ stop }) => stop)).toFixed(1)} | |`,
      `| MinIO starts | ${median(rounds.map(({ start }) => start)).toFixed(1)} | |`,
    );
  }
  lines.push(
    "",
    "`migration` is the stopped phase alone on an empty destination, `delta` the same after a `presync`, `guide` the copy of the guide after the",
    "same change. Memory is that of the shell, its tools and rclone together. In a cluster both downtimes have the start of a Pod, the removal",
    "and the deployment of the application besides (about as much as the rebind above), which brings the first ratio nearer to 1.",
    "",
    "## What limits the copy",
    "",
    "- What fits into memory is copied without waiting for the disk: the smaller the set, the more of the time is work for each name, of which",
    "  this copy has several times as much as `cp`. The larger set shows what is left of that where the disk is waited for.",
    "- The volume of a MinIO has about two folders for each object. rclone sets owner, mode and time of each, and makes each file under a name",
    "  of its own first: more system calls than `cp` needs. rclone can do it from several threads, so the ratio is better with free cores.",
    "- busybox, all that the image has beside rclone, would copy faster, but its `cp` and `tar` cut every time to whole seconds, as the guide's",
    "  copy does, and lose extended attributes. To put the times right again takes a process for each file and folder.",
    "- The check reads both sides once more: the source while it is copied, the copy afterwards. Where the volume does not fit into memory,",
    "  that is once more from the disk.",
    "- The stopped phase walks both volumes once (one process each) and reads only what was touched since the presync. Its time grows with the",
    "  number of files and folders, not with their bytes. A name with a control character or a link makes it compare the whole volume with rclone.",
    "- A byte that rots below the file system after the presync read it leaves size, times and inode as they were: the stopped phase does not see",
    "  it. `minio-verify` does, which reads every object through S3 and holds it against the backup's manifest, and so does MinIO, whose",
    "  `xl-single` format has a checksum of its own for each part. Volumes of other applications have no such second check.",
    "",
  );
  return lines.join("\n");
}
