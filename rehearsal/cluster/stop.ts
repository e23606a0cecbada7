import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { layoutOf, type Layout } from "./layout";
import { disconnect } from "./network";
import { endAtOnce, hasEnded, identify, isAlive } from "./processes";
import { type ClusterState, readState } from "./state";

/**
 * Ends a cluster by the ids in its state: process 1 of the node, with which the kernel ends every process, mount and
 * link in it; then waits for the keeper, which removes the containers' cgroups; then removes the machine's end of the link and
 * the files. The logs stay.
 */
export async function endCluster(layout: Layout, state: ClusterState, ip: string): Promise<void> {
  await endAtOnce(state.node);
  if (!(await hasEnded(state.keeper, 30_000)))
    throw new Error(
      `the node of ${layout.dir} still ends after 30 s: a process of it hangs in the kernel; its keeper is process ${state.keeper.pid}`,
    );
  if (state.network) await disconnect(ip, state.network);
  await Promise.all(
    [layout.node, layout.kubeconfig, layout.state].map((path) =>
      rm(path, { recursive: true, force: true, maxRetries: 3 }),
    ),
  );
}

/**
 * Ends what an earlier start left in a folder, also one that was killed. Each process is ended by its id and start
 * time, so that a later process with the same id is left alone.
 * @returns whether there was something.
 * @throws when the cluster belongs to a process that still runs, unless `force`.
 */
export async function down(dir: string, options: { ip?: string; force?: boolean } = {}): Promise<boolean> {
  const layout = layoutOf(resolve(dir));
  const state = readState(layout.state);
  if (!state) return false;
  if (!options.force && !state.kept && isAlive(state.owner) && isAlive(state.node)) {
    const who = state.owner.pid === identify(process.pid)?.pid ? "this process" : `process ${state.owner.pid}`;
    throw new Error(`a cluster runs in ${layout.dir}, started by ${who}: stop that one first or choose another folder`);
  }
  await endCluster(layout, state, options.ip ?? "ip");
  return true;
}
