import * as pulumi from "@pulumi/pulumi";
import { plainly } from "../../components/plainly";
import { JujuError } from "../../juju/errors";

const events = ["uncaughtException", "unhandledRejection"] as const;
let before: unknown[][];
beforeEach(() => (before = events.map((event) => process.rawListeners(event))));
afterEach(() =>
  events.forEach((event, index) =>
    process
      .rawListeners(event)
      .filter((listener) => !before[index].includes(listener))
      .forEach((listener) => process.off(event, listener as () => void)),
  ),
);

/** What Pulumi's own listener, which is there already, gets of an error. */
function handed(event: (typeof events)[number], error: unknown): unknown {
  const [first] = process.rawListeners(event);
  (first as (error: unknown) => void)(error);
  return error;
}

test("a refusal becomes an error that Pulumi tells without anything around it; what the program makes is passed on", async () => {
  await expect(plainly(async () => 7)).resolves.toBe(7);
  const refused = await plainly(async () => Promise.reject(new Error("no such setting"))).catch(
    (error: unknown) => error,
  );
  expect(pulumi.RunError.isInstance(refused)).toBe(true);
  expect((refused as Error).message).toBe("no such setting");
});

test("what juju refuses is a refusal as well", async () => {
  const refused = await plainly(() =>
    Promise.reject(new JujuError(["show-model", "kubeflow"], { stderr: "ERROR model admin/kubeflow not found" })),
  ).catch((error: unknown) => error);
  expect(pulumi.RunError.isInstance(refused)).toBe(true);
  expect((refused as Error).message).toMatch(/^`juju show-model kubeflow`: model admin\/kubeflow not found\. /);
});

test.each(events)(
  "before Pulumi's listener for %s sees an error it has no stack, which a fault of the program keeps in its message",
  async (event) => {
    await plainly(async () => undefined);
    expect(handed(event, new Error("no such setting"))).toMatchObject({ message: "no such setting", stack: "" });
    const fault = handed(event, new TypeError("x is not a function")) as Error;
    expect(fault.message).toMatch(/^TypeError: x is not a function\n +at /);
    expect(fault.stack).toBe("");
    expect(handed(event, "a text")).toBe("a text");
  },
);
