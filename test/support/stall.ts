import { type Server, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Store } from "../../rehearsal/data/store";

/** A way to an object store that ends on purpose. */
export interface StallingStore {
  store: Store;
  /** Whether a request is held back by now. */
  stalled(): boolean;
  close(): void;
}

/** An object is named by its bucket and a key; what has only a bucket is a list. */
const isObject = (url: string): boolean => /^\/[^/?]+\/[^?]/.test(url);

/**
 * A store that answers `count` requests of a method for objects, and then no more of them: whoever needs more waits for ever,
 * at a known place. Hosts are passed on as they came, since they are signed.
 */
export async function stallAfter(count: number, method: "GET" | "PUT", store: Store): Promise<StallingStore> {
  let seen = 0;
  const server: Server = createServer((incoming, outgoing) => {
    const { url = "", headers } = incoming;
    if (incoming.method === method && isObject(url) && ++seen > count) return;
    const onward = request(store.endpoint, { path: url, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    store: { ...store, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    stalled: () => seen > count,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
