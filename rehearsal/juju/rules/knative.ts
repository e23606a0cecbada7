import type { KubeObject } from "../cluster/types";
import type { CharmRule, RuleContext } from "./rule";

const apiVersion = "operator.knative.dev/v1beta1";
const kinds: Record<string, string> = { "knative-serving": "KnativeServing", "knative-eventing": "KnativeEventing" };

function option({ host, app, revision }: RuleContext, name: string): string {
  return String(app.config[name] ?? host.catalogue.options(app.charm, revision)[name]?.default ?? "");
}

/**
 * knative-serving and knative-eventing make one custom resource, named as the application, with the version and in the
 * namespace that their options say (https://github.com/canonical/knative-operators, early 2023).
 */
export const knativeResources: CharmRule = {
  charms: Object.keys(kinds),
  status: (context) =>
    option(context, "namespace") === ""
      ? { current: "blocked", message: "Config item `namespace` must be set" }
      : undefined,
  lasting(context) {
    const { host, app } = context;
    const namespace = option(context, "namespace");
    const operator = Object.values(host.state.applications).find(({ charm }) => charm === "knative-operator");
    if (namespace === "" || operator?.status.current !== "active") return [];
    return [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      {
        apiVersion,
        kind: kinds[app.charm],
        metadata: { name: app.name, namespace },
        spec: { version: option(context, "version") },
      },
    ];
  },
};

const minor = (version: string): number => Number(version.split(".")[1]);

/** What the operator makes of a wanted version: it goes one minor at a time and no further (F34; section 0 item 11). */
function rolledOut({ spec, status }: KubeObject): object {
  const [wanted, now]: [string, string] = [spec.version, status?.version ?? spec.version];
  const refused = Math.abs(minor(wanted) - minor(now)) > 1;
  return {
    version: refused ? now : wanted,
    conditions: [
      refused
        ? {
            type: "Ready",
            status: "False",
            message: `not supported to upgrade or downgrade across multiple MINOR versions: ${now} to ${wanted}`,
          }
        : { type: "Ready", status: "True" },
    ],
  };
}

/** knative-operator: its workload brings what is wanted to the version that is wanted and tells so. */
export const knativeOperator: CharmRule = {
  charms: ["knative-operator"],
  async work({ host, app }) {
    if (app.status.current !== "active") return;
    for (const kind of Object.values(kinds)) {
      for (const resource of await host.cluster.list(apiVersion, kind)) {
        const status = rolledOut(resource);
        if (JSON.stringify(status) === JSON.stringify(resource.status)) continue;
        await host.cluster.patch(
          { apiVersion, kind, name: resource.metadata.name, namespace: resource.metadata.namespace },
          { status },
          "status",
        );
      }
    }
  },
};
