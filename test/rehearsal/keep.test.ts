import execa from "execa";
import { howToUse } from "../../rehearsal/keep";
import type { Workspace } from "../../rehearsal/run";

const env = { PULUMI_CONFIG_PASSPHRASE: "it's $HOME `id`", KUBECONFIG: "/w o/kubeconfig" };
const workspace: Workspace = {
  project: "/p",
  env,
  stack: "rehearsal-1",
  model: "kubeflow",
  policyPack: "",
  logs: "",
  output: "",
};
const text = howToUse({ dir: "/w o", kubeconfig: "/w o/cluster/kubeconfig", workspace });

test("the first lines to type set every variable as the world has it", async () => {
  const [lines] = text.match(/(?:^ {2}export .*\n)+/m)!;
  const { stdout } = await execa("bash", [
    "-euc",
    `${lines}\nprintf '%s\\n' "$PULUMI_CONFIG_PASSPHRASE" "$KUBECONFIG"`,
  ]);
  expect(stdout.split("\n")).toEqual([env.PULUMI_CONFIG_PASSPHRASE, env.KUBECONFIG]);
});

test("it says whose account that is, where the administrator's is, the stack's name and how to end the world", () => {
  expect(text).toMatch(
    /the account that upgrades.*docs\/permissions\.md.*\n\n {2}export KUBECONFIG='\/w o\/cluster\/kubeconfig'\n/,
  );
  expect(text).toContain("pulumi preview --stack rehearsal-1 ");
  expect(text).toContain("npm start -- down --dir '/w o'");
});
