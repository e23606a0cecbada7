import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";

const processId = z.object({ pid: z.number(), startTime: z.string() });

const schema = z.object({
  /** Who started the cluster. */
  owner: processId,
  /** Whether it was told to outlive its owner. */
  kept: z.boolean(),
  /** Waits for the end of the node, then removes its cgroups. */
  keeper: processId,
  /** Process 1 of the node. */
  node: processId,
  components: z.record(z.string(), processId),
  network: z
    .object({
      link: z.string(),
      range: z.string(),
      machine: z.string(),
      node: z.string(),
      pods: z.string(),
      services: z.string(),
      apiService: z.string(),
    })
    .optional(),
  snapshotter: z.enum(["overlayfs", "native"]),
});

/** What a later process must know to use or end a cluster. Holds no secret. */
export type ClusterState = z.infer<typeof schema>;

/** Reads the state of a cluster's folder, undefined where none was ever started. @throws on a file that is not ours. */
export function readState(file: string): ClusterState | undefined {
  if (!existsSync(file)) return undefined;
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success)
    throw new Error(
      `${file} is not the state of a rehearsal's cluster (${parsed.error.issues[0].path.join(".")}: ${parsed.error.issues[0].message}): choose another folder`,
    );
  return parsed.data;
}

export function writeState(file: string, state: ClusterState): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}
