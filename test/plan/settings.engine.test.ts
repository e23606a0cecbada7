import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import type { Settings } from "../../plan/settings";
import { type Project, makeProject } from "../rehearsal/plugins/engine";

// The config section of Pulumi.yaml as the real engine takes it: what it refuses by itself never comes to the program.
jest.setTimeout(120_000);

const root = resolve(__dirname, "..", "..");
const project = readFileSync(join(root, "Pulumi.yaml"), "utf8");
const path = (...words: string[]): string => JSON.stringify(join(root, ...words));

let world: Project;
beforeAll(async () => {
  world = await makeProject({ config: [project.slice(project.indexOf("\nconfig:\n"))] });
  world.program(`
import { writeFileSync } from "node:fs";
import { givenSettings } from ${path("components", "given")};
import { plainly } from ${path("components", "plainly")};
import { readSettings } from ${path("plan", "settings")};
export = (): Promise<object> => plainly(async () => {
  writeFileSync(\`\${process.env.TEST_DIR}/settings.json\`, JSON.stringify(readSettings(givenSettings(), ["1.7"])));
  return {};
});
`);
});
afterAll(() => world.remove());

/** Previews with a file of settings. */
async function preview(settings: Record<string, unknown>): Promise<{ exitCode: number; output: string }> {
  const file = join(world.dir, "Pulumi.settings.yaml");
  writeFileSync(
    file,
    stringify({
      config: Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [name.includes(":") ? name : `test:${name}`, value]),
      ),
    }),
  );
  return world.pulumi(["preview", "--stack", "test", "--config-file", file]);
}

const read = (): Partial<Settings> =>
  JSON.parse(readFileSync(join(world.dir, "settings.json"), "utf8")) as Partial<Settings>;

test("a file's booleans, numbers and lists are taken, texts of them too, and what others are set is none of the program's", async () => {
  expect(
    await preview({
      to: 1.7,
      finalize: true,
      copyLimitMiB: 20971520,
      jobTimeoutMinutes: "30",
      ignorePreflight: ["notebooks-running"],
      volumes: "katib-db/database=copy",
      "kubernetes:anything": "x",
    }),
  ).toMatchObject({ exitCode: 0 });
  expect(read()).toMatchObject({
    to: "1.7",
    finalize: true,
    rollback: false,
    copyLimitMiB: 20971520,
    jobTimeoutMinutes: 30,
    ignorePreflight: ["notebooks-running"],
    volumes: [{ application: "katib-db", storage: "database", path: "copy" }],
    model: "kubeflow",
  });
});

test("what `pulumi config set` writes is taken, a list by its parts or as a whole", async () => {
  const set = async (...words: string[]): Promise<void> =>
    expect(await world.pulumi(["config", "set", "--stack", "test", ...words])).toMatchObject({ exitCode: 0 });
  await set("rollback", "true");
  await set("copyLimitMiB", "10240");
  await set("--path", "ignorePreflight[0]", "notebooks-running");
  await set("acceptIrreversible", '["schema-kfp-api"]');
  expect(await world.pulumi(["preview", "--stack", "test"])).toMatchObject({ exitCode: 0 });
  expect(read()).toMatchObject({
    rollback: true,
    finalize: false,
    copyLimitMiB: 10240,
    ignorePreflight: ["notebooks-running"],
    acceptIrreversible: ["schema-kfp-api"],
  });
});

test("wrong ones are refused all at once, each with its name, its value and what is allowed, and a misspelt name with the nearest", async () => {
  const { exitCode, output } = await preview({
    finalize: "yes",
    copyLimitMiB: "10G",
    jobTimeoutMinutes: 0,
    ignorePreflight: "notebooks-running",
    acceptIrreversible: { a: 1 },
    rolback: true,
  });
  expect(exitCode).not.toBe(0);
  for (const line of [
    'setting "finalize" is "yes"; allowed: true, false',
    'setting "copyLimitMiB" is "10G"; allowed: a whole number of MiB',
    'setting "jobTimeoutMinutes" is "0"; allowed: a whole number of minutes from 1 to 10080',
    'setting "ignorePreflight" is "notebooks-running"; allowed: a list out of left-overs, applications-broken, ',
    'setting "acceptIrreversible" is "{\\"a\\":1}"; allowed: a list of names',
    'setting "rolback" is not known, the nearest that is: "rollback"; Pulumi.yaml describes all. `pulumi config rm rolback` takes it away',
  ])
    expect(output).toContain(line);
  expect(output).not.toMatch(/must be of type|unhandled exception/);
});
