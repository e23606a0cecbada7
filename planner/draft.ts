import type { Hop } from "../releases/load";
import { keeps, laterThanTarget } from "../plan/later";
import { type HopNames, hopNames } from "../plan/names";
import { type Obstacle, isIgnored } from "../guide/preflight/finding";
import { removedByHand } from "../plan/removed";
import type { Settings } from "../plan/settings";
import { chooseVolumes } from "../guide/storage/choose";
import type {
  Baseline,
  BaselineApplication,
  Phase,
  Relation,
  Step,
  StepAction,
  StorageChoice,
  Superseded,
} from "../plan/types";

type Deploy = Extract<StepAction, { kind: "deploy" }>;

/** What an application is deployed as; `constraints` are those of the bundle. */
type Target = Pick<Deploy, "charm" | "channel" | "revision" | "trust" | "config" | "constraints">;

/** What makes an application that is deployed again the one it was. */
type Kept = Pick<Deploy, "units" | "constraints" | "pools" | "resources" | "offers">;

type Edges = { dependsOn?: string[]; needs?: string[] };

/** A plan while it is being made: what is known, the steps so far, and which steps bring each application to its target. */
export class Draft {
  readonly steps: Step[] = [];
  readonly notes: string[] = [];
  /** Why the model cannot be upgraded as it is, or as the settings say; told all at once, and nothing is planned around it. */
  readonly obstacles: Obstacle[] = [];
  readonly choices: StorageChoice[];
  /** The hop, such as "1.6-1.7". */
  readonly id: string;
  readonly names: HopNames;
  /** application -> steps after which it is through; an application without entry is not touched. */
  private readonly through = new Map<string, string[]>();

  constructor(
    readonly hop: Hop,
    readonly baseline: Baseline,
    readonly settings: Settings,
  ) {
    this.choices = chooseVolumes(hop, baseline, settings, this.obstacles);
    this.id = `${hop.source.release}-${hop.target.release}`;
    this.names = hopNames(this.id);
  }

  /** Notes that a setting does not fit the model. */
  refuseSetting(setting: string, fact: string, meaning: string, next: string): void {
    this.obstacles.push({ name: "settings-unfit", subject: `setting "${setting}"`, fact, meaning, next });
  }

  /** Adds a step that runs `bin/step.js`, with the edges that are given; passes.ts adds those that every plan has. */
  command(phase: Phase, id: string, why: string, action: StepAction, { dependsOn = [], needs = [] }: Edges): string {
    return this.add({ type: "command", phase, id, why, action, dependsOn, needs });
  }

  /** Adds any step, as it is. @returns its id */
  add(step: Step): string {
    this.steps.push(step);
    return step.id;
  }

  /** The live application of that name. */
  live(application: string): BaselineApplication | undefined {
    return this.baseline.applications[application];
  }

  /** Live applications that the target bundle changes: same charm, another channel or revision, and not a later one. */
  changing(): string[] {
    return Object.keys(this.baseline.applications)
      .filter((name) => name in this.hop.target.applications)
      .filter(
        (name) =>
          !this.kept(name) && !this.atTarget(name) && laterThanTarget(this.hop, this.baseline, name) === undefined,
      )
      .sort();
  }

  /** Applications that somebody removed by hand, and that the hop deploys again. */
  removed(): string[] {
    return removedByHand(this.hop, this.baseline);
  }

  /** Whether the hop leaves this application as it is although the target bundle has another charm or revision; without a rule for another charm no plan is made. */
  kept(application: string): boolean {
    return keeps(this.hop, this.baseline, application);
  }

  /** Volumes that come along by a redeployment of their application, which an object store at its target does not need. */
  moved(): StorageChoice[] {
    const { application: store } = this.hop.hazards.objectStore;
    return this.choices.filter(
      ({ application, path }) => path !== "refresh" && (application !== store || this.changing().includes(store)),
    );
  }

  /** What an application was at before, where that was not active and is accepted: it counts beside active to the end. */
  asBefore(application: string): { status: string; message: string } | undefined {
    const status = this.live(application)?.status;
    const accepted = isIgnored(this.settings.ignorePreflight, { name: "applications-restless", subject: application });
    return status && accepted && status.current !== "error" ? { status: status.current, message: "" } : undefined;
  }

  atTarget(application: string): boolean {
    const live = this.live(application);
    const target = this.target(application);
    return live?.channel === target.channel && live.revision === target.revision;
  }

  /** What an application that is deployed again is deployed as: what the hop changes it to, else what it is. */
  deployedAs(application: string): Target & Kept {
    const live = this.live(application);
    if (!live && this.removed().includes(application)) return this.target(application);
    if (!live) throw new Error(`application "${application}" is not in the model, so it cannot be deployed again`);
    const { charm, channel, revision, trust, config } = this.changing().includes(application)
      ? this.target(application)
      : live;
    const own = { ...config, ...live.config, ...live.applicationConfig };
    return {
      charm,
      channel,
      revision,
      trust: trust || live.trust,
      config: own,
      ...keptBy(live, live.revision === revision),
    };
  }

  /** What the target release has under that name, at the revision its channel had when the baseline was taken. */
  target(application: string): Target {
    const { charm, channel, trust, options, constraints } = this.hop.target.applications[application];
    return {
      charm,
      channel,
      trust,
      config: options,
      revision: this.revision(charm, channel),
      ...(constraints !== undefined && { constraints }),
    };
  }

  /** Base that refreshes and deployments of this hop name, where it has one. */
  base(): { base?: string } {
    const { base } = this.hop.hazards;
    return base === undefined ? {} : { base };
  }

  /** Revision that a channel had when the baseline was taken; a plan is only made where none is missing (plan/channels.ts). */
  revision(charm: string, channel: string): number {
    return this.baseline.available[charm]?.[channel];
  }

  /** State in which this application has its redeployment or refresh behind it. */
  reached(application: string): Superseded {
    const { channel, revision } = this.target(application);
    return { application, channel, revision };
  }

  /** Notes an application that is deployed again where that would lose options that the baseline leaves out because they may hold secrets. */
  refuseLostConfig(application: string, restored: string[] = []): void {
    const lost = this.live(application)?.configOmitted.filter((option) => !restored.includes(option)) ?? [];
    if (lost.length > 0) {
      this.obstacles.push({
        name: "options-lost",
        subject: `application "${application}"`,
        fact: `is deployed again by this hop, and its options ${lost.join(", ")} may hold secrets, which the baseline does not keep`,
        meaning: "they would be lost with it",
        next: `Note their values, \`juju config ${application} --reset ${lost.join(",")}\`, and set them again after the upgrade`,
      });
    }
  }

  setThrough(application: string, steps: string[]): void {
    this.through.set(application, steps);
  }

  throughWith(application: string): string[] {
    return this.through.get(application) ?? [];
  }

  /** Live relations that an application takes part in; those of the target bundle to live ones where somebody removed it. */
  relationsOf(application: string): Relation[] {
    const removed = this.removed().includes(application);
    const relations = removed
      ? this.hop.target.relations.filter((relation) =>
          relation.map(applicationOf).every((name) => name === application || this.live(name)),
        )
      : this.baseline.relations;
    return relations.filter((relation) => relation.some((endpoint) => applicationOf(endpoint) === application));
  }

  /** "relate-a-b", with the endpoints where two relations join the same pair of applications. */
  relationId(verb: "relate" | "unrelate" | "back-relate" | "back-unrelate", relation: Relation): string {
    const short = `${verb}-${relation.map(applicationOf).join("-")}`;
    return this.steps.some((step) => step.id === short) ? `${verb}-${relation.join("-").replaceAll(":", "-")}` : short;
  }
}

/** What of an application its redeployment is told; a resource belongs to its charm's revision. */
function keptBy(
  { scale, constraints, pools, resources, offers = {} }: BaselineApplication,
  sameRevision: boolean,
): Kept {
  const offered = Object.entries(offers).map(([name, { endpoints }]) => [name, endpoints]);
  return {
    ...(scale > 1 && { units: scale }),
    ...(constraints !== undefined && { constraints }),
    ...(pools && { pools }),
    ...(resources && sameRevision && { resources }),
    ...(offered.length > 0 && { offers: Object.fromEntries(offered) as Record<string, string[]> }),
  };
}

/** "minio" of "minio:object-storage". */
export function applicationOf(endpoint: string): string {
  return endpoint.split(":")[0];
}
