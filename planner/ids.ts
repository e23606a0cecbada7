/** Steps that other phases name. */
export const ids = {
  preflight: "preflight",
  again: "preflight-again",
  credentials: "store-minio-credentials",
  exported: "export-resources",
  resources: "prove-resources",
  cleared: "delete-export",
  backup: "prove-backup",
  objects: "prove-objects",
  verify: "verify",
  accept: "accept-irreversible",
  found: "found",
  rolledBack: "record-rolled-back",
};
