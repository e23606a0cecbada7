import type { Cell } from "../cell";
import { stretches } from "../plans";
import { clusterFaults } from "./cluster";
import { connections } from "./connection";
import { facts } from "./facts";
import { byHand } from "./hand";
import { interrupts } from "./interrupts";
import { kills } from "./kills";
import { operators } from "./operators";

/** Every fault. */
export function matrix(): Cell[] {
  return [
    ...stretches().flatMap(kills),
    ...interrupts(),
    ...connections(),
    ...clusterFaults(),
    ...operators(),
    ...byHand(),
    ...facts(),
  ];
}
