import type { z } from "zod";
import type { Baseline, StepAction } from "../../plan/types";
import { type actionSchema, type baselineSchema, orderSchema } from "../../steps/schema";

/** True for types that take each other's values; the type check fails where schema and vocabulary part. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const action: Same<z.infer<typeof actionSchema>, StepAction> = true;
const baseline: Same<z.infer<typeof baselineSchema>, Baseline> = true;

test("the schemas let through what plan/types.ts says, and nothing else", () => {
  expect([action, baseline]).toEqual([true, true]);
});

test.each(["istio-ingressgateway", "kfp-api", "a", "k8s", "mlflow-server2"])(
  "the application %s is taken",
  (application) => {
    expect(orderSchema.safeParse({ id: "x", model: "kubeflow", action: { kind: "trust", application } }).success).toBe(
      true,
    );
  },
);
