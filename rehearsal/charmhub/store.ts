import { createHash } from "node:crypto";
import {
  type Base,
  bases,
  charmFiles,
  charmRevision,
  type CharmWorld,
  everyCharm,
  packCharm,
  resourceImage,
} from "../charms";
import type { CharmhubFaults } from "./faults";

export const RELEASED = "2023-11-06T08:00:00+00:00";

const hash = (algorithm: string, content: Buffer): string => createHash(algorithm).update(content).digest("hex");

interface Download {
  "hash-sha-256": string;
  "hash-sha-384": string;
  size: number;
  url: string;
}

/** Charms, channels and resources of the catalogue, in the words of Charmhub's API (juju 2.9 and 3.6: charmhub/transport). */
export class Store {
  private readonly archives = new Map<string, Buffer>();

  constructor(
    private readonly url: string,
    private readonly world: CharmWorld,
    private readonly faults: () => CharmhubFaults,
  ) {}

  has(name: string): boolean {
    return everyCharm()[name] !== undefined;
  }

  id(name: string): string {
    return hash("sha256", Buffer.from(name)).slice(0, 32);
  }

  nameOf(id: string): string | undefined {
    return Object.keys(everyCharm()).find((name) => this.id(name) === id);
  }

  /** Channel -> revision that it holds today. */
  channels(name: string): Record<string, number> {
    return Object.fromEntries(
      Object.entries(everyCharm()[name].channels)
        .filter(([channel]) => !this.faults().channelsGone.includes(`${name} ${channel}`))
        .map(([channel, { revision }]) => [channel, revision]),
    );
  }

  revisions(name: string): number[] {
    return Object.keys(everyCharm()[name].revisions).map(Number);
  }

  bases(name: string, revision: number): Base[] {
    return bases(charmRevision(name, revision));
  }

  archive(name: string, revision: number): Buffer {
    const key = `${name}_${revision}`;
    const known = this.archives.get(key) ?? packCharm(charmRevision(name, revision), this.world);
    this.archives.set(key, known);
    return known;
  }

  resource(name: string, revision: number): Buffer {
    const image = this.faults().images[name] ?? resourceImage(charmRevision(name, revision), this.world);
    return Buffer.from(JSON.stringify({ ImageName: image }));
  }

  private download(content: Buffer, path: string): Download {
    return {
      "hash-sha-256": hash("sha256", content),
      "hash-sha-384": hash("sha384", content),
      size: content.length,
      url: `${this.url}${path}`,
    };
  }

  /** A resource has the revision of its charm. */
  resources(name: string, revision: number): object[] {
    return Object.keys(charmRevision(name, revision).metadata.resources).map((resource) => {
      const content = this.resource(name, revision);
      return {
        name: resource,
        type: "oci-image",
        revision,
        filename: "",
        description: `Image of ${name}`,
        download: {
          ...this.download(content, `/resources/${name}_${revision}_${resource}`),
          "hash-sha3-384": hash("sha3-384", content),
          "hash-sha-512": hash("sha512", content),
        },
      };
    });
  }

  private texts(name: string, revision: number): { "metadata-yaml": string; "config-yaml": string } {
    const files = charmFiles(charmRevision(name, revision), this.world);
    return { "metadata-yaml": files["metadata.yaml"], "config-yaml": files["config.yaml"] };
  }

  /** `charm` of a refresh response. */
  entity(name: string, revision: number): object {
    return {
      type: "charm",
      id: this.id(name),
      name,
      revision,
      version: String(revision),
      summary: `${name} of the rehearsal`,
      license: "",
      bases: this.bases(name, revision),
      "created-at": RELEASED,
      download: this.download(this.archive(name, revision), `/charms/${name}_${revision}.charm`),
      resources: this.resources(name, revision),
      publisher: { "display-name": "Kubeflow Charmers" },
      ...this.texts(name, revision),
    };
  }

  /** Releases of a charm, as an error of a refresh proposes them. */
  releases(name: string): { base: Base; channel: string }[] {
    return Object.entries(this.channels(name)).flatMap(([channel, revision]) =>
      this.bases(name, revision).map((base) => ({ base, channel })),
    );
  }

  /** Answer to `juju info`. */
  info(name: string): object {
    const channelMap = Object.entries(this.channels(name)).map(([channel, revision]) => {
      const [track, risk] = channel.split("/");
      const [base] = this.bases(name, revision);
      return {
        channel: { name: channel, track, risk, "released-at": RELEASED, base },
        revision: {
          revision,
          version: String(revision),
          bases: this.bases(name, revision),
          "created-at": RELEASED,
          download: { size: this.archive(name, revision).length },
          ...this.texts(name, revision),
        },
      };
    });
    return {
      type: "charm",
      id: this.id(name),
      name,
      result: {
        summary: `${name} of the rehearsal`,
        description: `${name} of the rehearsal`,
        license: "",
        publisher: { "display-name": "Kubeflow Charmers" },
        "store-url": `https://charmhub.io/${name}`,
        categories: [],
      },
      "channel-map": channelMap,
      "default-release": channelMap[0],
      "error-list": [],
    };
  }
}
