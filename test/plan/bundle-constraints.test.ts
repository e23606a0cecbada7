/*
 * SOURCE   https://github.com/canonical/bundle-kubeflow/pull/594 and the 1.7 bundle itself (kfp-db, katib-db: `constraints: mem=2G`); the Terraform
 *          module of the publisher keeps it too (canonical/charmed-kubeflow-solutions modules/kubeflow/applications.tf: profile-limit-memory,
 *          "equivalent to constraints: mem=2G"). Without a limit mysql-k8s sizes its buffer pool by the memory of the whole node.
 * EXPECTED with `databases: mysql` kfp-db-mysql and katib-db-mysql are deployed with the bundle's constraint, or the preview says that it is left out.
 */
import "../support/fake-model";
import { preview, statusJson, stockRows, worldOf } from "../support/public-report";

test("the memory that the bundle gives mysql is kept", async () => {
  worldOf(statusJson(stockRows()));
  const { plan, told } = await preview({ databases: "mysql" });
  const deploys = plan!.steps.flatMap((step) =>
    step.type === "command" && step.action.kind === "deploy" && step.action.charm === "mysql-k8s" ? [step.action] : [],
  );
  expect(deploys).toHaveLength(2);
  expect([JSON.stringify(deploys), told, ...plan!.notes].join("\n")).toMatch(/mem=2G|constraint|memory/);
});
