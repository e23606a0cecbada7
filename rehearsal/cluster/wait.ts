import type { Component } from "./component";

export interface WaitOptions<T> {
  /** What is waited for, as the object of "waiting for". */
  what: string;
  timeoutSeconds: number;
  /** Whose log tells why it does not come. */
  blame: Component;
  /** Components that must be running meanwhile. */
  alive: Component[];
  /** Undefined or an error: not yet. */
  attempt: () => Promise<T | undefined>;
}

/** Repeats an attempt until it gives something. @throws with the end of the log of who is to blame. */
export async function until<T>({ what, timeoutSeconds, blame, alive, attempt }: WaitOptions<T>): Promise<T> {
  let last = "";
  for (const end = Date.now() + timeoutSeconds * 1000; Date.now() < end;) {
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      last = `, last answer: ${(error as Error).message.trim().split("\n").at(-1)}`;
    }
    const dead = alive.find((component) => component.pid === undefined);
    if (dead) throw new Error(`${dead.name} ended while waiting for ${what}; its log ends with:\n${dead.tail()}`);
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error(
    `${what} did not come within ${timeoutSeconds} s${last}; the log of ${blame.name} ends with:\n${blame.tail()}`,
  );
}
