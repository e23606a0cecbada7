import type { KubeObject } from "../cluster/types";
import type { Application } from "../controller/state";
import type { CharmRule, RuleContext } from "./rule";

/** Makes the pod's container a MariaDB server on port 3306 with its data where both charms have it. */
function serve({ host }: RuleContext, container: KubeObject["spec"], env: Record<string, string>): void {
  container.image = host.images.mariadb;
  container.env = Object.entries(env).map(([name, value]) => ({ name, value }));
  container.ports = [{ name: "main", containerPort: 3306 }];
  container.readinessProbe = { tcpSocket: { port: 3306 }, periodSeconds: 1, failureThreshold: 3 };
}

/**
 * charmed-osm-mariadb-k8s: options of the charm become plain values of its container's environment
 * (https://github.com/SMAK1993/charmed-osm-mariadb-k8s, src/charm.py; Juju writes a podspec's "config" as environment).
 * GUESS: the published charm has the same names as this, its public source.
 */
export const mariadb: CharmRule = {
  charms: ["charmed-osm-mariadb-k8s"],
  container(context, container) {
    const { host, app, revision } = context;
    const declared = host.catalogue.options(app.charm, revision);
    const option = (name: string): string => String(app.config[name] ?? declared[name]?.default ?? "");
    serve(context, container, {
      MARIADB_ROOT_PASSWORD: option("root_password"),
      MARIADB_USER: option("user"),
      MARIADB_PASSWORD: option("password"),
      MARIADB_DATABASE: option("database"),
    });
  },
};

/** What action get-password answers; the charm makes them at random and keeps them in a secret of the application. */
export function mysqlPassword({ uuid8 }: Application, user: string): string {
  return `${uuid8}${uuid8}${user}`;
}

/**
 * mysql-k8s, with MariaDB in MySQL's place: root from inside the Pod only, and "serverconfig" with every right from
 * anywhere (https://documentation.ubuntu.com/charmed-mysql/8.0/explanation/users/).
 */
export const mysql: CharmRule = {
  charms: ["mysql-k8s"],
  container(context, container) {
    // As the charm's metadata names its workload's container.
    container.name = "mysql";
    serve(context, container, {
      MARIADB_ROOT_PASSWORD: mysqlPassword(context.app, "root"),
      MARIADB_ROOT_HOST: "localhost",
      MARIADB_USER: "serverconfig",
      MARIADB_PASSWORD: mysqlPassword(context.app, "serverconfig"),
    });
  },
};
