import { Secret } from "@pulumi/policy";
import { type ResourceRule, resourceRule } from "../rule";
import { secretsInCommand } from "../secrets";
import { isCommand } from "../step";

/** Paths of inputs that are marked secret, by URN; filled while the engine asks for remediations, which it does first. */
const marked = new Map<string, string[]>();

/** Paths of the secrets in a resource's inputs. Reads past the SDK's proxies, which show the bare values only. */
function secretPaths(value: unknown, path: string[] = []): string[] {
  if (value instanceof Secret) return [path.join(".")];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([key, { value: inner }]) =>
    secretPaths(inner, [...path, key]),
  );
}

/** Whether a path or what holds it is marked. */
function isMarked(urn: string, path: string): boolean {
  return (marked.get(urn) ?? []).some((secret) => path === secret || path.startsWith(`${secret}.`));
}

/** A command is repeated whole in the error of its failure, so a mark does not protect what stands in one. */
const shownOnFailure = /^(create|update|delete|interpreter)\b/;

const about: ResourceRule = resourceRule(
  {
    name: "no-plaintext-secret",
    description:
      "No secret stands in a command, and none in its environment, stdin or triggers without being marked secret.",
    reason:
      "Inputs are kept in the state and shown in previews unless they are marked; a command that fails is printed with its whole text, marked or not. " +
      "The rule has the level remediate only because Pulumi shows a pack which inputs are marked secret while it asks for remediations; it changes nothing and its violations are mandatory. At level mandatory every such value is refused, marked or not.",
    example:
      '"set-key" has what looks like a secret in environment.MINIO_SECRET_KEY (the variable MINIO_SECRET_KEY). Missing: a mark that it is secret. Fix: read it in the step from a Kubernetes Secret, or wrap it in pulumi.secret.',
  },
  (node) =>
    isCommand(node.type)
      ? secretsInCommand(node.props)
          .filter(({ path }) => shownOnFailure.test(path) || !isMarked(node.urn, path))
          .map(({ path, as }) => ({
            node,
            does: `has what looks like a secret in ${path} (${as})`,
            ...(shownOnFailure.test(path)
              ? {
                  missing: "a command without it, since a command that fails is printed",
                  fix: "read it in the step from a Kubernetes Secret, or give it as a marked environment or stdin",
                }
              : {
                  missing: "a mark that it is secret",
                  fix: "read it in the step from a Kubernetes Secret, or wrap it in pulumi.secret",
                }),
          }))
      : [],
);

export const noPlaintextSecret: ResourceRule = {
  ...about,
  enforcementLevel: "remediate",
  remediateResource: ({ urn, props }) => {
    marked.set(urn, secretPaths(props));
  },
};
