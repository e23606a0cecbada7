import execa from "execa";

/** Addresses of one embedded cluster: a /16 of its own, reached from the machine through one veth pair. */
export interface Network {
  /** Name of the machine's end of the link. */
  link: string;
  range: string;
  /** Address of the machine's end. */
  machine: string;
  /** Address of the node: API server and DNS. */
  node: string;
  pods: string;
  services: string;
  /** First service address: `kubernetes.default`. */
  apiService: string;
}

/** The networks that can be chosen, by second octet. */
export const SLOTS: readonly number[] = Array.from({ length: 64 }, (_, i) => 64 + i);

export function networkOf(slot: number): Network {
  const at = (rest: string) => `10.${slot}.${rest}`;
  return {
    link: `ckf-rehearse${slot}`,
    range: at("0.0/16"),
    machine: at("255.1"),
    node: at("255.2"),
    pods: at("0.0/18"),
    services: at("128.0/18"),
    apiService: at("128.1"),
  };
}

/** Whether a destination in a routing table lies in 10.SLOT.0.0/16. Wider ones do not: the narrower route wins. */
export function occupies(destination: string, slot: number): boolean {
  const [address, length = "32"] = destination.split("/");
  const [first, second] = address.split(".").map(Number);
  return first === 10 && second === slot && Number(length) >= 16;
}

/** Slots that no route of the machine uses, in an order that differs between callers. */
export async function freeSlots(ip: string, random: () => number = Math.random): Promise<number[]> {
  const { stdout } = await execa(ip, ["-j", "-4", "route", "show", "table", "all"]);
  const destinations = (JSON.parse(stdout) as { dst: string }[]).map((route) => route.dst);
  const free = SLOTS.filter((slot) => !destinations.some((destination) => occupies(destination, slot)));
  const start = Math.floor(random() * free.length);
  return [...free.slice(start), ...free.slice(0, start)];
}

/**
 * Links a node's network namespace with the machine. The link's name is what keeps two starts at the same moment
 * from choosing the same network: the kernel makes it only once.
 * @param pid a process in the node's namespaces.
 */
export async function connect(ip: string, pid: number): Promise<Network> {
  for (const slot of await freeSlots(ip)) {
    const network = networkOf(slot);
    const made = await execa(
      ip,
      ["link", "add", network.link, "type", "veth", "peer", "name", "uplink", "netns", String(pid)],
      { reject: false },
    );
    if (made.failed) {
      if (/exists/i.test(made.stderr)) continue;
      throw new Error(
        `the kernel makes no veth pair (${made.stderr.trim()}): the embedded cluster needs the veth module and the right to use it`,
      );
    }
    const inNode = (...args: string[]) => execa("nsenter", ["--target", String(pid), "--net", ip, ...args]);
    await execa(ip, ["address", "add", `${network.machine}/30`, "dev", network.link]);
    await execa(ip, ["link", "set", network.link, "up"]);
    await inNode("link", "set", "lo", "up");
    await inNode("address", "add", `${network.node}/30`, "dev", "uplink");
    await inNode("link", "set", "uplink", "up");
    await inNode("route", "add", "default", "via", network.machine);
    await execa(ip, ["route", "add", network.range, "via", network.node]);
    return network;
  }
  throw new Error(
    `no free network for the cluster: every one from ${networkOf(SLOTS[0]).range} to ${networkOf(SLOTS.at(-1)!).range} is in a route of this machine (ip route)`,
  );
}

/** Removes the link, and with it the route. Does nothing when it is gone. */
export async function disconnect(ip: string, network: Network): Promise<void> {
  const removed = await execa(ip, ["link", "delete", network.link], { reject: false });
  if (removed.failed && !/cannot find device/i.test(removed.stderr))
    throw new Error(`link ${network.link} stays: ${removed.stderr.trim()}`);
}
