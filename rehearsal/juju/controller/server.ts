import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { execute } from "../commands";
import { CommandError, type Surroundings } from "../commands/command";
import { faultNames, type FaultName } from "./faults";
import type { Host } from "./host";
import type { FaultState } from "./state";

interface Request {
  argv?: string[];
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string;
  fault?: { name: FaultName; state: FaultState | null };
  /** Asks which faults are on. */
  faults?: true;
}

/** Lines of JSON over a unix socket: a request, perhaps `{"need":"stdin"}` and its answer, then `{stdout, stderr, code}`. */
async function converse(host: Host, socket: Socket, changed: () => void): Promise<void> {
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const receive = async (): Promise<Request> =>
    JSON.parse(((await lines.next()).value as string | undefined) ?? "{}") as Request;
  const send = (message: object): void => void socket.write(`${JSON.stringify(message)}\n`);
  const request = await receive();
  if (request.fault !== undefined) {
    const { name, state } = request.fault;
    if (!faultNames.includes(name)) {
      send({ error: `no fault is called "${name}"; there are ${faultNames.join(", ")}` });
      return;
    }
    if (state === null) delete host.state.faults[name];
    else host.state.faults[name] = state;
    changed();
    send({ done: true });
    return;
  }
  if (request.faults) {
    send({ faults: Object.keys(host.state.faults) });
    return;
  }
  const cwd = request.cwd ?? "/";
  const surroundings: Surroundings = {
    env: request.env ?? {},
    readFile(path) {
      try {
        return readFileSync(resolve(cwd, path), "utf8");
      } catch (error) {
        throw new CommandError(
          (error as NodeJS.ErrnoException).code === "ENOENT"
            ? `open ${path}: no such file or directory`
            : String(error),
        );
      }
    },
    writeFile: (path, text) => writeFileSync(resolve(cwd, path), text),
    async stdin() {
      send({ need: "stdin" });
      return (await receive()).stdin ?? "";
    },
  };
  const answer = await execute(host, request.argv ?? [], surroundings);
  changed();
  send(answer);
}

/** Listens for clients. `changed` is called after each command, before its answer is sent: what it did is then on disk. */
export async function serve(
  host: Host,
  path: string,
  changed: () => void,
  onError: (error: unknown) => void,
): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    converse(host, socket, changed)
      .catch((error: unknown) => {
        onError(error);
        socket.write(
          `${JSON.stringify({ stdout: "", stderr: `ERROR ${error instanceof Error ? error.message : String(error)}\n`, code: 1 })}\n`,
        );
      })
      .finally(() => socket.end());
  });
  await new Promise<void>((done, failed) => server.once("error", failed).listen(path, done));
  return server;
}
