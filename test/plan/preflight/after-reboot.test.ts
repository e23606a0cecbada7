/*
 * SOURCE   https://github.com/canonical/bundle-kubeflow/issues/532 (juju status of a 1.6 model on 2.9.37 after a reboot; the public text
 *          is cut off after istio-pilot, the other rows are those of the stock 1.6 bundle)
 * EXPECTED preflight refuses, naming the unit in error and the application without its agent, each with a next action.
 */
import "../../support/fake-model";
import { preview, rowsOf, statusJson, stockRows, worldOf } from "../../support/public-report";

const text = `
App                        Version                    Status   Scale  Charm                    Channel         Rev  Address         Exposed  Message
admission-webhook          res:oci-image@129fe92      active       1  admission-webhook        1.6/stable       60  10.152.183.254  no       
argo-controller            res:oci-image@669ebd5      error        1  argo-controller          3.3/stable       99                  no       hook failed: "upgrade-charm"
dex-auth                                              waiting      1  dex-auth                 2.31/stable     129  10.152.183.201  no       installing agent
istio-ingressgateway                                  active       1  istio-gateway            1.11/stable     114  10.152.183.137  no       
istio-pilot                                           active       1  istio-pilot              1.11/stable     131  10.152.183.33   no       
`;

test("both are found, and nothing else stops the upgrade", async () => {
  const seen = rowsOf(text);
  worldOf(
    statusJson(
      stockRows().map((row) => seen.find(({ app }) => app === row.app) ?? row),
      "2.9.37",
    ),
  );
  const { verdict, refused } = await preview();
  expect(refused).toBeUndefined();
  expect(verdict.refusing.map(({ name, subject, fact }) => `${name} ${subject} ${fact}`)).toEqual([
    'applications-broken argo-controller argo-controller/0 is in error: hook failed: "upgrade-charm"',
    "applications-restless dex-auth is waiting: installing agent",
  ]);
});
