import fc from "fast-check";
import { makePlan } from "../../guide/plan";
import { makeRollback } from "../../guide/rollback/plan";
import type { CommandStep } from "../../plan/types";
import { actionSchema, orderSchema } from "../../steps/schema";
import { baseline16, baselineChangedStorage, baselineKatib, hop, settings } from "../support/baseline";
import { foundAfter, foundHalfWay } from "../support/found";

const { model, steps } = makePlan(hop, baselineChangedStorage(), { ...settings, finalize: true });
const back = foundHalfWay();
back.applications["dex-auth"].config = { "public-url": "x" };
const moving = makePlan(hop, baselineKatib(), { ...settings, databases: "mysql", finalize: true });
const commands = [
  ...makeRollback({ hop, baseline: baseline16(), found: foundAfter() }, settings, []).steps,
  ...steps,
  ...moving.steps,
  ...makeRollback({ hop, baseline: baseline16(), found: back }, settings, []).steps,
].filter((step): step is CommandStep => step.type === "command");

test.each(commands.map(({ id, action }) => [id, action] as const))(
  "the plan's own step %s is understood as it is",
  (id, action) => {
    expect(orderSchema.parse(JSON.parse(JSON.stringify({ id, model, action })))).toEqual(
      JSON.parse(JSON.stringify({ id, model, action })),
    );
  },
);

test("between them these steps are of every kind there is", () => {
  const known = actionSchema.options.map((option) => option.shape.kind.value);
  const planned = new Set(commands.map(({ action }) => action.kind));
  expect(known.filter((kind) => !planned.has(kind))).toEqual([]);
});

const relation = ["a:x", "b:x"];
const bucket = {
  endpoint: "https://s3.example.com",
  bucket: "backups",
  prefix: "",
  region: "us-east-1",
  secret: "keys",
};
const good: Record<string, (hostile: string) => unknown> = {
  application: (application) => ({ kind: "trust", application }),
  "application to scale": (application) => ({ kind: "scale", application, units: 0 }),
  "application to remove": (application) => ({
    kind: "remove-application",
    application,
    gone: [],
    storage: [],
    superseded: { application: "a", claimNot: "c" },
  }),
  "Deployment to go": (name) => ({
    kind: "remove-application",
    application: "a",
    gone: [name],
    storage: [],
    superseded: { application: "a", claimNot: "c" },
  }),
  "claim to keep": (name) => ({
    kind: "remove-application",
    application: "a",
    gone: [],
    storage: [name],
    superseded: { application: "a", claimNot: "c" },
  }),
  "superseding application": (application) => ({
    kind: "remove-relation",
    relation,
    superseded: { application, channel: "1/stable", revision: 1 },
  }),
  "superseding claim": (claimNot) => ({
    kind: "remove-relation",
    relation,
    superseded: { application: "a", claimNot },
  }),
  channel: (channel) => ({ kind: "refresh", application: "a", charm: "a", channel, revision: 1 }),
  "later channel": (channel) => ({
    kind: "refresh",
    application: "a",
    charm: "a",
    channel: "1/stable",
    revision: 1,
    beyond: [channel],
  }),
  charm: (charm) => ({
    kind: "deploy",
    application: "a",
    charm,
    channel: "1/stable",
    revision: 1,
    trust: false,
    config: {},
    storage: {},
  }),
  option: (option) => ({
    kind: "deploy",
    application: "a",
    charm: "a",
    channel: "1/stable",
    revision: 1,
    trust: false,
    config: { [option]: 1 },
    storage: {},
  }),
  storage: (storage) => ({
    kind: "deploy",
    application: "a",
    charm: "a",
    channel: "1/stable",
    revision: 1,
    trust: false,
    config: {},
    storage: { [storage]: 1 },
  }),
  "first endpoint": (endpoint) => ({ kind: "add-relation", relation: [endpoint, "b:x"] }),
  "second endpoint": (endpoint) => ({ kind: "remove-relation", relation: ["a:x", endpoint] }),
  claim: (claim) => ({ kind: "prove-backup", job: "minio-backup", target: { claim }, parts: [] }),
  endpoint: (endpoint) => ({ kind: "prove-resources", job: "j", exported: "e", target: { ...bucket, endpoint } }),
  bucket: (name) => ({ kind: "prove-resources", job: "j", exported: "e", target: { ...bucket, bucket: name } }),
  folder: (prefix) => ({
    kind: "prove-resources",
    job: "j",
    exported: "e",
    target: { ...bucket, prefix: `a/${prefix}` },
  }),
  region: (region) => ({ kind: "prove-resources", job: "j", exported: "e", target: { ...bucket, region } }),
  "Secret of the bucket": (secret) => ({
    kind: "prove-resources",
    job: "j",
    exported: "e",
    target: { ...bucket, secret },
  }),
  part: (part) => ({ kind: "prove-backup", job: "minio-backup", target: { claim: "c" }, parts: [part] }),
  definition: (name) => ({ kind: "export-resources", baseline: "b", apply: [name], runs: [] }),
  "definition of what runs": (name) => ({ kind: "export-resources", baseline: "b", apply: [], runs: [name] }),
  "recorded baseline": (baseline) => ({ kind: "export-resources", baseline, apply: [], runs: [] }),
  "exporting step": (exported) => ({ kind: "prove-resources", job: "j", exported, target: { claim: "c" } }),
  job: (job) => ({ kind: "prove-objects", job }),
  secret: (secret) => ({ kind: "set-credentials", application: "a", from: "b", secret }),
  "guarded application": (name) => ({ kind: "guard-definitions", applications: [name] }),
  "item that is accepted": (name) => ({ kind: "accept-irreversible", asked: [], accepted: [name] }),
  "option to restore": (option) => ({ kind: "restore-config", application: "a", config: { [option]: 1 } }),
  profile: (profile) => ({ kind: "protect-profile", profile }),
  "database that is loaded": (from) => ({ kind: "load-database", application: "a", from, secret: "b" }),
  "Secret with root's password": (secret) => ({ kind: "load-database", application: "a", from: "b", secret }),
  "volume of a database": (volume) => ({
    kind: "finalize-database",
    application: "a",
    volumes: [{ volume, claim: "c" }],
  }),
  "claim of a database": (claim) => ({
    kind: "finalize-database",
    application: "a",
    volumes: [{ volume: "v", claim }],
  }),
  "application whose password is deleted": (application) => ({ kind: "delete-root-password", application }),
  volume: (volume) => ({ kind: "check-retain", volumes: [{ volume, claim: "c" }] }),
};

/** What each of them takes, so that no refusal below is of something else. */
const harmless: Record<string, string> = {
  endpoint: "http://s3:9000",
  channel: "ckf-1.7/stable",
  "later channel": "1.16/stable",
  "first endpoint": "a:x",
  "second endpoint": "b:object-storage",
};

const word = fc.string({ minLength: 1, maxLength: 12 });
const inserted = (what: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.stringMatching(/^[a-z0-9:/-]{0,8}$/), what, fc.stringMatching(/^[a-z0-9:/-]{0,8}$/))
    .map((parts) => parts.join(""));
const hostile = fc.oneof(
  word.map((text) => `-${text}`),
  word.map((text) => `--${text}`),
  inserted(
    fc.constantFrom(
      " ",
      "'",
      '"',
      "`",
      "$",
      "$(x)",
      "\n",
      "\r",
      "\t",
      "\0",
      ";",
      "&",
      "|",
      "<",
      "*",
      "\\",
      "=",
      "@",
      ",",
      "../",
    ),
  ),
  fc.constant(""),
);

describe.each(Object.entries(good))("a hostile %s", (what, order) => {
  test("is refused, whatever it is", () => {
    fc.assert(fc.property(hostile, (text) => !actionSchema.safeParse(order(text)).success));
  });

  test("is all that is wrong with it", () => {
    expect(actionSchema.safeParse(order(harmless[what] ?? "minio-1a")).success).toBe(true);
  });
});

test.each(Object.keys(good).filter((what) => !/channel|endpoint|folder/.test(what)))(
  "a slash or a colon in the name of a %s is refused",
  (what) => {
    for (const text of ["a/b", "/a", "a/", "a:b"]) expect(actionSchema.safeParse(good[what](text)).success).toBe(false);
  },
);

test("the name of a model cannot be hostile either", () => {
  fc.assert(
    fc.property(
      fc.oneof(hostile, fc.constantFrom("admin/kubeflow", "controller:kubeflow")),
      (text) => !orderSchema.safeParse({ id: "x", model: text, action: { kind: "trust", application: "a" } }).success,
    ),
  );
});

test("an endpoint without its application, or with two, is refused", () => {
  for (const endpoint of ["minio", ":x", "a:", "a:b:c"])
    expect(actionSchema.safeParse(good["first endpoint"](endpoint)).success).toBe(false);
});

test.each([
  ["a field more", { kind: "trust", application: "a", force: true }],
  ["a field less", { kind: "scale", application: "a" }],
  ["half a unit", { kind: "scale", application: "a", units: 0.5 }],
  ["less than no units", { kind: "scale", application: "a", units: -1 }],
  ["a revision of text", { kind: "refresh", application: "a", charm: "a", channel: "1/stable", revision: "1" }],
  [
    "a storage of no size",
    {
      kind: "deploy",
      application: "a",
      charm: "a",
      channel: "1/stable",
      revision: 1,
      trust: false,
      config: {},
      storage: { s: 0 },
    },
  ],
  ["a removal that nothing supersedes", { kind: "remove-application", application: "a", gone: [], storage: [] }],
  ["one endpoint", { kind: "add-relation", relation: ["a:x"] }],
  ["a kind of its own", { kind: "destroy", application: "a" }],
])("an order with %s is refused", (_name, action) => {
  expect(actionSchema.safeParse(action).success).toBe(false);
});
