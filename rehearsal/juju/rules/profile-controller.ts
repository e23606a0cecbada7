import { relationsOf } from "../controller/host";
import { profileKind } from "./profiles";
import type { CharmRule } from "./rule";

const secretName = "mlpipeline-minio-artifact";

/**
 * kfp-profile-controller: takes MinIO's key from the relation when the relation changes, and its sync keeps
 * Secret `mlpipeline-minio-artifact` of every user namespace at that key (charmed-kubeflow.md 0 item 6, section 6).
 */
export const profileController: CharmRule = {
  charms: ["kfp-profile-controller"],
  hook({ host, app }, { kind }) {
    if (kind !== "relation-changed" && kind !== "config-changed" && kind !== "upgrade-charm") return undefined;
    const side = relationsOf(host, app.name).find(
      ({ endpoint, relation }) => endpoint === "object-storage" && relation.life === "alive",
    );
    const store = side === undefined ? undefined : host.state.applications[side.other.application];
    if (store?.charmState.secretKey !== undefined) {
      app.charmState.accesskey = store.charmState.accessKey;
      app.charmState.secretkey = store.charmState.secretKey;
    }
    return undefined;
  },
  async work({ host, app }) {
    const { accesskey, secretkey } = app.charmState;
    if (accesskey === undefined || secretkey === undefined) return;
    if (!app.units.some(({ address }) => address !== undefined)) return;
    const data = {
      accesskey: Buffer.from(accesskey).toString("base64"),
      secretkey: Buffer.from(secretkey).toString("base64"),
    };
    for (const { metadata } of await host.cluster.list(profileKind.apiVersion, profileKind.kind)) {
      const namespace = await host.cluster.get({ apiVersion: "v1", kind: "Namespace", name: metadata.name });
      if (
        namespace === undefined ||
        namespace.metadata.deletionTimestamp !== undefined ||
        namespace.metadata.labels?.["pipelines.kubeflow.org/enabled"] !== "true"
      )
        continue;
      const existing = await host.cluster.get({
        apiVersion: "v1",
        kind: "Secret",
        namespace: metadata.name,
        name: secretName,
      });
      if (existing?.data?.accesskey === data.accesskey && existing?.data?.secretkey === data.secretkey) continue;
      await host.cluster.apply({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: secretName, namespace: metadata.name },
        type: "Opaque",
        data,
      });
    }
  },
};
