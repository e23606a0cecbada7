import { readFileSync } from "node:fs";
import { join } from "node:path";
import { model, newWorld } from "../support/fake-model";
import fc from "fast-check";
import { readBaseline } from "../../baseline/recorded";
import { canonicalJson } from "../../components/canonical";
import { parseRelations, withoutSecrets } from "../../juju/bundle";
import { parseConfig } from "../../juju/config";
import { parseDisabledCommands } from "../../juju/disabled";
import { parseInfo } from "../../juju/info";
import { parseStatus } from "../../juju/status";
import { mebibytes } from "../../kube/size";
import { parseResult } from "../../objectstore/result";
import { makePlan } from "../../guide/plan";
import { readSettings as readFor } from "../../plan/settings";
import { orderSchema } from "../../steps/schema";
import { baselineChangedStorage, hop, settings } from "../support/baseline";

const readSettings = (given: Record<string, string | undefined>) => readFor(given, ["1.7"]);

const fixture = (name: string): unknown => JSON.parse(readFileSync(join(__dirname, "..", "juju", "fixtures", name), "utf8"));

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Every place in a value, as the keys that lead to it. */
function places(value: unknown, above: string[] = []): string[][] {
  if (value === null || typeof value !== "object") return [above];
  return [above, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...above, key]))];
}

function changed(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  const inner = changed(copy[key], rest, by);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

const foreign: fc.Arbitrary<unknown> = fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.constantFrom<Json>(null, -1, 1e308, "", "__proto__", "constructor", [], {}));

/** A good document with one to four places changed or taken away; or cut off; or anything at all. */
function damaged(good: unknown): fc.Arbitrary<string> {
  const all = places(good);
  const spoiled = fc.array(fc.tuple(fc.constantFrom(...all), foreign), { minLength: 1, maxLength: 4 }).map((changes) => {
    let value: unknown = good;
    for (const [place, by] of changes) if (value !== null && typeof value === "object" && places(value).some((one) => one.join("\0") === place.join("\0"))) value = changed(value, place, by);
    return JSON.stringify(value) ?? "";
  });
  const whole = JSON.stringify(good);
  return fc.oneof({ weight: 6, arbitrary: spoiled }, { weight: 1, arbitrary: fc.nat(whole.length).map((length) => whole.slice(0, length)) }, { weight: 1, arbitrary: fc.string() }, { weight: 1, arbitrary: fc.json() });
}

/** What a parser does with an input: a value, or an error of ours that begins by naming the input. */
function holds(parse: (input: string) => unknown, input: string, named: RegExp): void {
  try {
    expect(parse(input)).toBeDefined();
  } catch (error) {
    expect([(error as Error).name, (error as Error).message]).toEqual([expect.stringMatching(/^Error$/), expect.stringMatching(named)]);
  }
}

const info = { type: "charm", name: "minio", "channel-map": { "latest/stable": { track: "latest", risk: "stable", revision: 7, architectures: ["amd64"] } } };
const config = { settings: { port: { value: 9000, source: "default", type: "int" } }, "application-config": { trust: { value: true } } };
const result = { job: "minio-verify", mover: "verify", buckets: 1, objects: 2, bytes: 3, digest: "a".repeat(64), backupDigest: "b".repeat(64), differing: 0, missing: 0, extra: 0, changed: 0 };
const bundle = { bundle: "kubernetes", applications: { minio: { charm: "minio", options: { "secret-key": "hunter2" } } }, relations: [["a:x", "b:x"]] };

test.each<[string, unknown, (input: string) => unknown, RegExp]>([
  ["juju status of 2.9", fixture("status-2.9.json"), parseStatus, /^(`juju status` |model ".*" has version )/s],
  ["juju status of 3", fixture("status-3.x.json"), parseStatus, /^(`juju status` |model ".*" has version )/s],
  ["juju info", info, (input) => parseInfo("minio", input), /^`juju info minio` is not understood/],
  ["juju config", config, (input) => parseConfig("minio", input), /^`juju config minio` is not understood/],
  ["juju disabled-commands", [{ "command-set": "all", message: "freeze" }], parseDisabledCommands, /^`juju disabled-commands` is not understood/],
  ["relations of juju export-bundle", bundle, parseRelations, /^`juju export-bundle` is not understood/],
  ["juju export-bundle", bundle, withoutSecrets, /^`juju export-bundle` is not understood/],
  ["the result of a mover", result, parseResult, /^(the mover|Job ")/],
])("%s, however damaged, is read or refused by its name", (_name, good, parse, named) => {
  expect(parse(JSON.stringify(good))).toBeDefined();
  fc.assert(fc.property(damaged(good), (input) => holds(parse, input, named)), { numRuns: 300 });
});

test("a recorded baseline, however damaged, is read or refused by the name of its ConfigMap, and is never written over", async () => {
  const { bundle: yaml, ...good } = baselineChangedStorage();
  const where = "ckf-upgrade-baseline-1.6-1.7";
  await fc.assert(
    fc.asyncProperty(damaged(good), async (input) => {
      const world = newWorld();
      const data = { "baseline.json": input, "bundle.yaml": yaml };
      world.cluster.configMaps[`${model}/${where}`] = { ...data };
      const read = await readBaseline(model, where).catch((error: Error) => error);
      if (read instanceof Error) expect(read.message).toMatch(new RegExp(`^ConfigMap kubeflow/${where}: `));
      else expect(makePlanOrRefuse(read!)).toBe(true);
      expect(world.cluster.configMaps[`${model}/${where}`]).toEqual(data);
      expect(world.changes).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

/** A baseline of the right shape is planned, or refused in words. */
function makePlanOrRefuse(baseline: Parameters<typeof makePlan>[1]): boolean {
  try {
    makePlan(hop, baseline, settings);
    return true;
  } catch (error) {
    if ((error as Error).name !== "Error") throw error;
    return true;
  }
}

test.each(["constructor", "toString"])("an application and a charm called %s are unknown ones, which stay as they are", (name) => {
  const baseline = baselineChangedStorage();
  const { steps } = makePlan(hop, { ...baseline, applications: { ...baseline.applications, [name]: { ...baseline.applications.minio, charm: name } } }, settings);
  expect(steps.filter(({ id }) => id.includes(name))).toEqual([]);
});

test("orders of steps, however damaged, are understood or refused with the field", () => {
  const { model: name, steps } = makePlan(hop, baselineChangedStorage(), { ...settings, finalize: true });
  const orders = steps.flatMap((step) => (step.type === "command" ? [JSON.parse(canonicalJson({ id: step.id, model: name, action: step.action })) as unknown] : []));
  fc.assert(
    fc.property(
      fc.constantFrom(...orders).chain(damaged),
      (input) => {
        let value: unknown;
        try {
          value = JSON.parse(input);
        } catch {
          return;
        }
        const parsed = orderSchema.safeParse(value);
        if (!parsed.success) expect(parsed.error.issues.length).toBeGreaterThan(0);
        else expect(parsed.data.model).toMatch(/^[a-z0-9]/);
      },
    ),
    { numRuns: 300 },
  );
});

test("settings of any text are taken or refused, each by its name", () => {
  const names = Object.keys(settings);
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.stringMatching(/^\w+$/)), fc.oneof(fc.string(), fc.json(), fc.constantFrom("true", "s3", "1", "a/b=copy"))), (given) => {
      try {
        expect(Object.keys(readSettings(given)).sort()).toEqual([...names].sort());
      } catch (error) {
        for (const line of (error as Error).message.split("\n")) expect(line).toMatch(/^setting "\w+"/);
      }
    }),
  );
});

test("sizes of any text are numbers or refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,400}[kMGTP]?i?$/)), (text) => {
      try {
        expect(mebibytes(text)).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect((error as Error).message).toBe(`"${text}" is no size of a volume`);
      }
    }),
  );
});
