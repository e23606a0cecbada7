import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import type { FaultName } from "../juju";
import type { FaultState } from "../juju/controller/state";
import type { StandIn } from "../jujus";
import { model } from "../world";
import type { Stage } from "./cell";

/** What somebody types at a shell of the world: the verb comes first, the model is named. @returns what it printed */
export async function juju({ world }: Stage, verb: string, ...args: string[]): Promise<string> {
  return (await execa("juju", [verb, "-m", model, ...args], { env: world.workspace.env, stdin: "ignore" })).stdout;
}

/** The same for kubectl, in the model's namespace, as the cluster's administrator, whatever the upgrade itself may do. */
export async function kubectl({ world }: Stage, ...args: string[]): Promise<string> {
  return (
    await execa("kubectl", ["-n", model, ...args], {
      env: { ...world.workspace.env, KUBECONFIG: world.kubeconfig },
      stdin: "ignore",
    })
  ).stdout;
}

/** The stand-in juju of a world, which can be told to fail. @throws where it has none */
export function standInOf({ world: { standIn } }: Stage): StandIn {
  if (!standIn)
    throw new Error(
      "this fault is the stand-in juju's, and the world has a real controller: raise it with the stand-in",
    );
  return standIn;
}

/** How long a fault may wait for what it is meant for. */
const struckWithinMs = 240_000;

/** Switches a fault of the stand-in on and waits until it has struck as often as it should. @returns a text where it never did */
export async function fault(
  stage: Stage,
  name: FaultName,
  state: FaultState & { times: number },
): Promise<string | undefined> {
  const { controller } = standInOf(stage);
  await controller.setFault(name, state);
  for (const end = Date.now() + struckWithinMs; Date.now() < end; await sleep(250)) {
    if (!(await controller.faults()).includes(name)) return undefined;
  }
  await controller.setFault(name, null);
  return `nothing met ${name} in time`;
}
