import { model, newWorld } from "../support/fake-model";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readBaseline } from "../../baseline/recorded";
import { Upgrade } from "../../components/upgrade";
import { makePlan } from "../../guide/plan";
import { names } from "../../plan/names";
import { parseStack } from "../../status/stack";
import { hop, settings } from "../support/baseline";
import { mockPulumi, settled } from "../support/mocks";

// A stack that the program of commit 2fdc929 left half-way on a real Juju 2.9.42, and the baseline that it recorded: of each resource
// its name, its type and, of commands, what they were asked. The upgrade stopped at two steps that were never ended.
interface Kept {
  urn: string;
  type: string;
  custom: boolean;
  inputs?: { create?: string; data?: Record<string, string> };
}
const text = readFileSync(join(__dirname, "..", "fixtures", "stack-of-2fdc929.json"), "utf8");
const resources = (JSON.parse(text) as { deployment: { resources: Kept[] } }).deployment.resources;
const named = (urn: string): string => urn.split("::").at(-1)!;
const recorded = names.baseline("1.6", "1.7");

/** What today's program makes of the recorded model: resources by name. */
async function today(): Promise<Map<string, { type: string }>> {
  const world = newWorld();
  const { data } = resources.find(({ urn }) => named(urn) === "baseline")!.inputs!;
  world.cluster.configMaps[`${model}/${recorded}`] = data!;
  const baseline = (await readBaseline(model, recorded))!;
  const made = mockPulumi();
  new Upgrade("1.6-to-1.7", { plan: makePlan(hop, baseline, settings), baseline, settings });
  await settled();
  return new Map(made.map((resource) => [resource.name, resource]));
}

test("what it did is told as done, and what it was at as cut off", () => {
  const { done, pending, unready } = parseStack(text, "1.6-1.7");
  expect(done).toHaveLength(71);
  expect(pending).toEqual({ "scale-down-training-operator": "creating", "deploy-istio-ingressgateway": "creating" });
  expect(unready).toEqual({});
});

test("its baseline is read, and the plan that is made of it goes on where the stack is: no name means another thing", async () => {
  const now = await today();
  const own = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
  expect(own.filter(({ urn, type }) => now.has(named(urn)) && now.get(named(urn))!.type !== type)).toEqual([]);
  // The crossing guard took its place.
  expect(own.map(({ urn }) => named(urn)).filter((name) => !now.has(name))).toEqual(["protect-profile-admin"]);
});
