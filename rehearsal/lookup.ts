import execa from "execa";
import { clientsFor, ifThere } from "./data/cluster";

/** A Secret's texts, from the cluster of a kubeconfig. */
export async function readSecret(kubeconfig: string, namespace: string, name: string): Promise<Record<string, string>> {
  const { data = {} } = await clientsFor(kubeconfig).core.readNamespacedSecret({ namespace, name });
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

/** Address of a Service's port on the node's machine; undefined while there is no such Service. */
export async function serviceUrl(
  kubeconfig: string,
  namespace: string,
  name: string,
  port: number,
): Promise<string | undefined> {
  const service = await ifThere(clientsFor(kubeconfig).core.readNamespacedService({ namespace, name }));
  return service?.spec?.clusterIP && `http://${service.spec.clusterIP}:${port}`;
}

/** Whether a Pod of a Job runs. */
export async function jobRuns(kubeconfig: string, namespace: string, job: string): Promise<boolean> {
  const { items } = await clientsFor(kubeconfig).core.listNamespacedPod({
    namespace,
    labelSelector: `job-name=${job}`,
  });
  return items.some(({ status }) => status?.phase === "Running");
}

/** Password of a user of a mysql-k8s, by its charm's own action; undefined where its unit is gone or has none yet. */
export async function databasePassword(
  env: NodeJS.ProcessEnv,
  model: string,
  application: string,
  user: string,
): Promise<string | undefined> {
  const args = ["run-action", "-m", model, `${application}/0`, "get-password", `username=${user}`, "--wait=2m"];
  const { stdout, failed } = await execa("juju", [...args, "--format", "json"], {
    env,
    stdin: "ignore",
    reject: false,
  });
  if (failed || stdout === "") return undefined;
  const answers = JSON.parse(stdout) as Record<string, { results?: { password?: string } }>;
  return Object.values(answers)[0]?.results?.password;
}
