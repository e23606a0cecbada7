import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { Exec, KubeConfig, type V1Status } from "@kubernetes/client-node";
import { withoutContent } from "../databases/said";
import { blot } from "../juju/blot";
import { KubeError } from "./client";

/**
 * Runs a command in a container, as `kubectl exec` does. Those that are run talk to a database.
 * @param input its standard input, the place for what must not be a word of the command. It has no end: clusters before 1.30 know
 *   none, and the client would close the whole connection instead. So the command must read lines, and not wait for more
 * @param secrets what of that input no message may repeat
 * @returns what it wrote to its standard output
 * @throws KubeError with the end of its standard error, without what it quotes of rows, when it fails or cannot be run
 */
export async function execIn(
  namespace: string,
  pod: string,
  container: string,
  command: string[],
  input?: string,
  secrets: string[] = [],
): Promise<string> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = new PassThrough();
  if (input !== undefined) stdin.write(input);
  const written = Promise.all([text(stdout), text(stderr)]);
  let status: V1Status;
  try {
    status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(config)
        .exec(namespace, pod, container, command, stdout, stderr, input === undefined ? null : stdin, false, resolve)
        .then((socket) => socket.on("close", () => reject(new Error("the connection was lost"))), reject);
    });
  } catch (error) {
    throw new KubeError(`running a command in Pod ${namespace}/${pod}: ${(error as Error).message}`);
  } finally {
    stdout.end();
    stderr.end();
  }
  const [out, errors] = await written;
  if (status.status !== "Success")
    throw new KubeError(
      `a command in Pod ${namespace}/${pod} failed: ${withoutContent(blot(errors, secrets)).slice(-500) || (status.message ?? "without a message")}`,
    );
  return out;
}
