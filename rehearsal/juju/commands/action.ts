import { stringify } from "yaml";
import type { Application, ModelState } from "../controller/state";
import { mysqlPassword } from "../rules/databases";
import { since } from "../format/time";
import { CommandError, type Call, type Command } from "./command";

type Outcome = Omit<ModelState["actions"][string], "unit" | "name" | "at" | "doneAt">;

/** What a charm's action gives: only what the facts name. Undefined = the charm has no such action. */
function perform(app: Application, action: string, params: Record<string, string>): Outcome | undefined {
  if (app.charm === "mysql-k8s" && action === "get-password") {
    const username = params.username ?? "root";
    return { status: "completed", results: { username, password: mysqlPassword(app, username) } };
  }
  if (app.charm === "mysql-k8s" && action === "create-backup")
    return { status: "failed", results: {}, message: "Missing S3 parameters: relate to s3-integrator first" };
  return undefined;
}

function start(call: Call): { id: string; unit: string; app: Application; record: ModelState["actions"][string] } {
  const { host } = call;
  const [unit, action, ...pairs] = call.args;
  if (unit === undefined) throw new CommandError("no unit specified", 2);
  if (action === undefined) throw new CommandError("no action specified", 2);
  const [name = "", number] = unit.replace("/leader", "/0").split("/");
  const app = host.state.applications[name];
  if (app?.units.some((each) => String(each.number) === number) !== true)
    throw new CommandError(`unit "${unit}" not found`);
  const params = Object.fromEntries(
    pairs.map((pair): [string, string] => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  const outcome = perform(app, action, params);
  if (outcome === undefined) throw new CommandError(`action "${action}" not defined on unit "${unit}"`);
  const id = String(++host.state.sequences.action);
  const record = {
    unit: `${name}/${number}`,
    name: action,
    ...outcome,
    at: host.now(),
    doneAt: host.now() + host.settle("action"),
  };
  host.state.actions[id] = record;
  return { id, unit: record.unit, app, record };
}

const timing = (record: ModelState["actions"][string]): object => ({
  completed: since(record.doneAt, true),
  enqueued: since(record.at, true),
  started: since(record.at, true),
});

/** 2.9: queues; with --wait gives the result keyed by the unit's tag, exit code 0 also when the action failed (juju.md b). */
export const runActionOld: Command = {
  name: "run-action",
  faces: ["2.9"],
  mutates: true,
  format: "yaml",
  flags: () => [
    { name: "wait", value: "optional" },
    { name: "params", value: "string" },
    { name: "string-args" },
    { name: "max-wait", value: "string" },
  ],
  run(call) {
    const { id, unit, record } = start(call);
    const [name, number] = unit.split("/");
    if (call.flag("wait") === undefined) {
      call.print({ "Action queued with id": id }, `Action queued with id: "${id}"\n`);
      return;
    }
    call.print({
      [`unit-${name}-${number}`]: {
        UnitId: unit,
        id,
        message: record.message,
        results: record.results,
        status: record.status,
        timing: timing(record),
      },
    });
  },
};

/** 3.x: waits and gives the result keyed by unit. */
export const runAction: Command = {
  name: "run",
  faces: ["3.6"],
  mutates: true,
  format: "tabular",
  flags: () => [
    { name: "wait", value: "string" },
    { name: "background" },
    { name: "params", value: "string" },
    { name: "string-args" },
    { name: "utc" },
  ],
  run(call) {
    const { id, unit, record } = start(call);
    const [name, number] = unit.split("/");
    const operation = Number(id) * 2 - 1;
    call.err(`Running operation ${operation} with 1 task\n  - task ${operation + 1} on unit-${name}-${number}\n\n`);
    if (call.isSet("background")) return;
    call.err(`Waiting for task ${operation + 1}...\n`);
    const data = {
      [unit]: {
        id: String(operation + 1),
        message: record.message,
        results: { ...record.results, "return-code": 0 },
        status: record.status,
        timing: timing(record),
        unit,
      },
    };
    call.print(data, stringify(record.results));
  },
};
