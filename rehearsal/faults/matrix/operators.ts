import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { linkedProject } from "../../linked";
import { initStack } from "../../rehearse";
import { type Workspace, up } from "../../run";
import type { Cell, Stage } from "../cell";
import { settingsOf } from "../upgrade";

/** Somebody else's machine: a working folder, a backend and temporary files of their own. */
function otherMachine({ world: { workspace, dir } }: Stage, name: string): Workspace {
  const own = join(dir, name);
  const [state, temporary] = [join(own, "state"), join(own, "tmp")];
  for (const folder of [state, temporary]) mkdirSync(folder, { recursive: true });
  const project = linkedProject(workspace.project, join(own, "project"), join(workspace.project, "index.ts"));
  return { ...workspace, project, env: { ...workspace.env, PULUMI_BACKEND_URL: `file://${state}`, TMPDIR: temporary } };
}

/** Runs `up` there to its end. @returns a text where it was not refused, or not in these words, or did something */
async function refused(workspace: Workspace, says: RegExp[]): Promise<string | undefined> {
  const { exitCode, text, steps } = await up(workspace, { reviewed: true });
  if (exitCode === 0) return "the other run came through";
  if (steps.length > 0) return `the other run started ${steps.map(({ id }) => id).join(", ")}`;
  const unsaid = says.filter((pattern) => !pattern.test(text));
  return unsaid.length === 0 ? undefined : `the other run was refused without ${unsaid.join(", ")}: ${text.slice(-600)}`;
}

/** (5) Two operators run `up` at once. The first must come through as if nothing were, the second must change nothing. */
export function operators(): Cell[] {
  const cell = (id: string, step: string, fault: string, strike: Cell["strike"]): Cell => ({ id: `operators/${id}/${step}`, family: "operators", fault, moment: { step, at: "middle" }, strike });
  const steps = ["export-resources", "refresh-istio-pilot-1.12", "minio-presync"];
  return [
    ...steps.map((step) =>
      cell("own-backend", step, "somebody else runs up on another machine, with a backend of their own", async (stage) => {
        const other = otherMachine(stage, `operator-${step}`);
        await initStack(other, settingsOf(stage.world));
        return refused(other, [/another run of an upgrade works on model/i, /undo each other's steps/, /wait until the other has ended/i]);
      }),
    ),
    cell("one-backend", "refresh-istio-pilot-1.14", "somebody else runs up with the same backend", ({ world: { workspace } }) => refused(workspace, [/the stack is currently locked/, /pulumi cancel/])),
  ];
}
