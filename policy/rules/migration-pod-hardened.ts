import type { Graph, Node } from "../graph";
import { type Known, UNKNOWN, at, list, text, texts } from "../known";
import { containers, migrates, mounts, podSpec, runsPods } from "../pods";
import { type Finding, stackOf, stackRule } from "../rule";
import { claimsLeft } from "../step";

interface Config {
  rehearsals: string[];
}

/** What it takes to keep the owner, mode and times of copied files; each can be added back after all are dropped. */
const ofFiles = ["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID"];

/** What a preview may not know of a Pod: values that a run finds out, none of which gives it a right. */
const mayBeUnknown =
  /^(containers|initContainers)\.\d+\.env\.\d+\.value$|^volumes\.\d+\.persistentVolumeClaim\.claimName$|^affinity\.nodeAffinity$/;

/** Paths of what is not known in a Pod. */
function unknowns(value: Known, path: string[] = []): string[] {
  if (value === UNKNOWN) return [path.join(".")];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => unknowns(inner as Known, [...path, key]));
}

type Missing = Pick<Finding, "missing" | "fix">;

/** Claims whose data is the only copy: those a removed application leaves behind, and those the baseline knows. */
function sources(graph: Graph): string[] {
  const recorded = [...(graph.baseline?.volumes.values() ?? [])].flat().map(({ claim }) => claim);
  return [...recorded, ...graph.steps("remove-application").flatMap(({ step }) => claimsLeft(step))];
}

function judgeContainer(container: Known, rehearsal: boolean): Missing[] {
  const name = text(at(container, "name")) ?? "a container";
  const missing: Missing[] = [];
  const expect = (holds: boolean, what: string, fix: string): void => {
    if (!holds) missing.push({ missing: `${what} for container ${name}`, fix });
  };
  expect(
    at(container, "securityContext", "allowPrivilegeEscalation") === false,
    "no privilege escalation",
    "set securityContext.allowPrivilegeEscalation to false",
  );
  expect(
    texts(at(container, "securityContext", "capabilities", "drop")).includes("ALL"),
    "dropped capabilities",
    'set securityContext.capabilities.drop to ["ALL"]',
  );
  const more = texts(at(container, "securityContext", "capabilities", "add")).filter((one) => !ofFiles.includes(one));
  expect(
    more.length === 0,
    "no capability beyond those of files",
    `remove ${more.join(", ")} from securityContext.capabilities.add`,
  );
  expect(
    at(container, "securityContext", "privileged") !== true,
    "an unprivileged security context",
    "remove securityContext.privileged",
  );
  for (const resource of ["cpu", "memory"]) {
    expect(
      at(container, "resources", "requests", resource) !== undefined,
      `a request of ${resource}`,
      `set resources.requests.${resource}`,
    );
  }
  const image = text(at(container, "image")) ?? "";
  expect(
    rehearsal || image.startsWith("localhost/") || /@sha256:[0-9a-f]{64}$/.test(image),
    "an image by digest",
    `set moverImage to ${image.replace(/(:[^:/@]*)?(@.*)?$/, "")}@sha256:..., so that every run has the same code`,
  );
  return missing;
}

function judgeJob(graph: Graph, job: Node, { rehearsals }: Config): Finding[] {
  const pod = podSpec(job);
  const kept = sources(graph);
  const claims = mounts(job);
  const missing: Missing[] = [
    ...unknowns(pod)
      .filter((path) => !mayBeUnknown.test(path))
      .map((path) => ({
        missing: `${path || "spec"} known in the preview`,
        fix: "give what only a run can tell as a variable or on a volume",
      })),
    ...(containers(job).length > 0 || pod === UNKNOWN
      ? []
      : [{ missing: "its containers known in the preview", fix: "declare them in the program" }]),
    ...(at(pod, "automountServiceAccountToken") === false
      ? []
      : [{ missing: "a Pod without a service-account token", fix: "set automountServiceAccountToken to false" }]),
    ...claims
      .filter(({ claim, readOnly }) => claim !== undefined && kept.includes(claim) && !readOnly)
      .map(({ claim }) => ({
        missing: `a read-only mount of source claim ${claim}`,
        fix: "set readOnly on its volume or mount",
      })),
    ...(migrates(job) && !claims.some(({ readOnly }) => readOnly)
      ? [{ missing: "a read-only source", fix: "set readOnly on the volume or mount of the claim that is copied from" }]
      : []),
    ...["hostPID", "hostNetwork", "hostIPC"]
      .filter((field) => at(pod, field) === true)
      .map((field) => ({ missing: `a Pod apart from its host (${field})`, fix: `remove ${field}` })),
    ...list(at(pod, "volumes"))
      .filter((volume) => at(volume, "hostPath") !== undefined)
      .map(() => ({ missing: "a Pod apart from its host (hostPath)", fix: "mount a claim instead" })),
    ...containers(job).flatMap((container) => judgeContainer(container, rehearsals.includes(stackOf(job)))),
  ];
  return missing.map((one) => ({ node: job, does: "runs a Pod with users' data", ...one }));
}

export const migrationPodHardened = stackRule<Config>(
  {
    name: "migration-pod-hardened",
    description:
      "Whatever runs a Pod runs it without rights, with a read-only source, requests, and an image by digest.",
    reason:
      "The Pod sees every object of every user. It needs no Kubernetes API, no capability and no write access to the only copy of the data; without requests it is the first to be evicted in the middle of a copy; an image by tag may be another one tomorrow.",
    example:
      '"minio-migration" runs a Pod with users\' data. Missing: a read-only mount of source claim minio-data-0837847d-minio-0. Fix: set readOnly on its volume or mount.',
    configSchema: {
      properties: {
        rehearsals: {
          type: "array",
          items: { type: "string" },
          uniqueItems: true,
          default: [],
          description:
            "Stacks that are rehearsals, whose images may have a tag. Images of localhost/ always may: no registry serves them.",
        },
      },
    },
  },
  (graph, config) => graph.nodes.filter(runsPods).flatMap((node) => judgeJob(graph, node, config)),
);
