import { mkdirSync, symlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { durationSeconds } from "../../../kube/lease";
import { linkedProject } from "../../linked";
import { initStack } from "../../rehearse";
import { type Workspace, up } from "../../run";
import type { Cell, Kind, Stage } from "../cell";
import { errorsIn } from "../judge";
import { phasesOf } from "../phases";
import { settingsOf } from "../upgrade";

const aside = "--uts --pid --fork --mount-proc --kill-child".split(" ");

/** Somebody else's machine: its name and its processes, a working folder, a Pulumi with a backend, and temporary files of its own. Its stack has the settings of the last phase. */
async function otherMachine({ world }: Stage, name: string, kind?: Kind): Promise<Workspace> {
  const { workspace, dir } = world;
  const own = join(dir, name);
  const [home, state, temporary] = ["home", "state", "tmp"].map((folder) => join(own, folder));
  for (const folder of [home, state, temporary]) mkdirSync(folder, { recursive: true });
  symlinkSync(join(workspace.env.PULUMI_HOME, "plugins"), join(home, "plugins"));
  const other = {
    ...workspace,
    project: linkedProject(workspace.project, join(own, "project"), join(workspace.project, "index.ts")),
    env: { ...workspace.env, PULUMI_HOME: home, PULUMI_BACKEND_URL: `file://${state}`, TMPDIR: temporary },
    under: ["unshare", ...aside, process.execPath, join(__dirname, "..", "machine.js"), name],
  };
  await initStack(other, Object.assign(settingsOf(world), ...phasesOf(kind).map(({ settings }) => settings)));
  return other;
}

/** Runs `up` there to its end. @returns a text where it was not refused, or not in these words, or did something */
async function refused(workspace: Workspace, says: RegExp[], tries = 5): Promise<string | undefined> {
  const { exitCode, text, steps } = await up(workspace, { reviewed: true });
  // What a folder holds cannot be read while the first run writes it: then the command is typed again (docs/faults.md).
  if (exitCode !== 0 && steps.length === 0 && tries > 1 && text.includes("failed to load checkpoint: EOF"))
    return refused(workspace, says, tries - 1);
  if (exitCode === 0) return "the other run came through";
  if (steps.length > 0) return `the other run started ${steps.map(({ id }) => id).join(", ")}`;
  const unsaid = says.filter((pattern) => !pattern.test(text));
  return unsaid.length === 0
    ? undefined
    : `the other run was refused without ${unsaid.join(", ")}: ${text.slice(-600)}`;
}

/** Runs `up` there, where nobody is at work any more and nobody can see that. @returns a text where it does not come through, or did not wait for the lease to run out */
async function takesOver(workspace: Workspace): Promise<string | undefined> {
  const from = Date.now();
  let waited = 0;
  const { exitCode, text } = await up(workspace, { reviewed: true, onStep: () => void (waited ||= Date.now() - from) });
  if (exitCode !== 0) return `the other run does not come through: ${errorsIn(text)}`;
  return waited < durationSeconds * 1000
    ? `the other run went to work after ${waited} ms, before the lease had run out`
    : undefined;
}

/** Steps in whose middle a machine dies for good, when relations are taken away: of a copy, of the move to MySQL, of a rollback. */
const takenOver: Record<string, Kind> = {
  "minio-migration": {},
  "load-kfp-db-mysql": { databases: "mysql" },
  "back-deploy-istio-pilot": { databases: "mysql", then: "rollback" },
};

/** (5) Two operators run `up` at once. The first must come through as if nothing were, the second must change nothing, unless the first is no more. */
export function operators(): Cell[] {
  const cell = (id: string, step: string, fault: string, strike: Cell["strike"], rest: Partial<Cell> = {}): Cell => ({
    id: `operators/${id}/${step}`,
    family: "operators",
    fault,
    moment: { step, at: "middle" },
    strike,
    ...rest,
  });
  const steps = ["export-resources", "refresh-istio-pilot-1.12", "minio-presync"];
  return [
    ...steps.map((step) =>
      cell("other-machine", step, "somebody else runs up on another machine", async (stage) =>
        refused(await otherMachine(stage, `operator-${step.replaceAll(".", "-")}`), [
          /another run of an upgrade works on model/i,
          new RegExp(`on ${hostname()} \\(process`),
          /undo each other's steps/,
          /wait until the other has ended/i,
        ]),
      ),
    ),
    cell(
      "one-backend",
      "refresh-istio-pilot-1.14",
      "somebody else runs up with the same backend",
      ({ world: { workspace } }) => refused(workspace, [/the stack is currently locked/, /pulumi cancel/]),
    ),
    ...Object.entries(takenOver).map(([step, kind]) => {
      const world: Kind = { ...kind, takenOver: true };
      return cell(
        "takes-over",
        step,
        "the machine dies, and somebody else runs up on another one, which knows nothing of it",
        async (stage, { kill }) => {
          kill();
          return takesOver(await otherMachine(stage, "successor", world));
        },
        { ends: "run", locks: true, world },
      );
    }),
  ];
}
