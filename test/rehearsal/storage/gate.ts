import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Agent, request as send } from "node:https";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { KubeConfig } from "@kubernetes/client-node";

/** What happens around a change that a program asks the cluster for. `number` counts them from 1. */
export interface Around {
  before?: (number: number) => Promise<void> | void;
  /** The cluster has carried it out; the program does not know yet. */
  after?: (number: number) => Promise<void> | void;
}

export interface Gate {
  /** Changes that the cluster was asked for, in order, e.g. "PATCH persistentvolumes/pvc-1". */
  changes: string[];
  close(): Promise<void>;
}

/** The kind and name of what a request is about. */
const subject = (url: string): string =>
  new URL(url, "http://gate").pathname.replace(/^\/apis?\/(?:[^/]+\/)?v\d+\/(?:namespaces\/[^/]+\/)?/, "");

/**
 * Stands between a program and the API server, and writes the kubeconfig to `file` by which the program comes through it:
 * the moment of each change becomes one at which a test can act.
 */
export async function openGate(kubeconfig: string, file: string, around: Around): Promise<Gate> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { server, caData = "" } = config.getCurrentCluster()!;
  const agent = new Agent({ ca: Buffer.from(caData, "base64"), keepAlive: true });
  const changes: string[] = [];

  const pass = async (
    { method = "GET", url = "/", headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ answer: IncomingMessage; content: Buffer }> => {
    const outgoing = send(new URL(url, server), { method, headers, agent });
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    return { answer, content: await buffer(answer) };
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const changing = request.method !== "GET";
    const number = changing ? changes.push(`${request.method} ${subject(request.url!)}`) : 0;
    if (changing) await around.before?.(number);
    const { answer, content } = await pass(request, body);
    if (changing) await around.after?.(number);
    response.writeHead(answer.statusCode!, answer.headers).end(content);
  };

  const gate = createServer(
    (request, response) => void handle(request, response).catch((error: Error) => response.destroy(error)),
  );
  gate.listen(0, "127.0.0.1");
  await once(gate, "listening");
  const through = new KubeConfig();
  through.loadFromClusterAndUser(
    { name: "gate", server: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`, skipTLSVerify: true },
    config.getCurrentUser()!,
  );
  writeFileSync(file, through.exportConfig(), { mode: 0o600 });
  return {
    changes,
    close: async () => {
      gate.closeAllConnections();
      gate.close();
      agent.destroy();
    },
  };
}
