/*
 * SOURCE   https://github.com/canonical/charmhub.io/issues/2072 (exact text), https://github.com/canonical/bundle-kubeflow/issues/705 and /818
 *          (air-gapped Charmed Kubeflow 1.7): `juju info`, `deploy` and `refresh` reach out to api.charmhub.io, from the operator's machine or
 *          from the controller, and cannot
 * EXPECTED the operator is told that CHARMHUB was not reached (from where), not "juju refused it", nor that the CONTROLLER did not answer.
 */
import { explain } from "../../juju/errors";

test.each([
  [
    "asked by the controller",
    'ERROR resolving with preferred channel: Post "https://api.charmhub.io/v2/charms/refresh": dial tcp: lookup api.charmhub.io on 10.152.183.10:53: server misbehaving\n',
  ],
  [
    "asked by the client, as `juju info` does",
    'ERROR Get "https://api.charmhub.io/v2/charms/info/minio?fields=channel-map": dial tcp: lookup api.charmhub.io on 127.0.0.53:53: no such host\n',
  ],
  [
    "behind a firewall",
    'ERROR Get "https://api.charmhub.io/v2/charms/info/minio?fields=channel-map": dial tcp 185.125.188.54:443: i/o timeout\n',
  ],
  [
    "behind a proxy that wants a login",
    'ERROR Get "https://api.charmhub.io/v2/charms/info/minio?fields=channel-map": Proxy Authentication Required\n',
  ],
])("%s", (_name, stderr) => {
  const { meaning = "", next = "" } = explain(stderr);
  expect(meaning).toMatch(/charmhub/i);
  expect(`${meaning} ${next}`).not.toMatch(/controller did not answer|controller's pods/);
});
