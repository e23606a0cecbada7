import type { KubeObject } from "../cluster/types";
import { relationsOf } from "../controller/host";
import { enqueue } from "../controller/queue";
import { appLabels, ownerAnnotations } from "../controller/labels";
import type { CharmRule, RuleContext } from "./rule";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** Section 4: an empty secret-key becomes 30 random characters A-Z0-9, kept in the charm's stored state. */
function storedKey({ host, app }: RuleContext): string {
  app.charmState.generatedKey ??= Array.from(
    { length: 30 },
    () => alphabet[parseInt(host.randomHex(4), 16) % alphabet.length],
  ).join("");
  return app.charmState.generatedKey;
}

function secret({ host, app }: RuleContext): KubeObject {
  const base64 = (text: string | undefined): string => Buffer.from(text ?? "").toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `${app.name}-secret`,
      namespace: host.state.name,
      labels: appLabels(app),
      annotations: ownerAnnotations(host),
    },
    type: "Opaque",
    data: { MINIO_ACCESS_KEY: base64(app.charmState.accessKey), MINIO_SECRET_KEY: base64(app.charmState.secretKey) },
  };
}

/** MinIO (charmed-kubeflow.md section 4): credentials in Secret `<app>-secret`, S3 on 9000, a changed key restarts the pod. */
export const minio: CharmRule = {
  charms: ["minio"],
  hook(context, { kind }) {
    const { host, app } = context;
    if (kind === "stop" || kind === "remove" || kind === "relation-broken") return undefined;
    const configured = String(app.config["secret-key"] ?? "");
    const before = `${app.charmState.accessKey} ${app.charmState.secretKey}`;
    app.charmState.accessKey = String(app.config["access-key"] ?? "minio");
    app.charmState.secretKey = configured === "" ? storedKey(context) : configured;
    if (before !== `${app.charmState.accessKey} ${app.charmState.secretKey}`) {
      for (const { relation, other } of relationsOf(host, app.name)) {
        const consumer = host.state.applications[other.application];
        if (relation.life === "alive" && consumer !== undefined)
          enqueue(host, consumer, "relation-changed", {
            relation: relation.id,
            name: `${other.endpoint}-relation-changed`,
          });
      }
    }
    return undefined;
  },
  objects: (context) => (context.app.charmState.secretKey === undefined ? [] : [secret(context)]),
  container({ host, app }, container) {
    const key = (name: string, from: string): object => ({
      name,
      valueFrom: { secretKeyRef: { name: `${app.name}-secret`, key: from } },
    });
    container.image = host.images.minio;
    container.args = ["server", "/data", "--console-address", ":9001"];
    container.env = [
      key("MINIO_ACCESS_KEY", "MINIO_ACCESS_KEY"),
      key("MINIO_SECRET_KEY", "MINIO_SECRET_KEY"),
      key("MINIO_ROOT_USER", "MINIO_ACCESS_KEY"),
      key("MINIO_ROOT_PASSWORD", "MINIO_SECRET_KEY"),
    ];
    container.ports = [
      { name: "minio", containerPort: 9000 },
      { name: "console", containerPort: 9001 },
    ];
    container.readinessProbe = {
      httpGet: { path: "/minio/health/ready", port: 9000 },
      periodSeconds: 1,
      failureThreshold: 3,
    };
  },
};
