import { connect as dial } from "node:net";
import { Resolver } from "node:dns/promises";
import execa from "execa";
import { NODE_NAME } from "./layout";
import type { Network } from "./network";

/** Runs kubectl as the administrator, past any proxy. @throws with what it said. */
export async function kubectl(executable: string, kubeconfig: string, args: string[], input?: string): Promise<string> {
  const options = {
    env: { KUBECONFIG: kubeconfig, NO_PROXY: "*" },
    timeout: 30_000,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  };
  return (await execa(executable, ["--request-timeout=5s", ...args], options)).stdout;
}

/** True when the node says that it is ready for pods. */
export async function nodeIsReady(executable: string, kubeconfig: string): Promise<true | undefined> {
  const status = await kubectl(executable, kubeconfig, [
    "get",
    "node",
    NODE_NAME,
    "-o",
    'jsonpath={.status.conditions[?(@.type=="Ready")].status}',
  ]);
  return status === "True" ? true : undefined;
}

/** True when the cluster's DNS gives the API server's service address. */
export async function dnsAnswers(network: Network): Promise<true | undefined> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([network.node]);
  const addresses = await resolver.resolve4("kubernetes.default.svc.cluster.local");
  return addresses.includes(network.apiService) ? true : undefined;
}

/** True when a connection from the machine to the API server's service address gets through. */
export async function serviceAnswers(network: Network): Promise<true | undefined> {
  return new Promise((resolve, reject) => {
    const socket = dial({ host: network.apiService, port: 443, timeout: 1000 });
    const finish = (act: () => void) => {
      socket.destroy();
      act();
    };
    socket.once("connect", () => finish(() => resolve(true)));
    socket.once("timeout", () => finish(() => reject(new Error(`${network.apiService}:443 does not answer`))));
    socket.once("error", (error) => finish(() => reject(error)));
  });
}
