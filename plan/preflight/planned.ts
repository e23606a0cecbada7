import type { Hop } from "../../releases/load";
import { missingChannels } from "../channels";
import { databasesOf } from "../databases";
import { laterThanTarget, laterTrack, sourceGeneration, targetGeneration } from "../later";
import type { Baseline, StorageChoice } from "../types";
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

/** Applications of the target release that run another charm without a rule that says how that is upgraded, or whose charm juju could not read. */
export function charms({ hazards, target }: Hop, { applications }: Baseline): Obstacle[] {
  return Object.entries(applications)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { charm }]): Obstacle[] => {
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

function storage(hop: Hop, baseline: Baseline, choices: StorageChoice[]): Finding[] {
  const { hazards, target } = hop;
  return Object.entries(baseline.volumes)
    .filter(
      ([application]) =>
        application !== hazards.objectStore.application &&
        application in baseline.applications &&
        target.applications[application]?.charm === baseline.applications[application].charm,
    )
    .flatMap(([application, volumes]) =>
      volumes
        .filter(
          (volume) =>
            !choices.some((choice) => choice.application === application && choice.storage === volume.storage),
        )
        .filter(
          (volume) =>
            hazards.storage[baseline.applications[application].charm]?.[volume.storage] !== volume.requestedMiB,
        )
        .map((volume): Finding => {
          const declared = hazards.storage[baseline.applications[application].charm]?.[volume.storage];
          return {
            name: "storage-declaration",
            subject: application,
            fact: `has ${volume.requestedMiB} MiB of storage ${volume.storage}, its target charm ${declared === undefined ? "is not known to declare any" : `declares ${declared} MiB`}`,
            meaning:
              "Juju refuses to refresh a charm whose storage declaration differs (F1), and this application is refreshed",
            next: `Compare both charms' metadata.yaml; ignore this if they declare the same, else name ${application}/${volume.storage} in the setting volumes`,
            weight: "refuses",
          };
        }),
    );
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

/** Everything that the baseline tells without another look at the model. */
export function findingsOfPlan(hop: Hop, baseline: Baseline, choices: StorageChoice[]): Finding[] {
  return [
    ...removals(hop, baseline, choices),
    ...channels(hop, baseline),
    ...later(hop, baseline),
    ...generations(hop, baseline),
    ...storage(hop, baseline, choices),
    ...databases(hop, baseline),
  ];
}
