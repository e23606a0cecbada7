import type { Hop } from "../../releases/load";
import { missingChannels } from "../../plan/channels";
import { databasesOf } from "../backup/databases";
import { keeps, laterThanTarget, laterTrack, sourceGeneration, targetGeneration } from "../../plan/later";
import { deployedDeclaration, sameBlock, told } from "../storage/choose";
import type { Baseline, BaselineVolume, StorageChoice } from "../../plan/types";
import type { Finding, Obstacle } from "./finding";

/** Channels that the hop needs and Charmhub lacks. */
export function channels(hop: Hop, baseline: Baseline): Finding[] {
  return missingChannels(hop, baseline).map(({ application, charm, channel }) => ({
    name: "channels-missing",
    subject: application,
    fact: `cannot be brought to release ${hop.target.release}: charm "${charm}" has no channel "${channel}" at Charmhub`,
    meaning: "its revision is not known; channels of old releases are closed at times",
    next: `See \`juju info ${charm}\`; ask its publisher, or upload the charm to a channel of your own`,
    weight: "refuses",
  }));
}

/**
 * Why an application under a name of its own cannot be left aside: it is what the release has under another name, or a second one
 * of what must be out of the way. A second one of anything else is its owner's own affair.
 */
function underOtherName(
  { hazards, source, target }: Hop,
  applications: Baseline["applications"],
  name: string,
): Omit<Obstacle, "name" | "subject"> | undefined {
  if (name in target.applications || name in source.applications) return undefined;
  const { charm } = applications[name];
  const named = Object.keys(target.applications).filter((one) => target.applications[one].charm === charm);
  const room = named.find((one) => (hazards.redeploy[one]?.around ?? "") in applications);
  if (room !== undefined) {
    const { around } = hazards.redeploy[room];
    return {
      fact: `runs charm "${charm}", as ${room} of the release does`,
      meaning: `${around} waits for ever while the workload of any gateway is there, and this hop takes ${room} out of its way, by that name only`,
      next: `Remove it and deploy it again after the upgrade, from ${target.applications[room].channel} (\`juju export-bundle\` has its options and relations)`,
    };
  }
  const own = named.filter((one) => source.applications[one]?.charm === charm);
  if (own.length !== 1 || own[0] in applications) return undefined;
  return {
    fact: `runs charm "${charm}", which release ${source.release} has under the name ${own[0]}`,
    meaning:
      "rules of this hop, relations of the release and other applications know it by that name, and it would be left at its old release",
    next: `Deploy it under the name ${own[0]}, with its options and relations, and move its data by your own means; juju renames no application`,
  };
}

/** Applications of the target release that run another charm without a rule that says how that is upgraded, or whose charm juju could not read. */
export function charms({ hazards, source, target }: Hop, { release, applications }: Baseline): Obstacle[] {
  return Object.entries(applications)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { charm, local, revision }]): Obstacle[] => {
      const subject = `application "${name}"`;
      if (charm === "") {
        return [
          {
            name: "applications-unread",
            subject,
            fact: "could not be read by juju",
            meaning: "a baseline of it would be wrong, and is recorded once only",
            next: `Mend it (\`juju status ${name}\`), then try again`,
          },
        ];
      }
      if (local && target.applications[name]?.charm === charm) {
        return [
          {
            name: "charms-unknown",
            subject,
            fact: `runs charm "${charm}" from a file (local:${charm}-${revision})`,
            meaning: "juju refreshes it to no channel of Charmhub, and whose code it runs is not known",
            next: `Take it to Charmhub's first: \`juju refresh ${name} --switch ch:${charm} --channel ${(source.applications[name] ?? target.applications[name]).channel}\`, then preview again`,
          },
        ];
      }
      const away =
        release === target.release ? undefined : underOtherName({ hazards, source, target }, applications, name);
      if (away !== undefined) return [{ name: "charms-unknown", subject, ...away }];
      const wanted = target.applications[name]?.charm ?? charm;
      if (wanted === charm || charm in hazards.keep) return [];
      return [
        {
          name: "charms-unknown",
          subject,
          fact: `runs charm "${charm}", release ${target.release} has "${wanted}" under that name`,
          meaning: "no rule says how to get from one to the other",
          next: `Move to ${wanted} by hand first, or deploy yours under another name`,
        },
      ];
    });
}

function later(hop: Hop, baseline: Baseline): Finding[] {
  const { channelTrap } = hop.hazards;
  return Object.keys(baseline.applications)
    .sort()
    .flatMap((application): Finding[] => {
      const fact = laterThanTarget(hop, baseline, application);
      if (fact === undefined) return [];
      const trapped = channelTrap.charms.includes(baseline.applications[application].charm);
      const { around = application } = hop.hazards.redeploy[application] ?? {};
      const byTrack =
        laterTrack(hop, baseline, application) !== undefined || laterTrack(hop, baseline, around) !== undefined;
      return [
        {
          name: trapped ? "kfp-level" : byTrack ? "later-track" : "charm-generation",
          subject: application,
          fact,
          meaning: byTrack
            ? "a charm is not refreshed to an earlier track: what it made of its data and its objects may not be read by that"
            : trapped
              ? `it is of release ${channelTrap.level}: ${channelTrap.why}`
              : "it is of a later level than this hop, and Juju never refreshes a sidecar charm back to podspec",
          next: "Ignoring this leaves it as it is, and the rest of the model is upgraded around it; rehearse that first. There is no way back by refresh",
          weight: "refuses",
        },
      ];
    });
}

/** Generations that differ from those of the source release, where the plan copes with what it found. */
function generations(hop: Hop, baseline: Baseline): Finding[] {
  return Object.entries(baseline.applications)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([application, { charm, channel, revision, generation, generationUnseen, scale }]): Finding[] => {
      const [source, target] = [hop.source.applications[application], hop.target.applications[application]];
      if (
        source?.charm !== charm ||
        target?.charm !== charm ||
        laterThanTarget(hop, baseline, application) !== undefined
      )
        return [];
      if (channel === target.channel && revision === baseline.available[charm]?.[channel]) return [];
      if (generationUnseen && generation !== targetGeneration(hop, charm)) {
        return [
          {
            name: "charm-generation",
            subject: application,
            fact: `has neither an operator nor a workload in the cluster, at ${scale} units: whether it runs as podspec or sidecar cannot be seen, release ${hop.source.release} has ${generation}`,
            meaning:
              "a podspec charm is refreshed to a sidecar at 0 units, and a sidecar that Juju 2.9 has scaled to 0 does not come back",
            next: `\`juju scale-application ${application} 1\`, wait until it is active, then try again; ignore this if you know that it is ${generation}`,
            weight: "refuses",
          },
        ];
      }
      const expected = sourceGeneration(hop, charm);
      if (generation === expected) return [];
      const crossing = generation === "podspec" && targetGeneration(hop, charm) === "sidecar";
      return [
        {
          name: "charm-generation",
          subject: application,
          fact: `runs as ${generation} at revision ${revision}, release ${hop.source.release} has ${expected}`,
          meaning: `it was deployed from another revision than its channel ${channel} had; it is refreshed ${crossing ? "at 0 units" : "in place"}, as what it is asks for`,
          next: "Nothing, if you know why; else compare `juju status` with the release's bundle",
          weight: "told",
        },
      ];
    });
}

/** Why Juju would refuse to refresh an application for one of its storages, as far as can be told. */
function storageRefused({ hazards }: Hop, baseline: Baseline, application: string, volume: BaselineVolume): string[] {
  const live = baseline.applications[application];
  const target = hazards.storage[live.charm]?.[volume.storage];
  const deployed = deployedDeclaration(hazards, live);
  if (deployed) {
    const others = Object.keys(deployed).filter((name) => hazards.storage[live.charm]?.[name] === undefined);
    const known = deployed[volume.storage];
    if (known && target && sameBlock(known, target) && others.length === 0) return [];
    if (others.length > 0 && others[0] !== volume.storage)
      return [
        `has, at revision ${live.revision}, storage ${others.join(", ")}, which its target charm does not declare`,
      ];
    if (known)
      return [
        `declares, at revision ${live.revision}, ${told(known)} of storage ${volume.storage}, its target charm ${target === undefined ? "none" : told(target)}`,
      ];
  }
  if (target?.sizeMiB === volume.requestedMiB) return [];
  return [
    `has ${volume.requestedMiB} MiB of storage ${volume.storage}, its target charm ${target === undefined ? "is not known to declare any" : `declares ${told(target)}`}`,
  ];
}

function storage(hop: Hop, baseline: Baseline, choices: StorageChoice[]): Finding[] {
  const { hazards, target } = hop;
  return Object.entries(baseline.volumes)
    .filter(
      ([application]) =>
        application !== hazards.objectStore.application &&
        application in baseline.applications &&
        target.applications[application] !== undefined &&
        !keeps(hop, baseline, application),
    )
    .flatMap(([application, volumes]) =>
      volumes
        .filter(
          (volume) =>
            !choices.some((choice) => choice.application === application && choice.storage === volume.storage),
        )
        .flatMap((volume) =>
          storageRefused(hop, baseline, application, volume).map((fact): Finding => ({
            name: "storage-declaration",
            subject: application,
            fact,
            meaning:
              "Juju refuses to refresh a charm whose storage declaration differs (F1), and this application is refreshed",
            next: `Compare both charms' metadata.yaml; ignore this if they declare the same, else name ${application}/${volume.storage} in the setting volumes`,
            weight: "refuses",
          })),
        ),
    );
}

/** Options that were set to what the target charm does not heed any more, or takes for something else. */
function options(hop: Hop, { applications }: Baseline): Finding[] {
  return Object.entries(hop.target.applications).flatMap(([application, { charm }]) => {
    const live = applications[application];
    if (live?.charm !== charm) return [];
    return Object.entries(hop.hazards.options[charm] ?? {})
      .filter(([option, { keep }]) => (live.config[option] ?? keep) !== keep)
      .map(([option, { keep, why }]) => ({
        name: "options-changed" as const,
        subject: application,
        fact: `has the option ${option} at ${String(live.config[option])}`,
        meaning: why,
        next: `\`juju config ${application} ${option}=${String(keep)}\` where that is right for you, or ignore this`,
        weight: "refuses" as const,
      }));
  });
}

/** Applications that are removed on the way and whose charm deletes definitions when it is; the plan refuses itself, too. */
function removals({ hazards }: Hop, { applications }: Baseline, choices: StorageChoice[]): Finding[] {
  const removed = [
    ...Object.keys(hazards.redeploy),
    ...choices.filter(({ path }) => path !== "refresh").map(({ application }) => application),
  ];
  return removed
    .filter((application) => hazards.crdOwners.includes(applications[application]?.charm))
    .map((application) => ({
      name: "crd-owner-removal",
      subject: application,
      fact: `the plan would remove it, and its charm ${applications[application].charm} deletes its custom resource definitions`,
      meaning: "with a definition go all objects of it, in every user's namespace",
      next: "Mend the hop's hazards file: such an application is refreshed, never removed",
      weight: "refuses",
    }));
}

/** Databases that nothing could be dumped from. A baseline that looked at none is of an upgrade that was begun without. */
function databases({ hazards }: Hop, baseline: Baseline): Finding[] {
  return Object.entries(databasesOf(hazards, baseline))
    .filter(([application]) => baseline.databases && !(application in baseline.databases))
    .map(([application, variables]) => ({
      name: "databases-unreadable",
      subject: application,
      fact: `has no running Pod with one of the variables ${variables.join(", ")}`,
      meaning: "its databases cannot be dumped, and would not be part of the backup",
      next: `Look at \`juju status ${application}\` and \`kubectl describe pod ${application}-0\`. Ignoring this leaves its rows out of backup and verification: dump them by your own means first`,
      weight: "refuses",
    }));
}

/** Data that this hop may change and that no step of it backs up or proves: a person has to answer for it. */
function unproven({ hazards }: Hop, { applications }: Baseline): Finding[] {
  return Object.entries(hazards.unproven)
    .filter(([application]) => application in applications)
    .map(([application, { what, why, how }]) => ({
      name: "data-unproven",
      subject: application,
      fact: `holds ${what}, which the backup of this hop does not have`,
      meaning: why,
      next: `Back it up by your own means (${how}), then name data-unproven/${application} in ignorePreflight`,
      weight: "refuses",
    }));
}

/** Applications that are deployed again by this hop: those that it always does, and those whose volumes move. */
export function deployedAgain(hop: Hop, baseline: Baseline, choices: StorageChoice[]): string[] {
  const changing = ([name, { charm, channel, revision }]: [string, Baseline["applications"][string]]): boolean => {
    const target = hop.target.applications[name];
    return (
      target?.charm === charm &&
      (target.channel !== channel || baseline.available[charm]?.[channel] !== revision) &&
      laterThanTarget(hop, baseline, name) === undefined
    );
  };
  const redeployed = Object.entries(baseline.applications)
    .filter((entry) => entry[0] in hop.hazards.redeploy && changing(entry))
    .map(([name]) => name);
  const moved = choices.filter(({ path }) => path !== "refresh").map(({ application }) => application);
  return [...new Set([...redeployed, ...moved])].sort();
}

/** What `juju deploy` cannot give an application back that it had. */
function lost(hop: Hop, baseline: Baseline, choices: StorageChoice[]): Finding[] {
  return deployedAgain(hop, baseline, choices).flatMap((application) => {
    const { placement, bindings = {}, attached = [], exposed } = baseline.applications[application];
    const of = (fact: string, next: string): Finding => ({
      name: "deployed-again",
      subject: application,
      fact,
      meaning: "it is deployed again by this hop, and Juju's deploy does not give that back",
      next,
      weight: "refuses",
    });
    return [
      ...(placement === undefined
        ? []
        : [
            of(
              `was placed by ${placement}`,
              "Juju takes no placement in a model on Kubernetes: say the same by constraints (`juju set-constraints`), or ignore this",
            ),
          ]),
      ...Object.entries(bindings).map(([endpoint, space]) =>
        of(
          `has ${endpoint === "" ? "all its endpoints" : `endpoint ${endpoint}`} bound to space ${space}`,
          `\`juju bind ${application} ...\` after the upgrade, and ignore this`,
        ),
      ),
      ...attached.map((resource) =>
        of(
          `has a resource ${resource} that somebody attached, and juju does not tell which`,
          `Note what was attached. Ignoring this deploys it with the channel's own image; \`juju attach-resource ${application} ${resource}=...\` after the upgrade`,
        ),
      ),
      ...(exposed ? [of("is exposed", `\`juju expose ${application}\` after the upgrade, and ignore this`)] : []),
    ];
  });
}

/** Everything that the baseline tells without another look at the model. */
export function findingsOfPlan(hop: Hop, baseline: Baseline, choices: StorageChoice[]): Finding[] {
  return [
    ...removals(hop, baseline, choices),
    ...channels(hop, baseline),
    ...later(hop, baseline),
    ...generations(hop, baseline),
    ...storage(hop, baseline, choices),
    ...options(hop, baseline),
    ...databases(hop, baseline),
    ...unproven(hop, baseline),
    ...lost(hop, baseline, choices),
  ];
}
