import type { Cell, Moment } from "../cell";
import type { Stretch } from "../plans";

const moments: Moment["at"][] = ["start", "middle", "end"];

/** Steps that only write a ConfigMap: over between two looks at the run, 50 ms apart, and 20 ms apart too. */
const short = ["baseline", "record-verified", "found", "record-rolled-back"];

/** (1) A power cut at every step's start, middle and end. */
export function kills({ name, steps, world }: Stretch): Cell[] {
  return steps.flatMap((step) =>
    moments.map((at): Cell => ({
      id: ["kill", ...(name ? [name] : []), step, at].join("/"),
      family: "kill",
      fault: "SIGKILL of pulumi and all that it started",
      moment: { step, at },
      ends: "run",
      locks: true,
      ...(world && { world }),
      strike: (_stage, { kill }) => kill(),
      ...(at === "middle" &&
        short.includes(step) && { seldom: "writing a ConfigMap is over between two looks at the run" }),
    })),
  );
}
