import * as pulumi from "@pulumi/pulumi";

/** Text of every setting that the stack has, and of the others' defaults in Pulumi.yaml, by name. Those of plugins are not among them. */
export function givenSettings(): Record<string, string> {
  const own = `${pulumi.getProject()}:`;
  const all = Object.entries(pulumi.runtime.allConfig());
  return Object.fromEntries(
    all.filter(([name]) => name.startsWith(own)).map(([name, text]) => [name.slice(own.length), text]),
  );
}
