import { join } from "node:path";
import execa from "execa";

const root = join(__dirname, "..", "..");
const order = JSON.stringify({ id: "trust-a", model: "kubeflow", action: { kind: "trust", application: "a" } });

test.each<[string, string, string, RegExp]>([
  ["an order that is no JSON", "{", "{}", /^the step's order is no JSON: "\{"\n$/],
  [
    "an unknown kind",
    JSON.stringify({ id: "trust-a", model: "kubeflow", action: { kind: "destroy" } }),
    "{}",
    /^the step's order: action\.kind /,
  ],
  [
    "a model that is no name",
    JSON.stringify({ id: "trust-a", model: "--force", action: { kind: "trust", application: "a" } }),
    "{}",
    /^the step's order: model is no name of a model\n$/,
  ],
  [
    "the order of another step",
    order.replace('"trust-a"', '"trust-b"'),
    "{}",
    /^the step's order is for "trust-b", and step "trust-a" was called\. Nothing was done\n$/,
  ],
  [
    "evidence that is no JSON",
    order,
    "stdout of a step",
    /^the evidence on standard input is no JSON: "stdout of a step"\n$/,
  ],
  ["evidence that is not by step", order, '{"prove-backup": "aaaa"}', /^the evidence on standard input: prove-backup /],
])(
  "%s is refused with 2, told on standard error, and leaves no evidence",
  async (_name, text, input, told) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [join(root, "bin", "step.js"), "trust-a"], {
      cwd: root,
      env: { CKF_STEP: text },
      input,
      reject: false,
      stripFinalNewline: false,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(told);
  },
  120_000,
);
