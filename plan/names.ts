/** Names of what an upgrade leaves in the model's namespace. */
export const names = {
  /** Secret that keeps the object store's key across its redeployment. */
  credentials: "ckf-upgrade-minio-credentials",
  /** Secrets that carry the exported custom resources from the operator's machine into the backup's Job. */
  resources: (part: number): string => `ckf-upgrade-resources-${String(part).padStart(2, "0")}`,
  /** All there may be: about 28 MB, compressed. */
  allResources: (): string[] => Array.from({ length: 32 }, (_, part) => names.resources(part)),
  /** ConfigMap that says, once those Secrets are gone, what was exported and proven: numbers and names of kinds. */
  exported: "ckf-upgrade-exported",
  /** Secret with root's password of an application's databases, for the Job that dumps them. */
  rootPassword: (application: string): string => `ckf-upgrade-${application}-root`,
  backupClaim: "ckf-upgrade-backup",
  /** ConfigMap with the digest of the backup that was proven; steps and copying Jobs refuse to go on without it. */
  proof: "ckf-upgrade-backup-proof",
  /** ConfigMap that says that a step was about to change the model. */
  begun: "ckf-upgrade-begun",
  /** Lease that the run which works on the model holds. */
  lease: "ckf-upgrade",
  /** Claim of the volume that a copy fills. */
  /** Claim by which a volume is looked into that an application was deployed with and gave up. */
  lookClaim: (volume: string): string => `ckf-upgrade-look-${volume}`,
  stagingClaim: (application: string, storage: string): string => `ckf-upgrade-${application}-${storage}`,
  /** Job that looks into the volume which an application was deployed with. */
  lookJob: (application: string): string => `${application}-look`,
  /** Job that fills a copy of an application's volume while the application serves. */
  presyncJob: (application: string): string => `${application}-presync`,
  /** Job that completes and proves the copy while nothing runs. */
  migrationJob: (application: string): string => `${application}-migration`,
  /** Job that dumps the databases of an application. */
  dumpJob: (application: string): string => `${application}-dump`,
  /** ConfigMap with what steps last failed with. */
  failures: "ckf-upgrade-failures",
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
};

/** Texts of the baseline's ConfigMap. The bundle is kept apart, as people read it. */
export const baselineKeys = { baseline: "baseline.json", bundle: "bundle.yaml" };
