/*
 * SOURCE   canonical/mysql-k8s-operator metadata.yaml at every tag since rev99 (2023-10): `assumes: any-of: [juju >= 2.9.44 and < 3, ...]`, which is what 8.0/stable
 *          has today; text of the refusal by juju 2.9.42 core/assumes/sat_checker_test.go. The hop says "Juju 2.9", and 2.9.42 is what this project rehearses.
 * WHAT     `databases: mysql` on a 2.9.42 controller: `juju deploy mysql-k8s` is refused, in the middle of the upgrade (after Istio and the charms).
 * EXPECTED the preview says that mysql-k8s needs Juju 2.9.44; and should juju refuse it, the text is explained (upgrade the controller's patch version).
 */
import "../../support/fake-model";
import { explain } from "../../../juju/errors";
import { preview, statusJson, stockRows, worldOf } from "../../support/public-report";

const refusal = `ERROR Charm feature requirements cannot be met:
  - charm requires at least one of the following:
    - charm requires all of the following:
      - charm requires feature "juju" (version >= 2.9.44) but model currently supports version 2.9.42
    - charm requires all of the following:
      - charm requires feature "juju" (version >= 3.4.3) but model currently supports version 2.9.42

Feature descriptions:
  - "juju": version of Juju running on the controller

For additional information please see: https://juju.is/docs/olm/supported-features
`;

test("the refusal is explained", () => {
  expect(explain(refusal)).toMatchObject({
    meaning: expect.stringMatching(/version|newer|older|Juju/),
    next: expect.stringMatching(/upgrade/i),
  });
});

test("the preview tells before anything is changed", async () => {
  worldOf(statusJson(stockRows(), "2.9.42"));
  const { told, refused = "", plan } = await preview({ databases: "mysql" });
  expect([told, refused, ...(plan?.notes ?? [])].join("\n")).toMatch(/2\.9\.4[34]/);
});
