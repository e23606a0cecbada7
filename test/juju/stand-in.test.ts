import fc from "fast-check";
import { parse } from "yaml";
import { parseRelations, withoutSecrets } from "../../juju/bundle";
import { parseConfig } from "../../juju/config";
import { parseDisabledCommands } from "../../juju/disabled";
import { causeOf } from "../../juju/causes";
import { explain } from "../../juju/errors";
import { parseInfo } from "../../juju/info";
import { lineOf } from "../../juju/line";
import { optionsYaml } from "../../juju/options-file";
import { parseStatus, settled } from "../../juju/status";
import { pinBundle } from "../../rehearsal/juju";
import { World } from "../rehearsal/juju/world";

const bundle = pinBundle(
  "applications:\n  minio: {charm: minio, channel: ckf-1.6/stable, scale: 1}\n  argo-controller: {charm: argo-controller, channel: 3.3/stable, scale: 1}\nrelations:\n- [argo-controller, minio]\n",
  "1.6",
  // A revision whose storage declaration differs from that of ckf-1.7 (F1).
  { minio: 143 },
);

async function deployed(face: "2.9" | "3.6"): Promise<World> {
  const world = new World({ face });
  await world.deployBundle(bundle);
  return world;
}

it.each([
  ["2.9", "2.9"],
  ["3.6", "3.x"],
] as const)("what is read here and what the stand-in says with its face of %s agree", async (face, line) => {
  const world = await deployed(face);
  const status = parseStatus(await world.juju("status --format json"));
  expect([status.line, lineOf("the client", await world.juju("version"))]).toEqual([line, line]);
  expect(status.model).toMatchObject({ name: "kubeflow", type: "caas", controller: "uk8s", status: "available" });
  const { minio } = status.applications;
  expect(settled(minio, { channel: "ckf-1.6/stable", revision: minio.revision })).toEqual({ ok: true, why: "" });
  expect(minio.related).toEqual({ "object-storage": ["argo-controller"] });
  expect(parseRelations(withoutSecrets(await world.juju("export-bundle")))).toEqual([
    ["argo-controller:object-storage", "minio:object-storage"],
  ]);
  expect(parseConfig("minio", await world.juju("config minio --format json"))).toMatchObject({
    settings: { "secret-key": { type: "string" } },
    trust: false,
  });
  expect(parseDisabledCommands(await world.juju("disabled-commands --format json"))).toEqual([]);
  world.host.state.faults.blocked = {};
  expect(parseDisabledCommands(await world.juju("disabled-commands --format json"))).toEqual([
    { commands: "all", message: "" },
  ]);
  expect(parseInfo("minio", await world.juju("info minio --format json"))).toMatchObject({
    "ckf-1.7/stable": expect.any(Number) as number,
  });
});

it.each([
  ["refresh minio --channel ckf-1.7/stable", "permanent", "F1"],
  ["refresh minio --channel nowhere/stable", "missing", "F24"],
  ["refresh nothing --channel ckf-1.7/stable", "missing", "no such application"],
  ["remove-relation minio:object-storage nothing:object-storage", "missing", "relation"],
  ["relate argo-controller:object-storage minio:object-storage", "permanent", "already"],
])("a refusal of the stand-in is understood: %s", async (command, kind, meaning) => {
  const { stderr, code } = await (await deployed("2.9")).try(command);
  expect(code).toBe(1);
  expect(explain(stderr)).toMatchObject({ kind, meaning: expect.stringContaining(meaning) as string });
});

const hostile = fc.oneof(
  fc.constantFrom(
    "@/etc/passwd",
    "@a.txt",
    "-",
    "--reset",
    "=",
    "a=b",
    "on",
    "No",
    "y",
    "~",
    "null",
    "1_000",
    "0o17",
    "12:30",
    "1e3",
    ".inf",
    "2001-01-01",
    "<<",
    "*a",
    "&a",
    "!!binary x",
    "{}",
    "[]",
    "# a",
    "a: b",
    "a\n\n b \n",
    " a ",
    "\t",
    "\r\n",
    "'",
    '"',
    "\\",
    "\\n",
    "\u0085",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\u007f",
    "\u0000",
    "é😀",
    "{{x}}",
    "$(id)",
  ),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }).filter((text) => !/\p{Cs}/u.test(text)),
);

it.each(["2.9", "3.6"] as const)(
  "whatever an option is set to arrives as it was meant, with the face of %s",
  async (face) => {
    const world = await deployed(face);
    const values = fc.record({ bucket: hostile, "executor-image": hostile, "kubelet-insecure": fc.boolean() });
    const check = async (application: string, given: object): Promise<void> => {
      const { settings } = parseConfig(application, await world.juju(`config ${application} --format json`));
      expect(Object.fromEntries(Object.keys(given).map((option) => [option, settings[option].value]))).toEqual(given);
    };
    await fc.assert(
      fc.asyncProperty(values, fc.integer(), async (given, port) => {
        world.files = { "a.txt": "from a file" };
        world.input = optionsYaml("argo-controller", given);
        await world.juju("config argo-controller --file -");
        await check("argo-controller", given);
        world.files["options.yaml"] = optionsYaml("dex", { connectors: given.bucket, port });
        delete world.host.state.applications.dex;
        await world.juju("deploy dex-auth dex --channel 2.31/stable --config options.yaml");
        await check("dex", { connectors: given.bucket, port });
      }),
    );
    // Quoted by the rules of YAML 1.1 as much as by those of 1.2.
    fc.assert(
      fc.property(hostile, (text) =>
        expect(parse(optionsYaml("a", { b: text }), { version: "1.1" })).toEqual({ a: { b: text } }),
      ),
    );
  },
);

const istio = pinBundle(
  "applications:\n  istio-pilot: {charm: istio-pilot, channel: 1.11/stable, scale: 1, trust: true}\n  jupyter-ui: {charm: jupyter-ui, channel: 1.6/stable, scale: 1}\n",
  "1.6",
);

it.each([
  ["istio-pilot", "1.13/stable", "F9"],
  ["jupyter-ui", "1.7/stable", "F40"],
])(
  "why the hook of %s fails after a refresh to %s is understood from the stand-in's log",
  async (name, channel, number) => {
    const world = new World({ face: "2.9" });
    await world.deployBundle(istio);
    await world.juju(`refresh ${name} --channel ${channel}`);
    await world.pass(3000);
    const application = parseStatus(await world.juju("status --format json")).applications[name];
    const errors = await world.juju(
      `debug-log --no-tail --level ERROR --limit 40 --include ${name} --include unit-${name}-0`,
    );
    expect(causeOf({ model: "kubeflow", name, application, errors })?.meaning).toContain(`(${number})`);
    expect(causeOf({ model: "kubeflow", name, application })).toBeUndefined();
  },
);
