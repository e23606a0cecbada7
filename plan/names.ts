/** Names that belong to no hop: a hop is held, guarded or looked up by them. */
export const names = {
  /** Lease that the run which works on the model holds. */
  lease: "ckf-upgrade",
  baseline: (from: string, to: string): string => `ckf-upgrade-baseline-${from}-${to}`,
  /** ConfigMap with what the model was when it began to go back. */
  found: (from: string, to: string): string => `ckf-upgrade-found-${from}-${to}`,
  /** ConfigMap that says that the model was taken back and verified. */
  rolledBack: (from: string, to: string): string => `ckf-upgrade-rolled-back-${from}-${to}`,
  /** Webhook of the cluster that refuses deletions, and the definition on which that is tried. */
  guard: "ckf-upgrade-keep-definitions",
  canary: "canaries.ckf-upgrade.invalid",
  /** ConfigMap that says, to the next run and to people, that a hop was verified. */
  verified: (from: string, to: string): string => `ckf-upgrade-verified-${from}-${to}`,
  /** Claim by which a volume is looked into that an application was deployed with and gave up. */
  lookClaim: (volume: string): string => `ckf-upgrade-look-${volume}`,
};

/** The hop that was alone when its names were given: they carry no mark, so that what was begun with them goes on. */
const unmarked = "1.6-1.7";

/** The hop as a step's order names it; undefined for the one without a mark, whose orders have always been without. */
export const orderedHop = (hop: string): string | undefined => (hop === unmarked ? undefined : hop);

/**
 * Type of the component that holds a hop. It is a part of the URN of every resource in it, so that a stack that goes on to the
 * next hop takes no step of the last one for its own.
 */
export const upgradeType = (hop: string): string => `ckf:upgrade${hop === unmarked ? "" : `/${hop}`}:Upgrade`;

export type HopNames = ReturnType<typeof hopNames>;

/**
 * Names of what one hop leaves in the model's namespace. Those of another hop are never among them: what one has proven, exported
 * or finished says nothing of the next.
 * @param hop such as "1.10-1.11"; none stands for the hop whose names have no mark
 */
export function hopNames(hop: string = unmarked) {
  // Dots would be taken for parts of a host name in the name of a Job's Pod.
  const mark = hop === unmarked ? "" : `-${hop.replaceAll(".", "-")}`;
  const resources = (part: number): string => `ckf-upgrade-resources-${String(part).padStart(2, "0")}${mark}`;
  return {
    /** Secret that keeps the object store's key across its redeployment. */
    credentials: `ckf-upgrade-minio-credentials${mark}`,
    /** Secrets that carry the exported custom resources from the operator's machine into the backup's Job. */
    resources,
    /** All there may be: about 28 MB, compressed. */
    allResources: (): string[] => Array.from({ length: 32 }, (_, part) => resources(part)),
    /** ConfigMap that says, once those Secrets are gone, what was exported and proven: numbers and names of kinds. */
    exported: `ckf-upgrade-exported${mark}`,
    /** Secret with root's password of an application's databases, for the Job that dumps them. */
    rootPassword: (application: string): string => `ckf-upgrade-${application}-root${mark}`,
    backupClaim: `ckf-upgrade-backup${mark}`,
    /** ConfigMap with the digest of the backup that was proven; steps and copying Jobs refuse to go on without it. */
    proof: `ckf-upgrade-backup-proof${mark}`,
    /** ConfigMap that says that a step was about to change the model. */
    begun: `ckf-upgrade-begun${mark}`,
    /** ConfigMap with what steps last failed with. */
    failures: `ckf-upgrade-failures${mark}`,
    /** Claim of the volume that a copy fills. */
    stagingClaim: (application: string, storage: string): string => `ckf-upgrade-${application}-${storage}${mark}`,
    /** The Job that a step runs. Steps of different hops have the same ids. */
    job: (step: string): string => `${step}${mark}`,
  };
}

/** Ids of the steps that run a Job for an application. */
export const jobSteps = {
  /** Looks into the volume which an application was deployed with. */
  look: (application: string): string => `${application}-look`,
  /** Fills a copy of an application's volume while the application serves. */
  presync: (application: string): string => `${application}-presync`,
  /** Completes and proves the copy while nothing runs. */
  migration: (application: string): string => `${application}-migration`,
  /** Dumps the databases of an application. */
  dump: (application: string): string => `${application}-dump`,
};

/** Texts of the baseline's ConfigMap. The bundle is kept apart, as people read it. */
export const baselineKeys = { baseline: "baseline.json", bundle: "bundle.yaml" };
