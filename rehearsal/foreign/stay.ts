import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelMark } from "../juju";
import { clear, requireEmpty } from "./cluster";

/** Names, in a world's folder, the kubeconfig of the cluster that it is in. */
const note = (dir: string): string => join(dir, "foreign-cluster");

/** Folder of the stand-in's controller in a world's. */
export const controllerOf = (dir: string): string => join(dir, "juju");

/** Makes sure that a folder's earlier world is out of its cluster. @throws where it is not: what could take it out would be written over */
export function requireLeft(dir: string): void {
  if (existsSync(note(dir)))
    throw new Error(
      `${dir} holds what is needed to take an earlier rehearsal out of the cluster of ${readFileSync(note(dir), "utf8")}. Nothing was changed. Do that first: npm start -- down --dir ${dir}`,
    );
}

/** Before anything is made in somebody's cluster. @throws where something is there that a rehearsal would make */
export async function enter(dir: string, kubeconfig: string, model: string): Promise<void> {
  await requireEmpty(kubeconfig, model);
  writeFileSync(note(dir), kubeconfig);
}

/** Takes everything of a world out of the cluster that it entered. Its controller must have ended. @returns whether there was something */
export async function leave(dir: string, model: string, log: (line: string) => void): Promise<boolean> {
  if (!existsSync(note(dir))) return false;
  const kubeconfig = readFileSync(note(dir), "utf8");
  log(`taking what the rehearsal made out of the cluster of ${kubeconfig}`);
  const cleared = await clear(kubeconfig, model, modelMark(controllerOf(dir))).catch((error: Error) => {
    throw new Error(`${error.message}\nOnce that is put right: npm start -- down --dir ${dir}`, { cause: error });
  });
  rmSync(note(dir));
  return cleared;
}
