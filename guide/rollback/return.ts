import type { Settings } from "../../plan/settings";
import type { Relation } from "../../plan/types";
import { Draft, applicationOf } from "../../planner/draft";
import { type Recordings, type Way, wayBack } from "./compare";

/** A rollback while it is planned. */
export class Return {
  readonly draft: Draft;
  readonly ways: Map<string, Way>;
  /** application -> steps after which it is as it was, as far as it has any. */
  readonly back = new Map<string, string[]>();
  private readonly unrelated = new Map<string, string>();

  constructor(
    readonly recordings: Recordings,
    settings: Settings,
  ) {
    const { hop, baseline } = recordings;
    this.draft = new Draft(hop, baseline, settings);
    this.ways = new Map(
      Object.keys(baseline.applications)
        .sort()
        .map((name) => [name, wayBack(recordings, name)]),
    );
  }

  of(way: Way["way"]): string[] {
    return [...this.ways].flatMap(([name, one]) => (one.way === way ? [name] : []));
  }

  /** Steps after which all of these are back. */
  backWith(...applications: string[]): string[] {
    return applications.flatMap((name) => this.back.get(name) ?? []);
  }

  /** Applications of the hazards file that this one is brought up after, out of those. */
  upAfter(application: string, among: string[]): string[] {
    const { after, redeploy } = this.recordings.hop.hazards;
    return [...Object.keys(after[application] ?? {}), ...[redeploy[application]?.around ?? []].flat()].filter((other) =>
      among.includes(other),
    );
  }

  /** Of those, the ones that the hazards file brings up after this application. */
  broughtUpAfter(application: string, among: string[]): string[] {
    const { after } = this.recordings.hop.hazards;
    return among.filter((other) => application in (after[other] ?? {}));
  }

  /** Relations of these that the model has now. */
  relationsOf(application: string): Relation[] {
    return this.recordings.found.relations.filter((relation) => relation.map(applicationOf).includes(application));
  }

  /** Removes a relation once, whichever of its ends asks first. */
  unrelate(relation: Relation, why: string, owner: string, dependsOn: string[]): string {
    const key = relation.join(" ");
    const planned = this.unrelated.get(key);
    if (planned) return planned;
    const superseded = this.superseded(owner);
    const step = this.draft.command(
      "detach",
      this.draft.relationId("back-unrelate", relation),
      why,
      { kind: "remove-relation", relation, ...(superseded && { superseded }) },
      { dependsOn },
    );
    this.unrelated.set(key, step);
    return step;
  }

  /** The state in which an application of the baseline was taken back already. */
  superseded(application: string): { application: string; channel: string; revision: number } | undefined {
    const recorded = this.recordings.baseline.applications[application];
    return recorded && { application, channel: recorded.channel, revision: recorded.revision };
  }
}

/** Message of a hazards file that cannot be put in order. */
export const circle = (names: string): string =>
  `the hazards file lets these applications wait for each other: ${names}`;
