import { type AddressInfo, type Socket, createServer } from "node:net";
import { KubeConfig, PortForward } from "@kubernetes/client-node";

export interface Tunnel {
  /** Local address that leads to the Pod, e.g. "http://127.0.0.1:41234". */
  url: string;
  close(): Promise<void>;
}

/**
 * Opens a local port that leads to a port of a Pod through the API server, as `kubectl port-forward` does. Each connection
 * looks for the Pod anew, so the tunnel outlives the Pod it first led to; while there is none, connections are closed.
 */
export async function openTunnel(kubeconfig: string, namespace: string, pod: string, port: number): Promise<Tunnel> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const forward = new PortForward(config);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    forward.portForward(namespace, pod, [port], socket, null, socket).then(
      (websocket) => {
        const end = (): void => {
          if ("close" in websocket) websocket.close();
        };
        socket.on("close", end);
        if ("on" in websocket) websocket.on("close", () => socket.destroy());
      },
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
