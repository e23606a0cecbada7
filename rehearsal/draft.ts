import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import type { StoragePath } from "../plan/types";
import type { Scenario } from "./scenarios";

/** Steps of the guide's draft, each by the resource that carries it out, whatever a model runs and whatever becomes of MinIO. */
const always = [
  "baseline",
  "store-minio-credentials",
  "prove-backup",
  "scale-up-kubeflow-dashboard",
  "scale-up-kubeflow-profiles",
  "prove-objects",
  "verify",
];

/** Applications of the draft that are not simply refreshed, MinIO aside. */
const otherwise: Record<string, string[]> = {
  "istio-pilot": ["1.12", "1.13", "1.14", "1.15", "1.16"].map((minor) => `refresh-istio-pilot-${minor}`),
  "istio-ingressgateway": [
    "unrelate-istio-ingressgateway-istio-pilot",
    "remove-istio-ingressgateway",
    "deploy-istio-ingressgateway",
    "relate-istio-ingressgateway-istio-pilot",
  ],
  "kubeflow-roles": ["remove-kubeflow-roles", "deploy-kubeflow-roles"],
};

/** What a MinIO that is deployed again goes through in any case. */
const moved = [
  "unrelate-kfp-api-minio",
  "retain-minio",
  "remove-minio",
  "deploy-minio",
  "find-minio-claim",
  "set-minio-credentials",
  "adopt-minio-volume",
  "start-minio",
  "relate-kfp-api-minio",
];

/** What becomes of MinIO, by the storage path. */
const ofMinio: Record<StoragePath, string[]> = {
  refresh: ["refresh-minio"],
  rebind: moved,
  copy: [...moved, "stage-minio", "minio-presync", "minio-migration", "delete-minio-migration-pod"],
};

type Applications = Record<string, { charm: string; channel: string }>;

const applicationsOf = (bundle: string): Applications =>
  (parse(readFileSync(resolve(__dirname, "../releases", bundle), "utf8")) as { applications: Applications })
    .applications;

/** Steps of the draft that an upgrade of a scenario's model has to name: for each application, what the difference of the two bundles asks for. */
export function draftSteps({ bundle, channels, storagePath }: Scenario): string[] {
  const target = applicationsOf("1.7.yaml");
  const changing = Object.entries(applicationsOf(bundle)).filter(
    ([name, { charm, channel }]) =>
      name !== "minio" && target[name]?.charm === charm && target[name].channel !== (channels[name] ?? channel),
  );
  return [...always, ...ofMinio[storagePath], ...changing.flatMap(([name]) => otherwise[name] ?? [`refresh-${name}`])];
}
