import type { Application } from "../controller/state";
import { crds } from "./crds";
import { dashboard } from "./dashboard";
import { gateway } from "./istio-gateway";
import { pilot } from "./istio-pilot";
import { mariadb, mysql } from "./databases";
import { knativeOperator, knativeResources } from "./knative";
import { minio } from "./minio";
import { profileController } from "./profile-controller";
import { profiles } from "./profiles";
import { relations } from "./relations";
import { roles } from "./roles";
import type { CharmRule } from "./rule";
import { stuck } from "./stuck";
import { trust } from "./trust";

const rules: CharmRule[] = [
  stuck,
  trust,
  relations,
  crds,
  minio,
  mariadb,
  mysql,
  profiles,
  profileController,
  dashboard,
  pilot,
  gateway,
  roles,
  knativeOperator,
  knativeResources,
];

/** The rules that hold for an application. */
export function rulesFor(app: Application): CharmRule[] {
  return rules.filter(({ charms }) => charms === undefined || charms.includes(app.charm));
}
