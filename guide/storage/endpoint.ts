import type { Hop } from "../../releases/load";
import type { Obstacle } from "../preflight/finding";
import type { Baseline } from "../../plan/types";

/** Address of the object store inside the cluster; its port is an option of its charm. */
export function storeEndpoint(application: string, { applications, model }: Baseline): string {
  return `http://${application}.${model.name}.svc:${Number(applications[application]?.config.port ?? 9000)}`;
}

/**
 * What of an object store this program cannot back up, verify or move, by the options of its charm.
 * https://github.com/canonical/minio-operator, config.yaml
 */
export function unfitStore({ hazards }: Pick<Hop, "hazards">, { applications }: Baseline): Obstacle[] {
  const { application } = hazards.objectStore;
  const { config = {}, configOmitted = [] } = applications[application] ?? {};
  const of = (fact: string, meaning: string, next: string): Obstacle => ({
    name: "object-store-volume",
    subject: `application "${application}"`,
    fact,
    meaning,
    next,
  });
  const before = config["gateway-storage-service"];
  const tls = ["ssl-key", "ssl-cert"].filter((option) => configOmitted.includes(option) || config[option]);
  return [
    ...(config.mode === "gateway" || before
      ? [
          of(
            `runs in gateway mode${before ? ` before ${before}` : ""}: its objects are in another store, and its volume holds none`,
            "a backup or a copy of its volume would be one of nothing",
            "Back up that store by its own means; this program upgrades a MinIO in server mode only",
          ),
        ]
      : []),
    ...(tls.length > 0
      ? [
          of(
            `serves by TLS with a key of its own (${tls.join(", ")})`,
            "the Jobs that back up and verify ask it by http, and it would refuse them",
            `Note both, \`juju config ${application} --reset ${tls.join(",")}\` for the time of the upgrade, and set them again after it`,
          ),
        ]
      : []),
  ];
}
