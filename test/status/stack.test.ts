import fc from "fast-check";
import { parseStack } from "../../status/stack";

const urn = (name: string): string =>
  `urn:pulumi:staging::charmed-kubeflow-upgrade::ckf:upgrade:Upgrade$command:local:Command::${name}`;

test("whole resources are done; unready, pending, replaced and component ones are not", () => {
  const text = JSON.stringify({
    version: 3,
    deployment: {
      resources: [
        { urn: urn("component"), custom: false },
        { urn: urn("done"), custom: true, outputs: { secret: "hunter2" } },
        { urn: urn("old"), custom: true, delete: true },
        { urn: urn("unready"), custom: true, initErrors: ["Job did not complete", "BackoffLimitExceeded"] },
        { urn: urn("again"), custom: true },
      ],
      pending_operations: [
        { resource: { urn: urn("again"), custom: true }, type: "updating" },
        { resource: { urn: urn("new") }, type: "creating" },
      ],
    },
  });
  const state = parseStack(text, "1.6-1.7");
  expect(state).toEqual({
    done: ["done"],
    unready: { unready: "Job did not complete; BackoffLimitExceeded" },
    pending: { again: "updating", new: "creating" },
  });
  expect(JSON.stringify(state)).not.toContain("hunter2");
});

test("what was cut off and was made by a later run is done, though Pulumi still lists the operation", () => {
  const text = JSON.stringify({
    deployment: {
      resources: [{ urn: urn("refresh-kfp-ui"), custom: true }],
      pending_operations: [
        { resource: { urn: urn("refresh-kfp-ui") }, type: "creating" },
        { resource: { urn: urn("minio-migration") }, type: "creating" },
      ],
    },
  });
  expect(parseStack(text, "1.6-1.7")).toEqual({
    done: ["refresh-kfp-ui"],
    unready: {},
    pending: { "minio-migration": "creating" },
  });
});

test("what a stack still holds of the last hop is not of this one", () => {
  const next = (name: string): string => urn(name).replace("ckf:upgrade:", "ckf:upgrade/1.10-1.11:");
  const text = JSON.stringify({
    deployment: {
      resources: [
        { urn: urn("prove-backup"), custom: true },
        { urn: urn("verify"), custom: true },
        { urn: next("prove-backup"), custom: true },
      ],
      pending_operations: [{ resource: { urn: urn("refresh-minio") }, type: "creating" }],
    },
  });
  expect(parseStack(text, "1.10-1.11")).toEqual({ done: ["prove-backup"], unready: {}, pending: {} });
  expect(parseStack(text, "1.6-1.7")).toMatchObject({ done: ["prove-backup", "verify"] });
});

test("a stack in which nothing ran yet holds nothing", () => {
  expect(parseStack('{"version": 3, "deployment": {"manifest": {}, "metadata": {}}}', "1.6-1.7")).toEqual({
    done: [],
    unready: {},
    pending: {},
  });
  expect(parseStack('{"version": 3, "deployment": null}', "1.6-1.7")).toEqual({ done: [], unready: {}, pending: {} });
});

test("whatever is printed, it is understood or refused by name, and never shown", () => {
  const odd = fc.oneof(
    fc.json(),
    fc.string(),
    fc.json().map((inner) => `{"deployment": {"resources": ${inner}}}`),
    fc.json().map((inner) => `{"deployment": {"pending_operations": [${inner}]}}`),
  );
  fc.assert(
    fc.property(odd, (text) => {
      try {
        expect(parseStack(text, "1.6-1.7")).toEqual({
          done: expect.any(Array),
          unready: expect.any(Object),
          pending: expect.any(Object),
        });
      } catch (error) {
        expect((error as Error).message).toMatch(/^`pulumi stack export` is not understood: /);
      }
    }),
  );
  expect(() => parseStack('{"deployment": {"resources": [{"urn": 7, "outputs": "hunter2"}]}}', "1.6-1.7")).toThrow(
    /deployment\.resources\.0\.urn: /,
  );
  expect(() => parseStack('{"deployment": {"resources": [{"urn": 7, "outputs": "hunter2"}]}}', "1.6-1.7")).not.toThrow(
    /hunter2/,
  );
});
