import { hostname } from "node:os";
import { V1MicroTime, type V1Lease } from "@kubernetes/client-node";
import { names } from "../../plan/names";

const mockStore: { lease?: V1Lease; version: number; asked: number } = { version: 0, asked: 0 };
/** What somebody else does between two looks, and between two renewals. */
let mockMeanwhile: (() => void)[] = [];
let mockRenewals: (() => void)[] = [];

jest.mock("node:timers/promises", () => ({
  setTimeout: jest.fn(async (_ms: number, _value: unknown, options?: { signal?: AbortSignal }) => {
    // Pauses between renewals end with the run; those between two looks give the others a turn.
    if (options?.signal && mockRenewals.length === 0)
      return new Promise((_, reject) =>
        options.signal!.addEventListener("abort", () => reject(Object.assign(new Error(), { name: "AbortError" }))),
      );
    if (options?.signal) return mockRenewals.shift()!();
    mockMeanwhile.shift()?.();
    return undefined;
  }),
}));

jest.mock("../../kube/client", () => {
  const real = jest.requireActual<typeof import("../../kube/client")>("../../kube/client");
  const conflict = (): never => {
    throw new real.KubeError("conflict", 409);
  };
  const put = (body: V1Lease): V1Lease =>
    (mockStore.lease = { ...body, metadata: { ...body.metadata, resourceVersion: String(++mockStore.version) } });
  return {
    ...real,
    find: (_what: string, send: () => Promise<unknown>) => send(),
    request: (_what: string, send: () => Promise<unknown>) => send(),
    cluster: () => ({
      coordination: {
        readNamespacedLease: async () => {
          mockStore.asked++;
          return mockStore.lease;
        },
        createNamespacedLease: async ({ body }: { body: V1Lease }) => (mockStore.lease ? conflict() : put(body)),
        replaceNamespacedLease: async ({ body }: { body: V1Lease }) =>
          mockStore.lease?.metadata?.resourceVersion === body.metadata?.resourceVersion ? put(body) : conflict(),
      },
    }),
  };
});

import { holdModel, holderOf, isGone, requireHolder } from "../../kube/lease";

const other = JSON.stringify({
  user: "alice",
  host: "laptop",
  pid: 42,
  since: "2026-01-01T00:00:00Z",
  machine: "another",
});
function heldBy(holder: string, renewed = "2026-01-01T00:00:00.000Z"): void {
  mockStore.lease = {
    metadata: { name: names.lease, resourceVersion: String(++mockStore.version) },
    spec: { holderIdentity: holder, renewTime: new V1MicroTime(renewed) },
  };
}
beforeEach(() => {
  delete mockStore.lease;
  mockStore.asked = 0;
  mockMeanwhile = [];
  mockRenewals = [];
});

test("a model that nobody holds is held, by name, until it is let go of", async () => {
  const letGo = await holdModel("kubeflow");
  expect(JSON.parse(mockStore.lease!.spec!.holderIdentity!)).toMatchObject({ host: hostname(), pid: process.pid });
  await letGo();
  expect(mockStore.lease!.spec).not.toHaveProperty("holderIdentity");
  await (
    await holdModel("kubeflow")
  )();
});

test("a second run is refused while the first renews, and told who that is", async () => {
  heldBy(other);
  mockMeanwhile = [() => heldBy(other, "2026-01-01T00:00:05.000Z")];
  await expect(holdModel("kubeflow")).rejects.toThrow(
    /Another run of an upgrade works on model "kubeflow": alice on laptop \(process 42\) since 2026-01-01.*undo each other's steps.*Wait until the other has ended/s,
  );
  expect(mockStore.lease!.spec!.holderIdentity).toBe(other);
});

test("a holder that does not renew any more is replaced, whatever its clock says", async () => {
  heldBy(other, "2099-01-01T00:00:00.000Z");
  await (
    await holdModel("kubeflow")
  )();
  expect(mockStore.asked).toBe(2);
});

test("whoever lets go meanwhile leaves the model free", async () => {
  heldBy(other);
  mockMeanwhile = [() => (mockStore.lease!.spec = {})];
  await (
    await holdModel("kubeflow")
  )();
});

test("somebody else's holder is never taken for gone by its process id", () => {
  expect(isGone(other)).toBe(false);
  expect(isGone("no JSON")).toBe(false);
});

test("a holder renews, also when an answer was lost and its own write stands in its way", async () => {
  mockRenewals = [() => undefined, () => (mockStore.lease!.metadata!.resourceVersion = "moved on"), () => undefined];
  const letGo = await holdModel("kubeflow");
  for (let turns = 0; turns < 50; turns++) await Promise.resolve();
  expect(mockRenewals).toEqual([]);
  await letGo();
  expect(mockStore.lease!.spec).not.toHaveProperty("holderIdentity");
});

test("a run that was held up until another took its place stops", async () => {
  mockRenewals = [() => heldBy(other)];
  const letGo = await holdModel("kubeflow");
  await expect(letGo()).rejects.toThrow(
    /was taken by another run while this one was held up.*Wait until the other has ended/,
  );
  expect(mockStore.lease!.spec!.holderIdentity).toBe(other);
});

test("a run that was killed on this machine holds nobody up", async () => {
  await holdModel("kubeflow");
  const own = JSON.parse(mockStore.lease!.spec!.holderIdentity!) as Record<string, unknown>;
  expect(isGone(JSON.stringify(own))).toBe(false);
  const killed = JSON.stringify({ ...own, pid: 2 ** 22 + 1 });
  expect(isGone(killed)).toBe(own.machine !== undefined);
  heldBy(killed);
  mockStore.asked = 0;
  await (
    await holdModel("kubeflow")
  )();
  expect(mockStore.asked).toBe(own.machine === undefined ? 2 : 1);
});

test("a step goes on while the run that started it holds the model, and stops before its next change when it does not", async () => {
  const release = await holdModel("kubeflow");
  const holder = await holderOf("kubeflow");
  await expect(requireHolder("kubeflow", holder)).resolves.toBeUndefined();
  await release();
  await expect(requireHolder("kubeflow", holder)).rejects.toThrow("The run that started this step is gone");
  heldBy(other);
  await expect(requireHolder("kubeflow", holder)).rejects.toThrow("alice on laptop");
});

test("a step that was started by nobody who holds the model is not held up", async () => {
  await expect(requireHolder("kubeflow", await holderOf("kubeflow"))).resolves.toBeUndefined();
});
