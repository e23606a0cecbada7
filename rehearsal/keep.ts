import { quote } from "./pulumi/files";
import type { World } from "./world";

/** What is told of a world that stays up: how to look at it, as whom, and how to end it. */
export function howToUse({
  dir,
  kubeconfig,
  workspace: { env, stack, model },
}: Pick<World, "dir" | "kubeconfig" | "workspace">): string {
  const set = (name: string, value: string): string => `export ${name}=${quote(value)}`;
  const lines = Object.entries(env)
    .sort()
    .map(([name, value]) => set(name, value));
  return [
    "The world is still up. In the project's folder, with these variables, pulumi, juju and kubectl work on it:",
    "",
    ...lines.map((line) => `  ${line}`),
    "",
    `  pulumi preview --stack ${stack}      juju status -m ${model}      kubectl get pods -n ${model}`,
    "",
    "That is the account that upgrades, with the few rights of docs/permissions.md. As administrator of the cluster, e.g. for docs/restore.md:",
    "",
    `  ${set("KUBECONFIG", kubeconfig)}`,
    "",
    `To end it: npm start -- down --dir ${quote(dir)}`,
    "",
  ].join("\n");
}
