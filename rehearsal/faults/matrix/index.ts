import type { Cell } from "../cell";
import { clusterFaults } from "./cluster";
import { connections } from "./connection";
import { facts } from "./facts";
import { byHand } from "./hand";
import { interrupts } from "./interrupts";
import { kills } from "./kills";
import { operators } from "./operators";

/** Every fault, for a plan of these steps. */
export function matrix(steps: string[]): Cell[] {
  return [...kills(steps), ...interrupts(), ...connections(), ...clusterFaults(), ...operators(), ...byHand(), ...facts()];
}
