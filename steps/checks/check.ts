import { until } from "../../kube/wait";

/** Invariants of an upgrade, by the letters that docs/checks.md explains. */
export type Invariant = "a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i" | "j";

/** What one check found. */
export interface Check {
  invariant: Invariant;
  name: string;
  outcome: "ok" | "FAILED" | "not checked";
  /** What is so, what is wrong, or why it was not looked at. */
  detail: string;
}

/** Holds where nothing is wrong. */
export function check(invariant: Invariant, name: string, wrong: string[], good: string): Check {
  return {
    invariant,
    name,
    ...(wrong.length === 0 ? { outcome: "ok", detail: good } : { outcome: "FAILED", detail: wrong.join("; ") }),
  };
}

/** Looks again while it does not hold, for so many seconds: what an operator or a gateway rolls out comes after its charm is active. */
export async function inTime(seconds: number, look: () => Promise<Check>): Promise<Check> {
  let found: Check | undefined;
  const ask = async (): Promise<{ ok: boolean; why: string }> => {
    const { outcome, detail } = (found = await look());
    return { ok: outcome !== "FAILED", why: detail };
  };
  await until("the check", seconds, ask).catch((error: Error) => {
    if (!found) throw error;
  });
  return found!;
}

export function notChecked(invariant: Invariant, name: string, why: string): Check {
  return { invariant, name, outcome: "not checked", detail: why };
}

/** One line each, lined up. */
export function renderChecks(checks: Check[]): string[] {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  return checks.map(
    ({ invariant, name, outcome, detail }) =>
      `${outcome.padEnd("not checked".length)}  (${invariant}) ${name.padEnd(width)}  ${detail}`,
  );
}
