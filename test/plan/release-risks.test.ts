/*
 * SOURCE   https://github.com/canonical/bundle-kubeflow/issues/482 (juju status of a 1.6 model that Canonical's QA deployed with
 *          `juju deploy kubeflow --channel 1.6/beta`: every row is of the right track, at risk beta; revisions as in the text)
 * EXPECTED the model is taken for 1.6 by its tracks (the upgrade goes to 1.7/stable), or is refused with a message that says that the RISK
 *          is in the way. It is a Charmed Kubeflow 1.6.
 */
import "../support/fake-model";
import { preview, rowsOf, statusJson, stockRows, worldOf } from "../support/public-report";

const text = `
App                        Version                    Status   Scale  Charm                    Channel       Rev  Address         Exposed  Message
admission-webhook          res:oci-image@27b5dd6      active       1  admission-webhook        1.6/beta       41  10.152.183.48   no       
argo-controller            res:oci-image@669ebd5      active       1  argo-controller          3.3/beta       99                  no       
argo-server                res:oci-image@576d038      active       1  argo-server              3.3/beta       45                  no       
dex-auth                                              active       1  dex-auth                 2.31/beta     129  10.152.183.103  no       
istio-ingressgateway                                  active       1  istio-gateway            1.11/beta      97  10.152.183.214  no       
istio-pilot                                           active       1  istio-pilot              1.11/beta     118  10.152.183.65   no       
jupyter-controller         res:oci-image@c6baf31      active       1  jupyter-controller       1.6/beta      125                  no       
jupyter-ui                 res:oci-image@880266c      active       1  jupyter-ui               1.6/beta       86  10.152.183.146  no       
`;

test("a model whose tracks are all of 1.6 is one of 1.6", async () => {
  const seen = rowsOf(text);
  worldOf(
    statusJson(
      stockRows().map(
        (row) =>
          seen.find(({ app }) => app === row.app) ?? {
            ...row,
            channel: row.channel.startsWith("latest") ? row.channel : row.channel.replace("/stable", "/beta"),
          },
      ),
    ),
  );
  const told = await preview().then(
    ({ baseline }) => baseline.release,
    (error: Error) => error.message,
  );
  expect(told).toMatch(/^1\.6$|risk|beta/);
});
