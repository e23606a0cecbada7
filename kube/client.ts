import {
  AdmissionregistrationV1Api,
  ApiException,
  ApiextensionsV1Api,
  ApisApi,
  AppsV1Api,
  AuthorizationV1Api,
  BatchV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  StorageV1Api,
  VersionApi,
} from "@kubernetes/client-node";
import pRetry, { AbortError } from "p-retry";

interface Apis {
  admission: AdmissionregistrationV1Api;
  apis: ApisApi;
  core: CoreV1Api;
  apps: AppsV1Api;
  authorization: AuthorizationV1Api;
  batch: BatchV1Api;
  coordination: CoordinationV1Api;
  custom: CustomObjectsApi;
  storage: StorageV1Api;
  definitions: ApiextensionsV1Api;
  version: VersionApi;
}

let apis: Apis | undefined;

function makeApis(): Apis {
  const config = new KubeConfig();
  config.loadFromDefault();
  const make = config.makeApiClient.bind(config);
  return {
    admission: make(AdmissionregistrationV1Api),
    apis: make(ApisApi),
    core: make(CoreV1Api),
    apps: make(AppsV1Api),
    authorization: make(AuthorizationV1Api),
    batch: make(BatchV1Api),
    coordination: make(CoordinationV1Api),
    custom: make(CustomObjectsApi),
    definitions: make(ApiextensionsV1Api),
    storage: make(StorageV1Api),
    version: make(VersionApi),
  };
}

/**
 * Clients of the cluster that the shell points at: KUBECONFIG and its current context, as for kubectl.
 * @throws KubeError where none is named there; no word of the file is in it beyond what is wrong and where
 */
export function cluster(): Apis {
  try {
    return (apis ??= makeApis());
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw new KubeError(`no cluster is named (${why}); check KUBECONFIG and its current context`);
  }
}

/** Answers that a server in good health may give for a moment: too many requests, or it is being restarted. */
function passing(error: unknown): boolean {
  return error instanceof ApiException ? error.code === 429 || error.code >= 500 : !(error instanceof KubeError);
}

/** Seconds after which an answer is given up; shorter than a Lease lasts, so that a silent connection holds nobody up for longer. */
const patience = 15;

/** @throws where there is no answer in so many seconds; what was sent may have arrived all the same */
async function inTime<T>(send: () => Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([send(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a request that may be sent twice without harm; passing failures are tried again for about half a minute.
 * @param limits seconds for one answer, and how often it is asked for again
 * @throws naming what was asked for, with the server's own message.
 */
export async function request<T>(
  what: string,
  send: () => Promise<T>,
  { seconds = patience, retries = 6 } = {},
): Promise<T> {
  try {
    return await pRetry(
      async () => {
        try {
          return await inTime(send, seconds);
        } catch (error) {
          throw passing(error) ? error : new AbortError(error as Error);
        }
      },
      { retries, minTimeout: 500, maxTimeout: 10_000 },
    );
  } catch (error) {
    if (error instanceof ApiException)
      throw new KubeError(`${what}: the cluster answered ${error.code}, ${messageOf(error)}`, error.code);
    if (error instanceof KubeError) throw new KubeError(`${what}: ${error.message}`);
    throw new KubeError(
      `${what}: the cluster cannot be reached (${(error as Error).message}); check KUBECONFIG and its current context`,
    );
  }
}

/** A request that the cluster refused, or that never reached it (`code` undefined). */
export class KubeError extends Error {
  constructor(
    message: string,
    readonly code?: number,
  ) {
    super(message);
  }
}

function messageOf(error: ApiException<unknown>): string {
  const body: unknown = typeof error.body === "string" ? safeJson(error.body) : error.body;
  const message = (body as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : "without a message";
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Like request, for something that may not be there. */
export async function find<T>(
  what: string,
  send: () => Promise<T>,
  limits?: Parameters<typeof request>[2],
): Promise<T | undefined> {
  try {
    return await request(what, send, limits);
  } catch (error) {
    if (error instanceof KubeError && error.code === 404) return undefined;
    throw error;
  }
}
