import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseStatus } from "../../juju/status";

const root = join(__dirname, "..", "..");
const folders = [
  "baseline",
  "components",
  "juju",
  "kube",
  "objectstore",
  "plan",
  "policy",
  "releases",
  "report",
  "resources",
  "status",
  "steps",
];
const sources = [
  "index.ts",
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  ),
];
const using = (pattern: RegExp): string[] =>
  sources.filter((file) => pattern.test(readFileSync(join(root, file), "utf8"))).sort();

test("the program starts other programs in two places only, each with a vector of arguments and no shell", () => {
  expect(sources.length).toBeGreaterThan(80);
  expect(using(/from "(node:)?(execa|child_process)"|require\("(node:)?(execa|child_process)"\)/)).toEqual([
    "juju/process.ts",
    "status/pulumi.ts",
  ]);
  expect(using(/shell: true|execaCommand|execa\.command|\bexecSync\b|\beval\(|new Function\(/)).toEqual([]);
});

test.each(["--file=/etc/passwd", "-m", "a b", "a;id", "$(id)", "../minio", "a\nb", "", "A", "a/0"])(
  "a model in which an application is called %j is not read: its name would become an argument",
  (name) => {
    const status = JSON.parse(readFileSync(join(root, "test/juju/fixtures/status-2.9.json"), "utf8")) as {
      applications: Record<string, unknown>;
    };
    expect(Object.keys(parseStatus(JSON.stringify(status)).applications)).toContain("minio");
    status.applications[name] = status.applications.minio;
    expect(() => parseStatus(JSON.stringify(status))).toThrow(/^`juju status` is not understood: applications\./);
  },
);
