import { S3Client } from "@aws-sdk/client-s3";

/** An object store as the host reaches it. */
export interface Store {
  /** e.g. "http://10.152.183.20:9000" */
  endpoint: string;
  accessKey: string;
  secretKey: string;
}

/** Requests that are under way at a time; one node answers them all. */
export const concurrency = 16;

// The SDK says to every user of Node 20 that a later version of itself will want Node 22.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** A client for a MinIO: the bucket in the path, no redirects between regions. */
export function clientFor(
  { endpoint, accessKey, secretKey }: Store,
  { maxAttempts = 5 }: { maxAttempts?: number } = {},
): S3Client {
  return new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    // MinIO of 2021 knows none of the newer checksum headers.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts,
    // A Service without a Pod answers nothing at all; the kernel alone would wait for two minutes, each time.
    requestHandler: { connectionTimeout: 10_000 },
  });
}
