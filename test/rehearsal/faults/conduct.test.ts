import type { StepRecord } from "../../../rehearsal/events";
import type { Cell, Stage } from "../../../rehearsal/faults/cell";
import { conduct } from "../../../rehearsal/faults/conduct";
import type { Hands, UpOptions, Workspace } from "../../../rehearsal/run";

/** What each run does: it shows its steps, one list after the other, and ends unless it was ended. */
let mockRuns: { shows: StepRecord[][]; exitCode: number; text?: string }[] = [];
let mockRecorded: { urn: string; custom: true; initErrors?: string[] }[] = [];
const mockSaid: string[] = [];

jest.mock("../../../rehearsal/run", () => ({
  async up(_workspace: Workspace, { watch }: UpOptions) {
    const { shows, exitCode, text = "" } = mockRuns.shift()!;
    mockSaid.push("up");
    let ended = false;
    const hands: Hands = { kill: () => void (ended = true), interrupt: () => void (ended = true) };
    for (const steps of shows) {
      await watch?.(steps, hands);
      if (ended) return { exitCode: 255, text: "", steps };
    }
    return { exitCode, text, steps: shows.at(-1) ?? [] };
  },
  async pulumi(_workspace: Workspace, [verb]: string[]) {
    if (verb === "cancel") mockSaid.push("cancel");
    return { exitCode: 0, stdout: JSON.stringify({ deployment: { resources: mockRecorded } }), stderr: "" };
  },
}));

const record = (id: string, status: StepRecord["status"]): StepRecord => ({
  id,
  kind: "trust",
  startedAt: new Date().toISOString(),
  seconds: 0,
  status,
});
const cell = (id: string, step: string, rest: Partial<Cell> = {}): Cell => ({
  id,
  family: "hand",
  fault: id,
  moment: { step, at: "start" },
  strike: () => undefined,
  ...rest,
});
const kill = (step: string): Cell =>
  cell(`kill/${step}`, step, { fault: "kill", ends: "run", locks: true, strike: (_stage, hands) => hands.kill() });
const stage = { log: () => undefined } as unknown as Stage;
const run = (cells: Cell[], early = 1): ReturnType<typeof conduct> =>
  conduct(stage, {} as Workspace, cells, { next: () => 0, early, serial: false });
beforeEach(() => {
  mockRecorded = [];
  mockSaid.length = 0;
});

test("after a kill the lock is taken back and another run goes on, until one comes through", async () => {
  mockRuns = [
    { shows: [[record("a", "running")]], exitCode: 0 },
    { shows: [[record("a", "done"), record("b", "running")]], exitCode: 0 },
    { shows: [[record("b", "done")]], exitCode: 0 },
  ];
  const { strikes, missed, through } = await run([kill("a"), kill("b")]);
  expect(mockSaid).toEqual(["up", "cancel", "up", "cancel", "up"]);
  expect(
    strikes.map(({ cell: { id }, convergedAt, stopped, wrong }) => [id, convergedAt !== undefined, stopped, wrong]),
  ).toEqual([
    ["kill/a", true, false, []],
    ["kill/b", true, false, []],
  ]);
  expect({ missed, through }).toEqual({ missed: [], through: true });
});

test("one kill strikes all steps whose moment it is", async () => {
  mockRuns = [
    { shows: [[record("a", "running"), record("b", "running")]], exitCode: 0 },
    { shows: [[record("a", "done"), record("b", "done")]], exitCode: 0 },
  ];
  expect((await run([kill("a"), kill("b"), kill("c")])).missed.map(({ id }) => id)).toEqual(["kill/c"]);
  expect(mockSaid).toEqual(["up", "cancel", "up"]);
});

test("a step on record is behind the upgrade, one that is not ready yet is not", async () => {
  const before = Date.now();
  mockRecorded = [
    { urn: "urn:pulumi:s::p::ckf:upgrade:Upgrade$t::a", custom: true },
    { urn: "urn:pulumi:s::p::ckf:upgrade:Upgrade$t::b", custom: true, initErrors: ["not ready"] },
  ];
  mockRuns = [
    { shows: [[record("a", "running"), record("b", "running")]], exitCode: 0 },
    { shows: [], exitCode: 1 },
    { shows: [], exitCode: 1 },
    { shows: [], exitCode: 1 },
  ];
  const { strikes, through } = await run([kill("a"), kill("b")]);
  expect(through).toBe(false);
  expect(strikes.map(({ convergedAt }) => convergedAt !== undefined && convergedAt >= before)).toEqual([true, false]);
});

test("Ctrl-C once leaves no lock to take back", async () => {
  mockRuns = [
    { shows: [[record("a", "running")]], exitCode: 0 },
    { shows: [[record("a", "done")]], exitCode: 0 },
  ];
  await run([cell("interrupt/a", "a", { ends: "run", strike: (_stage, hands) => hands.interrupt() })]);
  expect(mockSaid).toEqual(["up", "up"]);
});

test("an error that says all of it is mended, and the upgrade goes on", async () => {
  const mended: string[] = [];
  const fault = cell("fact/a", "a", { says: [/left/, /kubectl delete/], mend: async () => void mended.push("a") });
  mockRuns = [
    { shows: [[record("a", "running")]], exitCode: 1, text: "a Deployment is left: kubectl delete it" },
    { shows: [[record("a", "done")]], exitCode: 0 },
  ];
  const { strikes } = await run([fault]);
  expect(mended).toEqual(["a"]);
  expect(strikes[0]).toMatchObject({ stopped: true, wrong: [] });
});

test("what has to stop the run is mended also where its own step was done before the error came", async () => {
  const mended: string[] = [];
  const fault = cell("hand/a", "a", { says: [/Pod minio-0 does/], mend: async () => void mended.push("a") });
  mockRecorded = [{ urn: "urn:pulumi:s::p::ckf:upgrade:Upgrade$t::a", custom: true }];
  mockRuns = [
    {
      shows: [[record("a", "running")], [record("a", "done")], [record("a", "done"), record("b", "failed")]],
      exitCode: 1,
      text: "Pod minio-0 does",
    },
    { shows: [[record("b", "done")]], exitCode: 0 },
  ];
  const { strikes, through } = await run([fault]);
  expect(mended).toEqual(["a"]);
  expect(through).toBe(true);
  expect(strikes[0]).toMatchObject({ stopped: true, wrong: [], convergedAt: expect.any(Number) as number });
});

test("an error that leaves something out, one that nobody expected, and a fault that fails itself are wrong", async () => {
  mockRuns = [
    { shows: [[record("a", "running")]], exitCode: 1, text: "error: something" },
    { shows: [[record("a", "done"), record("b", "running")]], exitCode: 1, text: "error: else" },
    { shows: [[record("b", "done")]], exitCode: 0 },
  ];
  const { strikes } = await run([
    cell("fact/a", "a", { says: [/F11/], mend: async () => undefined }),
    cell("hand/b", "b", { strike: async () => Promise.reject(new Error("no such application")) }),
  ]);
  expect(strikes[0].wrong).toEqual([expect.stringContaining("does not say /F11/")]);
  expect(strikes[1].wrong).toEqual([
    "no such application",
    expect.stringContaining("it has to come through, and stopped"),
  ]);
});

test("what stops a run strikes alone, others may be under way together", async () => {
  const struck: string[] = [];
  const noting = (id: string, step: string, rest: Partial<Cell> = {}): Cell =>
    cell(id, step, { strike: () => void struck.push(id), ...rest });
  mockRuns = [
    {
      shows: [
        [record("a", "running")],
        [record("a", "running"), record("b", "running")],
        [record("a", "running"), record("b", "running"), record("c", "running")],
      ],
      exitCode: 0,
    },
  ];
  const { missed } = await run([
    noting("hand/a", "a"),
    noting("hand/b", "b"),
    noting("fact/c", "c", { says: [/x/], mend: async () => undefined }),
  ]);
  expect(struck).toEqual(["hand/a", "hand/b"]);
  expect(missed.map(({ id }) => id)).toEqual(["fact/c"]);
});

test("the middle of a step that was over before it came is earlier in a further world", async () => {
  const middle: Cell = { ...kill("a"), moment: { step: "a", at: "middle" } };
  const shows = [[{ ...record("a", "running"), startedAt: new Date(Date.now() - 50).toISOString() }]];
  mockRuns = [{ shows, exitCode: 0 }];
  expect((await run([middle])).missed).toEqual([middle]);
  mockRuns = [
    { shows, exitCode: 0 },
    { shows: [[record("a", "done")]], exitCode: 0 },
  ];
  expect((await run([middle], 1 / 8)).missed).toEqual([]);
});

test("runs that fail without a fault are tried twice more, then given up", async () => {
  mockRuns = Array.from({ length: 3 }, () => ({ shows: [], exitCode: 1 }));
  expect(await run([kill("a")])).toMatchObject({ through: false, strikes: [], missed: [{ id: "kill/a" }] });
  expect(mockSaid).toEqual(["up", "up", "up"]);
});
