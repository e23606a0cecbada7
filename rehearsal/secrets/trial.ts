import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { sharedFolder } from "../../juju/folder";
import { IN_NODE } from "../cluster";
import type { Trial } from "../trial";
import { searchCluster } from "./cluster";
import { searchFiles } from "./files";
import { type Planted, secretsIn } from "./planted";

export interface SecretsSearch {
  kubeconfig: string;
  planted: Planted[];
  /** What was seen of the arguments of processes. */
  processes: { processes: number; found: string[] };
  /** State, logs of events and of everything that was printed, what steps share. */
  folders: string[];
  /** The report, as it is written. */
  report: string;
}

/** No planted credential is anywhere but in the Secrets that are meant to hold it. */
export async function secretsTrial({ kubeconfig, planted, processes, folders, report }: SecretsSearch): Promise<Trial> {
  const [files, cluster] = [searchFiles(folders, planted), await searchCluster(kubeconfig, planted)];
  const found = [
    ...processes.found,
    ...files.found,
    ...cluster.found,
    ...secretsIn(report, planted).map((secret) => `${secret} in the report`),
  ];
  const blind = [
    ...(cluster.holding.length > 0 ? [] : ["no Secret holds a planted credential, so this search proves nothing"]),
    ...(processes.processes > 100 ? [] : [`only ${processes.processes} processes were looked at`]),
    ...(files.looked > 10 ? [] : [`only ${files.looked} files were looked at`]),
  ];
  const detail = `none of ${planted.length} planted credentials in ${files.looked} files, ${cluster.looked} objects and logs, the arguments of ${processes.processes} processes; as meant, in ${cluster.holding.join(", ")}`;
  return {
    name: "secrets stay secret",
    ok: found.length === 0 && blind.length === 0,
    detail: [...found, ...blind].join("; ") || detail,
  };
}

/** Where a rehearsal's Pulumi keeps its state, where logs are, and what steps tell each other; not what the cluster and juju keep. */
export function searchedFolders(dir: string): string[] {
  const pulumi = ["state", "home/logs", "home/workspaces"].map((name) => join(dir, "pulumi", name));
  return [
    ...pulumi,
    join(dir, "logs"),
    join(dir, "cluster/node", dirname(IN_NODE.audit)),
    dirname(sharedFolder()),
  ].filter((folder) => existsSync(folder));
}
