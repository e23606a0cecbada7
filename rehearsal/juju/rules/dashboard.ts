import { relatedEndpoints } from "../controller/host";
import { jujuOwned, stillOwned } from "./owned";
import { profileKind } from "./profiles";
import type { CharmRule, RuleContext } from "./rule";

async function deleteOwnedProfiles({ host, app }: RuleContext): Promise<void> {
  for (const profile of await host.cluster.list(profileKind.apiVersion, profileKind.kind)) {
    if (!stillOwned(profile, app.name)) continue;
    host.log(`juju removes Profile ${profile.metadata.name} with the podspec resources of ${app.name}`);
    await host.cluster.delete({ ...profileKind, name: profile.metadata.name });
  }
}

/**
 * kubeflow-dashboard: the 1.6 podspec carries a Profile named by option `profile`. Its refresh to the 1.7 sidecar removes
 * the podspec's resources, so the Profile with its whole namespace goes while Juju's labels are on it (F5).
 * The sidecar's charm then makes sure that a Profile of that name exists, which gives an empty namespace (charm source, early 2023).
 */
export const dashboard: CharmRule = {
  charms: ["kubeflow-dashboard"],
  async hook(context, { kind }) {
    const { host, app, revision } = context;
    if (kind === "stop" || kind === "remove" || kind === "relation-broken") return undefined;
    if (!relatedEndpoints(host, app.name).has("kubeflow-profiles")) return undefined;
    const name = String(app.config.profile ?? host.catalogue.options(app.charm, revision).profile?.default ?? "");
    const podspec = host.catalogue.revision(app.charm, revision).generation === "podspec";
    if (name === "" || (podspec && app.charmState.profile === name)) return undefined;
    if (
      (await host.cluster.get({
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        name: "profiles.kubeflow.org",
      })) === undefined
    )
      return "again";
    const existing = await host.cluster.get({ ...profileKind, name });
    if (existing?.metadata.deletionTimestamp !== undefined) return "again";
    if (existing === undefined || podspec) {
      await host.cluster.apply({
        ...profileKind,
        metadata: { name, ...(podspec ? jujuOwned(context) : {}) },
        spec: { owner: { kind: "User", name } },
      });
    }
    app.charmState.profile = name;
    return undefined;
  },
  leavePodspec: deleteOwnedProfiles,
  teardown: deleteOwnedProfiles,
};
