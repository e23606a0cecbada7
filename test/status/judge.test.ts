import { makePlan } from "../../guide/plan";
import type { StatusFacts } from "../../status/facts";
import { judgeStatus } from "../../status/judge";
import { renderStatus } from "../../status/render";
import { baseline16, baselineChangedStorage, baselineUpgraded, hop, settings } from "../support/baseline";
import { type Read, liveOf } from "./live";

/** A model whose MinIO has to be copied, and nothing begun. */
function facts(more: Partial<StatusFacts> = {}): StatusFacts & { live: Read } {
  const baseline = more.baseline ?? baselineChangedStorage();
  const chosen = more.settings ?? settings;
  const plan = makePlan(hop, baseline, chosen);
  return {
    stack: "staging",
    settings: chosen,
    plan,
    baseline,
    recorded: false,
    state: { done: [], unready: {}, pending: {} },
    locks: [],
    backupProven: false,
    verified: false,
    failures: {},
    live: liveOf(baseline),
    ...more,
  } as StatusFacts & { live: Read };
}

/** The ids of the steps before one, in the order in which they could run. */
const before = ({ plan }: StatusFacts, id: string): string[] =>
  plan.steps
    .slice(
      0,
      plan.steps.findIndex((step) => step.id === id),
    )
    .map((step) => step.id);

/** In the middle of an upgrade, up to a step. */
function begun(upTo: string, more: Partial<StatusFacts> = {}): StatusFacts & { live: Read } {
  const found = facts({ recorded: true, backupProven: true, ...more });
  return { ...found, state: { done: before(found, upTo), unready: {}, pending: {}, ...more.state } };
}

const up = "pulumi up --stack staging --policy-pack policy";
const preview = "pulumi preview --stack staging --policy-pack policy";
const working: Read["findings"][number] = {
  name: "notebooks-running",
  subject: "Notebook",
  fact: "alice/lab is running",
  meaning: "it will be cut off",
  next: "stop it",
  weight: "refuses",
};

test("nothing begun: everything is left, nothing is at risk, and the review is next", () => {
  const status = judgeStatus(facts());
  expect(status).toMatchObject({
    headline: "not begun",
    exitCode: 3,
    obstacles: [],
    risks: [],
    next: [preview, up],
    progress: undefined,
  });
  expect(status.phases.map(({ phase }) => phase).slice(0, 2)).toEqual(["preflight", "backup"]);
  expect(status.phases.every(({ done, steps, stuck }) => done === 0 && steps > 0 && stuck.length === 0)).toBe(true);
});

test("nothing begun and no stack: it is made first", () => {
  expect(judgeStatus(facts({ state: undefined }))).toMatchObject({
    exitCode: 3,
    next: ["pulumi stack init staging", preview, up],
    risks: [],
  });
});

test("killed before anything was recorded: the lock is taken back first", () => {
  expect(judgeStatus(facts({ locks: [{ holder: "ann@here, process 4711, since noon", alive: false }] })).next).toEqual([
    "pulumi cancel --yes --stack staging",
    preview,
    up,
  ]);
});

test("refused by preflight: each finding with what to do about it", () => {
  const found = facts();
  found.live.findings = [working];
  const status = judgeStatus(found);
  expect(status).toMatchObject({
    headline: "not begun: preflight would refuse",
    exitCode: 4,
    obstacles: [{ name: "notebooks-running", told: "Notebook alice/lab is running. stop it" }],
  });
  expect(status.next.at(-1)).toBe(up);
});

test("begun, and users are at work before a step changed the model: what is to be mended comes before the run that goes on", () => {
  const found = begun("minio-backup", { locks: [{ holder: "ann@here, process 4711, since noon", alive: false }] });
  found.state!.pending = { "minio-backup": "creating" };
  found.live.findings = [working];
  const status = judgeStatus(found);
  expect(status).toMatchObject({
    headline: "begun, and preflight would refuse to go on",
    exitCode: 4,
    cutOff: ["minio-backup"],
    obstacles: [{ name: "notebooks-running" }],
  });
  expect(status.next).toEqual([expect.stringContaining("mend"), "pulumi cancel --yes --stack staging", up]);
});

test("begun, and users are at work after a step changed the model: nobody is asked to stop", () => {
  const found = begun("refresh-kfp-persistence");
  found.live.facts.resumed = true;
  found.live.findings = [working];
  expect(judgeStatus(found)).toMatchObject({ headline: "begun, and not through", exitCode: 3, obstacles: [] });
});

test("killed in the middle: the lock is taken back, then the run goes on", () => {
  const found = begun("refresh-kfp-persistence", {
    locks: [{ holder: "ann@here, process 4711, since noon", alive: false }],
  });
  found.state!.pending = { "refresh-kfp-persistence": "creating" };
  const status = judgeStatus(found);
  expect(status).toMatchObject({
    headline: "cut off in the middle of refresh-kfp-persistence",
    exitCode: 3,
    next: ["pulumi cancel --yes --stack staging", up],
    obstacles: [],
  });
  expect(status.phases.find(({ stuck }) => stuck.length > 0)).toMatchObject({
    phase: "refresh",
    stuck: ["refresh-kfp-persistence"],
  });
});

test("killed in the middle of several steps: each has a line of its own", () => {
  const found = begun("refresh-kfp-persistence");
  found.state!.pending = { "refresh-kfp-persistence": "creating", "refresh-kfp-api": "creating" };
  const status = judgeStatus(found);
  expect(status.headline).toBe("cut off in the middle of 2 steps");
  expect(renderStatus(found, status)).toContain("cut off   refresh-kfp-api\n          refresh-kfp-persistence\n");
});

test("killed between two steps, on a backend that does not tell of locks", () => {
  const { headline, exitCode, next } = judgeStatus(begun("refresh-kfp-persistence", { locks: undefined }));
  expect({ headline, exitCode }).toEqual({ headline: "begun, and not through", exitCode: 3 });
  expect(next).toEqual([
    "# if pulumi says that the stack is locked and no other run is under way: pulumi cancel --stack staging",
    up,
  ]);
});

test("a run under way is left alone, wherever it is", () => {
  const here = judgeStatus(
    begun("refresh-kfp-persistence", { locks: [{ holder: "ann@here, process 4711, since noon", alive: true }] }),
  );
  expect(here).toMatchObject({ exitCode: 5, headline: "pulumi is at work: ann@here, process 4711, since noon" });
  const elsewhere = judgeStatus(
    begun("refresh-kfp-persistence", { locks: [{ holder: "bob@there, process 12, since noon", alive: undefined }] }),
  );
  expect(elsewhere).toMatchObject({
    exitCode: 4,
    headline: "locked by bob@there, process 12, since noon",
    next: ["# make sure that that run is over, then", "pulumi cancel --yes --stack staging", up],
  });
  for (const { next } of [here]) expect(next.join("\n")).not.toContain("pulumi cancel");
});

test("a failed step is told with its error, a Job that is not ready with what the cluster said, and what succeeded since is not", () => {
  const failures = {
    "refresh-kfp-api": { at: "2026-11-26T10:00:00Z", message: "kfp-api: not reached in 1800 s" },
    "store-minio-credentials": { at: "2026-11-26T09:00:00Z", message: "long ago" },
  };
  const status = judgeStatus(
    begun("refresh-kfp-api", {
      failures,
      state: { done: [], unready: { "minio-presync": "Job has failed" }, pending: {} },
    }),
  );
  expect(status.exitCode).toBe(4);
  expect(status.obstacles).toContainEqual({ name: "minio-presync", told: "Job has failed" });
  const stopped = judgeStatus(begun("refresh-kfp-api", { failures }));
  expect(stopped).toMatchObject({
    headline: "stopped: refresh-kfp-api failed",
    exitCode: 4,
    obstacles: [{ name: "refresh-kfp-api", told: "kfp-api: not reached in 1800 s (2026-11-26T10:00:00Z)" }],
    next: ["# mend what is named above, then", up],
  });
});

test("done and verified: what is left is next, and only where there are some", () => {
  const found = facts({ recorded: true, backupProven: true, verified: true });
  found.state = { done: found.plan.steps.map(({ id }) => id), unready: {}, pending: {} };
  found.live = liveOf({ ...baselineUpgraded(), relations: baselineUpgraded().relations });
  const status = judgeStatus(found);
  expect(status).toMatchObject({
    headline: "done and verified",
    exitCode: 0,
    next: [expect.stringMatching(/^# /), "pulumi config set finalize true --stack staging", up],
  });
  expect(status.phases.every(({ done, steps }) => done === steps)).toBe(true);
  const stock = baseline16();
  expect(judgeStatus(facts({ baseline: stock, recorded: true, backupProven: true, verified: true })).next).toContain(
    "pulumi config set finalize true --stack staging",
  );
  expect(
    judgeStatus(facts({ baseline: { ...stock, databases: {} }, recorded: true, backupProven: true, verified: true }))
      .next,
  ).toEqual([]);
});

test("finalized, and finalize not through", () => {
  const chosen = { ...settings, finalize: true };
  const found = facts({ settings: chosen, recorded: true, backupProven: true, verified: true });
  expect(judgeStatus(found)).toMatchObject({
    exitCode: 3,
    headline: "done and verified; finalize is not through",
    next: [up],
  });
  found.state = { done: found.plan.steps.map(({ id }) => id), unready: {}, pending: {} };
  expect(judgeStatus(found)).toMatchObject({ exitCode: 0, headline: "done, verified and finalized", next: [] });
});

test("a database that was moved, and whose old server finalize removed, is no risk; before that, and unmoved, it is", () => {
  const gone = (verified: boolean, databases: "mysql" | "mariadb"): string[] => {
    const found = facts({ settings: { ...settings, databases }, recorded: true, backupProven: true, verified });
    delete found.live.facts.juju!.applications["kfp-db"];
    return judgeStatus(found).risks.filter((risk) => risk.startsWith("kfp-db is not in the model"));
  };
  expect([gone(true, "mysql"), gone(false, "mysql"), gone(true, "mariadb")].map(({ length }) => length)).toEqual([
    0, 1, 1,
  ]);
});

test("state lost: what the model tells is told, and a new stack goes on", () => {
  const found = facts({ recorded: true, backupProven: true, state: undefined });
  const verify = found.plan.steps.find((step) => step.id === "verify");
  const expected =
    verify?.type === "command" && verify.action.kind === "verify" ? verify.action.expected.applications : {};
  Object.assign(found.live.facts.juju!.applications["kfp-api"], expected["kfp-api"]);
  const status = judgeStatus(found);
  expect(status).toMatchObject({ headline: "begun, and the stack's state is lost", exitCode: 3, progress: { at: 1 } });
  expect(status.next).toEqual(["pulumi stack init staging", expect.stringMatching(/^# set the settings/), up]);
  expect(status.risks).toContain("the stack's state is lost: what is done is looked up again, step by step");
});

test("state lost after the end: the record of the cluster is enough", () => {
  expect(judgeStatus(facts({ recorded: true, backupProven: true, verified: true, state: undefined }))).toMatchObject({
    headline: "done and verified",
    exitCode: 0,
  });
});

test("another model: nothing is advised that would change one", () => {
  for (const wrong of [{ juju: "other" }, { namespaceOf: "other" }, { namespaceOf: undefined }]) {
    const found = begun("refresh-kfp-api");
    if ("juju" in wrong) found.live.facts.juju!.uuid = "other";
    else found.live.facts.namespaceOf = wrong.namespaceOf;
    const { exitCode, headline, next } = judgeStatus(found);
    expect({ exitCode, headline }).toEqual({
      exitCode: 4,
      headline: expect.stringMatching(/^another model: the baseline is of model /),
    });
    expect(next.join("\n")).not.toContain("pulumi");
  }
});

test("a model that is at the release already needs nothing", () => {
  expect(judgeStatus(facts({ baseline: baselineUpgraded() }))).toMatchObject({
    headline: "every application is at release 1.7 already",
    exitCode: 0,
    next: [],
    risks: [],
    phases: [],
  });
});

test("what is at risk: stopped, missing, broken and changed applications, relations, and a backup that is not proven", () => {
  const found = begun("prove-backup", { backupProven: false });
  const { applications } = found.live.facts.juju!;
  applications.minio.scale = 0;
  delete applications["mlflow-server"];
  applications["kfp-ui"].status = { current: "blocked", message: "needs kfp-api" };
  applications["kfp-ui"].units["a/0"].workload = { current: "blocked", message: "needs kfp-api" };
  applications["katib-ui"].revision = 7;
  applications["dex-auth"].units["a/0"].workload = { current: "error", message: "hook failed" };
  found.live.relations = found.live.relations.filter((relation) => !relation.includes("kfp-api:object-storage"));
  expect(judgeStatus(found).risks).toEqual([
    "no backup is proven yet: steps that change the model refuse to run until one is",
    expect.stringMatching(/^dex-auth: a\/0 is in error: hook failed/),
    expect.stringMatching(/^katib-ui is at .* revision 7: neither what was recorded nor a step of this upgrade/),
    expect.stringMatching(/^kfp-ui: a\/0 is blocked: needs kfp-api/),
    'minio is stopped (0 units): do not scale it up by hand, Juju would destroy its volume (docs/storage.md, "Scaled to 0 by hand")',
    expect.stringMatching(/^mlflow-server is not in the model/),
    "relations that are taken away for the time being (1): kfp-api:object-storage and minio:object-storage",
  ]);
});

test("a model that cannot be read is told as a risk, and the rest all the same", () => {
  const status = judgeStatus(
    begun("refresh-kfp-api", { live: { read: false, why: "`juju status`: no answer in 120 s" } }),
  );
  expect(status).toMatchObject({
    headline: "begun, and not through",
    risks: ["the model could not be read: `juju status`: no answer in 120 s"],
    progress: undefined,
  });
});

test("control characters of what was said never reach the terminal", () => {
  const found = begun("refresh-kfp-api", {
    failures: { "refresh-kfp-api": { at: "now", message: "\u001b]0;title\u0007\u001b[2Jgone\u009b31m" } },
  });
  expect(renderStatus(found, judgeStatus(found))).toContain("?]0;title??[2Jgone?31m");
});

test("the text lines up, has every part, and ends with what to type", () => {
  const found = begun("refresh-kfp-api", {
    failures: { "refresh-kfp-api": { at: "2026-11-26T10:00:00Z", message: "first line\nsecond line" } },
  });
  const text = renderStatus(found, judgeStatus(found));
  expect(text.split("\n").slice(0, 4)).toEqual([
    "upgrade   model kubeflow, 1.6 to 1.7, stack staging",
    "status    stopped: refresh-kfp-api failed",
    "backup    proven",
    expect.stringMatching(/^model {5}0 of \d+ applications are at release 1\.7$/),
  ]);
  expect(text).toContain("stuck     refresh-kfp-api: first line\n          second line (2026-11-26T10:00:00Z)");
  expect(text).toMatch(new RegExp(`next {6}# mend what is named above, then\n {10}${up}\n$`));
});

test("a claim that is being deleted is a risk, with the way to save its data", () => {
  const found = begun("verify");
  found.live.facts.marked = [
    { namespace: "kubeflow", claim: "c", volume: "v", what: "claim", reclaimPolicy: "Retain", pods: ["minio-0"] },
  ];
  expect(judgeStatus(found).risks.join()).toMatch(/claim kubeflow\/c is being deleted\. Do not restart/);
});
