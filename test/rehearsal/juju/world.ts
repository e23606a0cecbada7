import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execute, type Answer } from "../../../rehearsal/juju/commands";
import { Catalogue, type StorageOverride } from "../../../rehearsal/juju/controller/catalogue";
import { ensureNamespace, isSettled, reconcileModel } from "../../../rehearsal/juju/controller/engine";
import type { Face, Host } from "../../../rehearsal/juju/controller/host";
import { settleTimes } from "../../../rehearsal/juju/controller/settle";
import { emptyModel } from "../../../rehearsal/juju/controller/store";
import type { ModelState } from "../../../rehearsal/juju/controller/state";
import { FakeCluster } from "./fake-cluster";

jest.setTimeout(120_000);

export const root = join(__dirname, "..", "..", "..");
export const releaseFile = (release: string): string => readFileSync(join(root, "releases", `${release}.yaml`), "utf8");

/** The stand-in with a clock moved by hand and Kubernetes in memory. */
export class World {
  readonly cluster: FakeCluster;
  readonly host: Host;
  files: Record<string, string> = {};
  written: Record<string, string> = {};
  input = "";
  env: Record<string, string> = {};
  private time = Date.UTC(2026, 10, 23, 12, 0, 0);
  private entropy = 0;

  constructor(
    options: { face?: Face; storage?: StorageOverride[]; podspecNeedsScaleZero?: boolean; from?: World } = {},
  ) {
    this.cluster = options.from?.cluster.copy() ?? new FakeCluster();
    this.time = options.from?.time ?? this.time;
    this.entropy = options.from?.entropy ?? 0;
    const face = options.face ?? "2.9";
    this.host = {
      face,
      state: structuredClone(options.from?.host.state) ?? emptyModel("kubeflow", this.time),
      cluster: this.cluster,
      catalogue: Catalogue.load(options.storage),
      settle: settleTimes(1),
      images: {
        workload: (charm, revision) => `workload:${charm}-${revision}`,
        minio: "minio:test",
        mariadb: "mariadb:test",
      },
      controller: "uk8s",
      podspecNeedsScaleZero: options.podspecNeedsScaleZero ?? face === "3.6",
      now: () => this.time,
      randomHex: (bytes) => (++this.entropy).toString(16).padStart(bytes * 2, "0"),
      log: (line) => void this.host.state.log.push(line),
    };
  }

  /** Runs a command line, words separated by single spaces. */
  async try(line: string): Promise<Answer> {
    return execute(this.host, line.split(" "), {
      env: this.env,
      readFile: (path) => this.files[path] ?? "",
      writeFile: (path, text) => void (this.written[path] = text),
      stdin: async () => this.input,
    });
  }

  async juju(line: string): Promise<string> {
    const { stdout, stderr, code } = await this.try(line);
    if (code !== 0) throw new Error(`juju ${line}: ${stderr}`);
    return stdout;
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the document is what the test is about
  async status(): Promise<any> {
    return JSON.parse(await this.juju("status --format json"));
  }

  async round(milliseconds = 0): Promise<void> {
    this.time += milliseconds;
    const errors: unknown[] = [];
    if (this.cluster.named("Namespace", "kubeflow") === undefined) await ensureNamespace(this.host);
    await reconcileModel(this.host, (_, error) => errors.push(error));
    await this.cluster.step();
    if (errors.length > 0) throw errors[0];
  }

  /** Lets so much time pass, in rounds of 100 ms. */
  async pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= 100) await this.round(100);
  }

  /** Until nothing moves any more; at most two minutes of the world's time. */
  async settle(): Promise<void> {
    await this.round();
    for (let rounds = 0; rounds < 1200; rounds++) {
      await this.round(100);
      if (isSettled(this.host) && rounds > 5) return;
    }
  }

  /** As if the controller had been killed and started again from its folder. */
  restart(): void {
    this.host.state = JSON.parse(JSON.stringify(this.host.state)) as ModelState;
  }

  /** A world like this one that goes its own way from here. */
  copy(): World {
    return new World({ face: this.host.face, from: this });
  }

  async deployBundle(text: string): Promise<void> {
    this.files["bundle.yaml"] = text;
    await this.juju("deploy ./bundle.yaml --trust".replace("./", ""));
    await this.settle();
  }
}
