import type { AppStatus, UnitStatus } from "../../juju/application";
import { type Sight, causeOf, told } from "../../juju/causes";

const unit = (current = "active", message = "", agent = { current: "idle", message: "" }): UnitStatus => ({
  workload: { current, message },
  agent,
});
const app = (change: Partial<AppStatus> = {}): AppStatus => ({
  charmName: "kfp-ui",
  channel: "2.0/stable",
  revision: 7,
  scale: 1,
  life: "alive",
  status: { current: "active", message: "" },
  related: {},
  units: { "kfp-ui/0": unit() },
  ...change,
});
const at = (one: UnitStatus, change: Partial<AppStatus> = {}): AppStatus =>
  app({ units: { "kfp-ui/0": one }, ...change });
const cause = (application: AppStatus, more: Partial<Sight> = {}): string =>
  told(causeOf({ model: "kubeflow", name: "kfp-ui", application, ...more }));
const failed = at(unit("error", 'hook failed: "upgrade-charm"'));
const upgrading = unit("maintenance", "", { current: "executing", message: "running upgrade-charm hook" });

test.each<[string, AppStatus, Partial<Sight>, string, string]>([
  ["F4", at(upgrading), {}, "An operator that cannot fetch", "kubectl logs -n kubeflow kfp-ui-operator-0"],
  ["F4", at({ ...unit("unknown"), upgradingFrom: "ch:kfp-ui-6" }), {}, "An operator that cannot fetch", "kubectl logs"],
  [
    "F9",
    failed,
    { errors: "istioctl upgrade: client version 1.16 is more than one minor version ahead" },
    "a minor was left out",
    "juju resolved -m kubeflow kfp-ui/0 --no-retry",
  ],
  [
    "F10",
    at(upgrading, { charmName: "istio-pilot" }),
    {},
    "the workload of a gateway is there",
    "kubectl delete -n kubeflow deployment istio-ingressgateway-workload",
  ],
  [
    "F12",
    failed,
    { errors: "upgrade-charm handler timed out while waiting for new Istio version to roll out" },
    "did not roll out in the 15 minutes",
    "juju resolved -m kubeflow kfp-ui/0`",
  ],
  [
    "F20",
    at(unit("waiting", "Waiting for relational-db data")),
    {},
    "told it nothing",
    "juju relate -m kubeflow kfp-ui:relational-db DATABASE",
  ],
  [
    "F21",
    at(unit("blocked", "Remove deprecated mysql relation to unblock.")),
    {},
    "both of its endpoints",
    "juju remove-relation -m kubeflow kfp-ui:ENDPOINT DATABASE",
  ],
  [
    "F25",
    app({ channel: "2.0/stable", revision: 6 }),
    { target: { channel: "2.0/stable", revision: 7 } },
    "the channel and not the revision",
    "juju refresh -m kubeflow kfp-ui --channel 2.0/stable --switch ch:kfp-ui-7",
  ],
  [
    "F26",
    app({ life: "dying", units: {} }),
    {},
    "a dying application",
    "juju remove-application -m kubeflow kfp-ui --force",
  ],
  [
    "F26",
    at(unit("error", 'hook failed: "stop"'), { life: "dying" }),
    {},
    "A unit in error holds the removal",
    "juju resolved -m kubeflow kfp-ui/0 --no-retry",
  ],
  [
    "F31",
    at(unit("error", "ImagePullBackOff: no such image")),
    {},
    "does not get the image",
    "kubectl describe -n kubeflow pods -l app.kubernetes.io/name=kfp-ui",
  ],
  [
    "F36",
    at(unit("waiting", "waiting for container")),
    {},
    "Juju does not see it",
    "upgrade controller and model to 3.4.3",
  ],
  [
    "F40",
    failed,
    { errors: 'ApiError: 403 Forbidden: User "x" cannot patch' },
    "not trusted",
    "juju trust -m kubeflow kfp-ui --scope=cluster",
  ],
])("%s is told by its number, its meaning and what to type", (number, application, more, meaning, next) => {
  const text = cause(application, more);
  for (const part of [`(${number})`, meaning, next]) expect(text.toLowerCase()).toContain(part.toLowerCase());
});

test.each<[string, AppStatus, Partial<Sight>]>([
  ["is at rest", app(), {}],
  ["is only busy", at(unit("maintenance", "", { current: "executing", message: "running config-changed hook" })), {}],
  ["waits for another application", at(unit("waiting", "for dex-auth")), {}],
  ["failed in a way of its own", failed, { errors: "ValueError: boom" }],
  ["failed, and juju does not tell why", failed, {}],
  ["logged a refusal that it got over", at(unit("waiting", "for dex-auth")), { errors: "403 Forbidden" }],
  [
    "is at another channel altogether",
    app({ channel: "1.9/stable", revision: 3 }),
    { target: { channel: "2.0/stable", revision: 7 } },
  ],
])("nothing is made up of an application that %s", (_what, application, more) => {
  expect(cause(application, more)).toBe("");
});

test("a line that a charm logged never becomes part of what is told", () => {
  expect(cause(failed, { errors: "403 Forbidden: token=s3cret" })).not.toContain("s3cret");
});
