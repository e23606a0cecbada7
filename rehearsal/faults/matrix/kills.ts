import type { Cell, Moment } from "../cell";

const moments: Moment["at"][] = ["start", "middle", "end"];

/** (1) A power cut at every step's start, middle and end. */
export function kills(steps: string[]): Cell[] {
  return steps.flatMap((step) =>
    moments.map((at): Cell => ({
      id: `kill/${step}/${at}`,
      family: "kill",
      fault: "SIGKILL of pulumi and all that it started",
      moment: { step, at },
      ends: "run",
      locks: true,
      strike: (_stage, { kill }) => kill(),
    })),
  );
}
