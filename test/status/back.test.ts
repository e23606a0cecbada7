import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeRollback } from "../../guide/rollback/plan";
import type { Settings } from "../../plan/settings";
import type { StatusFacts } from "../../status/facts";
import { type Status, judgeStatus } from "../../status/judge";
import { renderStatus } from "../../status/render";
import { baseline16, hop, settings as defaults } from "../support/baseline";
import { foundAfter } from "../support/found";
import { type Read, liveOf } from "./live";

const settings: Settings = { ...defaults, rollback: true };
const accepted: Settings = { ...settings, acceptIrreversible: ["schema-kfp-api", "definition-owners"] };
const working: Read["findings"][number] = {
  name: "notebooks-running",
  subject: "Notebook",
  fact: "alice/lab is running",
  meaning: "it will be cut off",
  next: "stop it",
  weight: "refuses",
};
const deadLock = { holder: "ann@here, process 4711, since noon", alive: false };
const up = "pulumi up --stack staging --policy-pack policy";
const preview = "pulumi preview --stack staging --policy-pack policy";

type Facts = StatusFacts & { live: Read };

/** An upgraded model of which the way back is asked for, and not begun: the state holds the upgrade. */
function asked(more: Partial<StatusFacts> = {}): Facts {
  const [baseline, found] = [baseline16(), more.found ?? foundAfter()];
  const plan = makeRollback({ hop, baseline, found }, settings, []);
  const state = {
    done: [
      ...plan.steps.filter(({ phase }) => phase === "preflight" || phase === "backup").map(({ id }) => id),
      "refresh-minio",
      "verify",
    ],
    unready: {},
    pending: {},
  };
  return {
    stack: "staging",
    settings: accepted,
    plan,
    baseline,
    found,
    recorded: false,
    state,
    locks: [],
    backupProven: true,
    verified: false,
    failures: {},
    live: liveOf(found),
    ...more,
  } as Facts;
}

/** In the middle of the way back, up to a step. */
function begun(upTo: string, more: Partial<StatusFacts> = {}): Facts {
  const found = asked({ recorded: true, ...more });
  const steps = found.plan.steps.map(({ id }) => id);
  expect(steps).toContain(upTo);
  found.state!.done = [...steps.slice(0, steps.indexOf(upTo)), "refresh-minio", "verify"];
  return found;
}

/** The status of a way back, which never ends in finalize, nor in a word of the upgrade being done. */
function judge(facts: StatusFacts): Status {
  const status = judgeStatus(facts);
  expect(JSON.stringify(status)).not.toMatch(/finalize|done and verified/);
  return status;
}

test("not begun: what may be lost is named, and how it is accepted", () => {
  const status = judge(asked({ settings }));
  expect(status).toMatchObject({
    exitCode: 4,
    headline: "not begun: up would refuse until what is named below is accepted",
    progress: undefined,
    risks: [],
  });
  expect(status.obstacles.map(({ name }) => name).sort()).toEqual(["definition-owners", "schema-kfp-api"]);
  expect(status.next).toEqual([
    preview,
    "# accept by its name what you accept, then",
    ...status.obstacles.map(
      ({ name }, index) => `pulumi config set --path 'acceptIrreversible[${index}]' ${name} --stack staging`,
    ),
    up,
  ]);
  const one = judge(asked({ settings: { ...settings, acceptIrreversible: ["definition-owners"] } }));
  expect(one.next).toContain("pulumi config set --path 'acceptIrreversible[1]' schema-kfp-api --stack staging");
  expect(one.next.join()).not.toContain("definition-owners");
});

test("not begun and all of it accepted: the review is next, whatever preflight of an upgrade would find", () => {
  const facts = asked();
  facts.live.findings = [working];
  expect(judge(facts)).toMatchObject({
    exitCode: 3,
    headline: "not begun",
    obstacles: [],
    cutOff: [],
    next: [preview, up],
  });
});

test("what an upgrade was cut off in is no part of the way back", () => {
  const facts = asked({ locks: [deadLock] });
  facts.state!.pending = { "refresh-kfp-api": "creating" };
  expect(judge(facts)).toMatchObject({
    headline: "not begun",
    cutOff: [],
    next: ["pulumi cancel --yes --stack staging", preview, up],
  });
});

test("killed in the middle: the lock is taken back, then the run goes on; what the upgrade left in the state is not done", () => {
  const facts = begun("back-refresh-minio", { locks: [deadLock] });
  facts.state!.pending = { "back-refresh-minio": "creating" };
  const status = judge(facts);
  expect(status).toMatchObject({
    exitCode: 3,
    headline: "cut off in the middle of back-refresh-minio",
    obstacles: [],
    next: ["pulumi cancel --yes --stack staging", up],
  });
  expect(status.phases.find(({ phase }) => phase === "refresh")).toMatchObject({ stuck: ["back-refresh-minio"] });
  expect(status.phases.find(({ phase }) => phase === "verify")).toMatchObject({ done: 0, steps: 2 });
  expect(status.phases.find(({ phase }) => phase === "backup")).toMatchObject({
    done: status.phases.find(({ phase }) => phase === "backup")!.steps,
  });
  expect(renderStatus(facts, status).split("\n").slice(0, 4)).toEqual([
    "rollback  model kubeflow, 1.7 back to 1.6, stack staging",
    "status    cut off in the middle of back-refresh-minio",
    "backup    proven",
    expect.stringMatching(/^model {5}0 of \d+ applications are back at release 1\.6$/),
  ]);
});

test("killed in one step after another failed: both are told, and somebody has to look first", () => {
  const failures = {
    "back-deploy-istio-pilot": { at: "noon", message: "istio-pilot: not reached" },
    "back-refresh-minio": { at: "before", message: "long ago" },
    verify: { at: "last week", message: "of the upgrade" },
  };
  const facts = begun("back-refresh-minio", { locks: [deadLock], failures });
  facts.state!.pending = { "back-refresh-minio": "creating" };
  const status = judge(facts);
  expect(status).toMatchObject({
    exitCode: 4,
    headline: "cut off in the middle of back-refresh-minio; stopped: back-deploy-istio-pilot failed",
    next: ["# mend what is named above, then", "pulumi cancel --yes --stack staging", up],
  });
  expect(status.obstacles).toContainEqual({ name: "back-deploy-istio-pilot", told: "istio-pilot: not reached (noon)" });
  expect(status.obstacles.map(({ name }) => name)).not.toContain("verify");
});

test("a way back that failed at its end is told so, and is not done", () => {
  const status = judge(begun("verify", { failures: { verify: { at: "noon", message: "relation x is not there" } } }));
  expect(status).toMatchObject({
    exitCode: 4,
    headline: "stopped: verify failed",
    next: ["# mend what is named above, then", up],
  });
});

test("begun, and users are at work: the way back goes on, also where it has taken every change back already", () => {
  const facts = begun("verify", { live: liveOf(baseline16()) });
  facts.live.findings = [working];
  expect(judge(facts)).toMatchObject({ exitCode: 3, headline: "begun, and not through", obstacles: [] });
});

test("begun, and the setting is false by now: it is set again first", () => {
  const status = judge(begun("back-refresh-minio", { settings: { ...accepted, rollback: false } }));
  expect(status).toMatchObject({ exitCode: 3, headline: "begun, and not through" });
  expect(status.next).toEqual([
    expect.stringMatching(/^# a rollback was begun, and an upgrade is refused/),
    "pulumi config set rollback true --stack staging",
    up,
  ]);
});

test("begun, and the state is lost: a new stack goes on", () => {
  expect(judge(asked({ recorded: true, state: undefined }))).toMatchObject({
    exitCode: 3,
    headline: "begun, and the stack's state is lost",
    next: ["pulumi stack init staging", expect.stringMatching(/^# set the settings/), up],
  });
});

test("through: nothing is left, and what stands before the next upgrade is what docs/rollback.md says", () => {
  const facts = asked({ recorded: true, verified: true, live: liveOf(baseline16()) });
  facts.state!.done.push(...facts.plan.steps.map(({ id }) => id));
  const status = judge(facts);
  expect(status).toMatchObject({
    exitCode: 0,
    headline: "taken back to release 1.6, and verified",
    obstacles: [],
    risks: [],
  });
  expect(status.phases.every(({ done, steps, stuck }) => done === steps && stuck.length === 0)).toBe(true);
  const commands = status.next.filter((line) => !line.startsWith("#"));
  expect(commands.map((command) => command.split(" ").slice(0, 2).join(" "))).toEqual([
    "pulumi destroy",
    "kubectl delete",
    "kubectl delete",
    "pulumi config",
  ]);
  const documented = readFileSync(join(__dirname, "../../docs/rollback.md"), "utf8")
    .replaceAll("\\\n", "")
    .replace(/ +/g, " ");
  for (const command of commands) expect(documented).toContain(command);
  const { at, of } = status.progress!;
  expect([at, of > 20]).toEqual([of, true]);
});

test("through, with a lock that is left, without a state, and with an upgrade set again", () => {
  const through = { recorded: true, verified: true };
  expect(judge(asked({ ...through, locks: [deadLock] })).next.slice(1, 3)).toEqual([
    "pulumi cancel --yes --stack staging",
    "pulumi destroy --stack staging",
  ]);
  expect(judge(asked({ ...through, state: undefined })).next.join()).not.toContain("pulumi destroy");
  const again = judge(asked({ ...through, settings: { ...accepted, rollback: false } }));
  expect(again).toMatchObject({
    exitCode: 4,
    headline: "taken back to release 1.6, and verified; the upgrade that is set now is refused",
  });
  expect(again.next.join()).not.toContain("config set");
});

test("a model that is as it was recorded has nothing to be taken back", () => {
  expect(judge(asked({ found: baseline16() }))).toMatchObject({
    exitCode: 0,
    headline: "the model is as it was recorded: there is nothing to take back",
    next: ["pulumi config set rollback false --stack staging"],
    phases: [],
  });
});

test("at risk: what is away and what somebody changed, and not what is before or after its step", () => {
  const facts = begun("back-refresh-minio");
  const { applications } = facts.live.facts.juju!;
  Object.assign(applications["kfp-ui"], baseline16().applications["kfp-ui"], { units: applications["kfp-ui"].units });
  delete applications["istio-ingressgateway"];
  applications["katib-ui"].revision = 7;
  facts.live.relations = facts.live.relations.filter((relation) => !relation.includes("kfp-api:object-storage"));
  expect(judge(facts).risks).toEqual([
    expect.stringMatching(/^istio-ingressgateway is not in the model: it is removed and not deployed again yet/),
    expect.stringMatching(
      /^katib-ui is at .* revision 7: neither what was recorded nor a step of this rollback, so somebody changed it$/,
    ),
    "relations that are taken away for the time being (1): kfp-api:object-storage and minio:object-storage",
  ]);
});
