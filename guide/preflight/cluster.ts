import { unservedFinding } from "./definitions";
import type { LiveFacts } from "./facts";
import type { CheckName, Finding } from "./finding";
import { markedFindings } from "./marked";
import type { ClaimNeed, PreflightQuestion, VersionRange } from "./types";

/** Why nothing should be started on this cluster, or what it does not tell. */
export function findingsOfCluster(question: PreflightQuestion, facts: LiveFacts): Finding[] {
  return [
    ...findingsOfVersions(question.versions, facts),
    ...running(facts),
    ...unread(facts),
    ...crossing(facts),
    ...markedFindings(facts.marked),
    ...disk(question, facts),
    ...question.claims.flatMap((claim) => [
      ...fit(claim, facts),
      ...(facts.claims.includes(claim.claim) ? [] : [...storageClass(claim, facts), ...space(claim, facts)]),
    ]),
  ];
}

/** What the refreshes from podspec to sidecar would meet. */
function crossing({ crossing: found }: LiveFacts): Finding[] {
  if (!found) return [];
  const { applications, definitions, marked, refused } = found;
  const unserved = unservedFinding(definitions);
  const of = (fact: string, meaning: string, next: string, weight: Finding["weight"]): Finding => ({
    name: "crossing-guard",
    subject: applications.join(", "),
    fact,
    meaning,
    next,
    weight,
  });
  return [
    ...(unserved ? [unserved] : []),
    ...refused.map((why) =>
      of(
        `cannot be guarded: ${why}`,
        "when a podspec charm becomes a sidecar, Juju deletes every definition and object with its labels, users' objects too; its refresh would not be begun",
        "Give this account what docs/permissions.md has for definitions and their objects",
        "refuses",
      ),
    ),
    ...(marked.length > 0
      ? [
          of(
            `made ${marked.length} definitions and objects that carry Juju's labels: ${marked.slice(0, 8).join(", ")}${marked.length > 8 ? ` and ${marked.length - 8} more` : ""}`,
            "their refresh would delete them; the labels are taken off at 0 units before",
            "Nothing; copy no object with `kubectl get -o yaml` and its labels meanwhile",
            "told",
          ),
        ]
      : []),
  ];
}

/** Major and minor of a version such as "v1.24.17-eks-abc", as one comparable number. */
export function minor(version: string): number {
  const [, major = "0", second = "0"] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) * 1000 + Number(second);
}

function outside(
  name: CheckName,
  what: string,
  version: string,
  { from, to, source }: VersionRange,
  meaning: string,
): Finding[] {
  if (minor(version) >= minor(from) && minor(version) <= minor(to)) return [];
  const known = from === to ? from : `${from} to ${to}`;
  return [
    {
      name,
      subject: what,
      fact: `is ${version}; this hop is known for ${known}`,
      meaning: `${meaning}. Known from ${source}`,
      next: `Move to one of ${known}, or rehearse the upgrade on a copy with this version before you ignore it`,
      weight: "refuses",
    },
  ];
}

const line = (version: string): number => Math.floor(minor(version) / 1000);

/** Versions outside the hop's windows, and a client of another line than its model. */
export function findingsOfVersions(
  { juju, kubernetes }: PreflightQuestion["versions"],
  facts: { kubernetes: string; juju?: { clientVersion: string; modelVersion: string } },
): Finding[] {
  const findings = outside(
    "kubernetes-version",
    "cluster",
    facts.kubernetes,
    kubernetes,
    "charms of these releases may ask for APIs that this version no longer has, or not yet (F14)",
  );
  if (!facts.juju) return findings;
  const { clientVersion, modelVersion } = facts.juju;
  findings.push(
    ...outside(
      "juju-version",
      "model",
      modelVersion,
      juju,
      "charms of these releases were not made for other lines of Juju",
    ),
  );
  if (line(clientVersion) !== line(modelVersion)) {
    findings.push({
      name: "juju-version",
      subject: "client",
      fact: `is ${clientVersion}, the model is ${modelVersion}`,
      meaning: "a client of another line may change a model in ways that its controller does not expect",
      next: "Use a client of the model's own line",
      weight: "refuses",
    });
  }
  return findings;
}

const shown = 50;

function running(facts: LiveFacts): Finding[] {
  return facts.running
    .filter(({ names }) => names.length > 0)
    .map(({ check, kind, names }) => {
      const recurring = check === "recurring-runs-enabled";
      const more = names.length > shown ? ` and ${names.length - shown} more` : "";
      return {
        name: check,
        subject: kind,
        fact: `${names.slice(0, shown).join(", ")}${more} ${names.length === 1 ? "is" : "are"} ${recurring ? "enabled" : "running"}`,
        meaning: recurring
          ? "it may start a pipeline in the middle of the upgrade"
          : "its work may be lost when controllers, gateway or object store go away under it, and objects it writes late are in no backup",
        next: recurring ? "Disable it, and enable it again after the upgrade" : "Let it end, or stop it",
        weight: "refuses",
      };
    });
}

function unread(facts: LiveFacts): Finding[] {
  return facts.unread.map(({ check, why }) => ({
    name: check,
    subject: "cluster",
    fact: `not checked: ${why}`,
    meaning: "what this check would find stays unknown",
    next: "Look yourself, or preview as somebody who may read it",
    weight: "told",
  }));
}

function storageClass({ purpose, storageClass: wanted }: ClaimNeed, { storageClasses }: LiveFacts): Finding[] {
  const found = storageClasses.some(({ name, isDefault }) => (wanted === undefined ? isDefault : name === wanted));
  if (found) return [];
  return [
    {
      name: "storage-class",
      subject: purpose,
      fact: wanted === undefined ? "the cluster has no default StorageClass" : `there is no StorageClass ${wanted}`,
      meaning: "its claim would wait for a volume for ever",
      next: `Choose one of: ${storageClasses.map(({ name }) => name).join(", ") || "none is there"}`,
      weight: "refuses",
    },
  ];
}

/** Whether a claim is large enough for what goes into it. */
function fit({ purpose, sizeMiB, holdsObjects }: ClaimNeed, { usedMiB }: LiveFacts): Finding[] {
  if (!holdsObjects || usedMiB === undefined || usedMiB <= sizeMiB) return [];
  return [
    {
      name: "free-space",
      subject: purpose,
      fact: `${usedMiB} MiB of objects do not fit into ${sizeMiB} MiB`,
      meaning: "it would run full half-way",
      next: "Raise the setting backupSizeMiB",
      weight: "refuses",
    },
  ];
}

/** StorageClass of a claim; "" where the cluster has no default. */
const classOf = ({ storageClass }: ClaimNeed, { storageClasses }: LiveFacts): string =>
  storageClass ?? storageClasses.find(({ isDefault }) => isDefault)?.name ?? "";

/** What is to stay free, in MiB: room for dumps of databases and for what users write meanwhile. */
const spare = (usedMiB: number): number => Math.max(1024, Math.ceil(usedMiB / 10));

/** Whether the objects fit once more, for each claim to be made, on a disk that the object store's volume is a folder of: the sizes that claims ask for bind nobody there. */
function disk({ claims, objectStore }: PreflightQuestion, facts: LiveFacts): Finding[] {
  const { disk: found, usedMiB } = facts;
  const there = claims.filter(
    (one) => one.holdsObjects && !facts.claims.includes(one.claim) && classOf(one, facts) === found?.storageClass,
  );
  if (!found || !("freeMiB" in found) || usedMiB === undefined || there.length === 0) return [];
  const [needed, left] = [usedMiB * there.length, spare(usedMiB)];
  if (found.freeMiB >= needed + left) return [];
  return [
    {
      name: "free-space",
      subject: `the disk of ${objectStore?.application}'s volume`,
      fact: `has ${found.freeMiB} MiB free; ${there.map(({ purpose }) => purpose).join(" and ")} take ${needed} MiB of it, and ${left} MiB are to be left`,
      meaning: `volumes of StorageClass ${found.storageClass} are folders of a node's disk: a full one stops everything on that node`,
      next: "Make space, or set backupStorageClass or backupTarget to another place; what comes to lie on another node's disk needs no room here",
      weight: "refuses",
    },
  ];
}

/** A StorageClass has no free space that Kubernetes knows of; some drivers publish theirs, and a disk of folders is looked at as a whole. */
function space(need: ClaimNeed, facts: LiveFacts): Finding[] {
  const { purpose, sizeMiB } = need;
  const { capacities, usedMiB, disk: found } = facts;
  const name = classOf(need, facts);
  const looked = found?.storageClass === name ? found : undefined;
  if (looked && "freeMiB" in looked && need.holdsObjects) return [];
  const of = (fact: string, weight: Finding["weight"], meaning: string, next: string): Finding => ({
    name: "free-space",
    subject: purpose,
    fact,
    meaning,
    next,
    weight,
  });
  const findings: Finding[] = [];
  const free = capacities[name];
  if (free !== undefined && free < sizeMiB) {
    findings.push(
      of(
        `StorageClass ${name} can make claims of ${free} MiB at most, ${sizeMiB} MiB are needed`,
        "refuses",
        "its claim would wait for a volume for ever",
        "Make space, or set another StorageClass",
      ),
    );
  }
  if (free === undefined) {
    findings.push(
      of(
        looked && "why" in looked
          ? `not checked: what is free on the disk behind StorageClass ${name} could not be read: ${looked.why}`
          : `not checked: the driver of StorageClass ${name || "(none)"} does not say what space it has${usedMiB === undefined ? ", nor the kubelet how full the object store's volume is" : ""}`,
        "told",
        `${sizeMiB} MiB are asked for; a backup or a copy that runs full stops before anything is removed`,
        "Look at the disks behind it",
      ),
    );
  }
  return findings;
}
