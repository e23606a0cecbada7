import { request as sendPlain } from "node:http";
import { request as sendSecure } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { KubeError } from "./client";

export interface ProxiedAnswer {
  /** HTTP status, of the Service or of the API server in its place. */
  code: number;
  /** What the API server said where it did not reach the Service. */
  refusal?: string;
}

/** The API server's own words, which it gives as a Status object; a Service's answer is none. */
function refusalOf(body: string): string | undefined {
  try {
    const status = JSON.parse(body) as { kind?: string; message?: string };
    return status.kind === "Status" ? (status.message ?? "without a message") : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Asks a Service through the API server, following no redirect, as `kubectl get --raw` does.
 * https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/
 * @param path begins with a slash
 */
export async function proxiedAnswer(
  namespace: string,
  service: string,
  port: number,
  path: string,
): Promise<ProxiedAnswer> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const url = new URL(
    `/api/v1/namespaces/${namespace}/services/http:${service}:${port}/proxy${path}`,
    config.getCurrentCluster()?.server,
  );
  const options = {};
  await config.applyToHTTPSOptions(options);
  // A server without TLS, such as `kubectl proxy`, is let through by the client where TLS is not asked for.
  const send = url.protocol === "http:" ? sendPlain : sendSecure;
  return new Promise((resolve, reject) => {
    const asked = send(url, { ...options, timeout: 30_000 }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      // The page itself is of no interest beyond what a Status would take.
      answer.on("data", (piece: string) => void (body.length < 65_536 && (body += piece)));
      answer.on("end", () => {
        const refusal = refusalOf(body);
        resolve({ code: answer.statusCode ?? 0, ...(refusal !== undefined && { refusal }) });
      });
      answer.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("no answer in 30 s")));
    asked.on("error", (error) =>
      reject(new KubeError(`Service ${namespace}/${service} through the API server: ${error.message}`)),
    );
    asked.end();
  });
}
