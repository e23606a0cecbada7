import { stringify } from "yaml";
import type { CharmRevision, Metadata } from "./catalogue";

/** Juju reads YAML 1.1, where a plain OFF is a boolean. */
const yaml = (content: object): string => stringify(content, { version: "1.1", lineWidth: 0 });

function endpoints(declared: Record<string, string>, limits: Metadata["limits"]): object | undefined {
  const entries = Object.entries(declared).map(([name, kind]) => [
    name,
    { interface: kind, ...(limits[name] !== undefined && { limit: limits[name] }) },
  ]);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as object);
}

/** Where the volume is in the container of a sidecar, which the metadata of a podspec charm has in its storage. */
const mountPoints: Record<string, string> = {
  "minio-data": "/data",
  "mlmd-data": "/data",
  database: "/var/lib/mysql",
};

/** Containers take the resources in their order, and one that they share where there are fewer. */
function containers({ metadata }: CharmRevision): object {
  const resources = Object.keys(metadata.resources);
  const mounts = Object.keys(metadata.storage).map((name) => ({ storage: name, location: mountPoints[name] }));
  return Object.fromEntries(
    metadata.containers.map((name, at) => {
      const resource =
        [`${name}-image`, name].find((own) => resources.includes(own)) ?? resources[Math.min(at, resources.length - 1)];
      return [name, { resource, ...(at === 0 && mounts.length > 0 && { mounts }) }];
    }),
  );
}

const nonEmpty = <T extends object>(value: T): T | undefined => (Object.keys(value).length === 0 ? undefined : value);

/** metadata.yaml */
export function metadataYaml(charm: CharmRevision): string {
  const { name, metadata } = charm;
  return yaml({
    name,
    summary: `${name} of the rehearsal`,
    description: `Endpoints, options and storage of ${name}; what it runs is made for rehearsals.`,
    series: nonEmpty(metadata.series),
    "min-juju-version": metadata.minJuju,
    assumes: nonEmpty(metadata.assumes),
    "charm-user": metadata.user,
    deployment: metadata.deployment,
    containers: nonEmpty(containers(charm)),
    resources: nonEmpty(
      Object.fromEntries(
        Object.keys(metadata.resources).map((resource) => [
          resource,
          { type: "oci-image", description: `Image of ${name}` },
        ]),
      ),
    ),
    storage: nonEmpty(metadata.storage),
    provides: endpoints(metadata.provides, metadata.limits),
    requires: endpoints(metadata.requires, metadata.limits),
    peers: endpoints(metadata.peers, metadata.limits),
  });
}

function optionType(value: string | number | boolean | null): string {
  if (typeof value === "boolean") return "boolean";
  return typeof value === "number" ? (Number.isInteger(value) ? "int" : "float") : "string";
}

/** config.yaml; a charm without options has an empty one, since Juju asks Charmhub for it. */
export function configYaml({ metadata }: CharmRevision): string {
  const options = Object.entries(metadata.config).map(([name, value]) => [
    name,
    { type: optionType(value), description: name, ...(value !== null && { default: value }) },
  ]);
  return yaml({ options: Object.fromEntries(options) as object });
}

/** actions.yaml */
export function actionsYaml({ name }: CharmRevision): string {
  return yaml(
    name === "mysql-k8s"
      ? {
          "get-password": {
            description: "Password of a user of the server",
            params: { username: { type: "string", description: "Name of the user" } },
          },
        }
      : {},
  );
}

export interface Base {
  name: string;
  channel: string;
  architecture: string;
}

/** Bases that a revision is for. */
export function bases({ metadata }: CharmRevision): Base[] {
  return metadata.bases.map((base) => {
    const [name, channel] = base.split("@");
    return { name, channel, architecture: "amd64" };
  });
}

/** manifest.yaml, which charmcraft writes. */
export function manifestYaml(charm: CharmRevision): string {
  return yaml({
    bases: bases(charm).map(({ name, channel, architecture }) => ({ name, channel, architectures: [architecture] })),
  });
}
