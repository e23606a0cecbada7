import { type World, context, model, newWorld, refusal } from "../support/fake-model";
import { setCredentials, storeCredentials } from "../../steps/credentials";

const kept = "ckf-upgrade-minio-credentials";
const store = { kind: "store-credentials", application: "minio", from: "minio-secret", to: kept } as const;
const set = { kind: "set-credentials", application: "minio", from: kept, secret: "minio-secret" } as const;
const value = "s3cret-value-0815";
let world: World;
beforeEach(() => {
  world = newWorld();
});

function putCharmSecret(user: string, key: string, uid = "uid-1"): void {
  world.cluster.putSecret(
    model,
    "minio-secret",
    { MINIO_ACCESS_KEY: user, MINIO_SECRET_KEY: key },
    { metadata: { uid } },
  );
}

function putKept(user: string, key: string, origin = "uid-1"): void {
  world.cluster.putSecret(
    model,
    kept,
    { accesskey: user, secretkey: key },
    { metadata: { annotations: { "charmed-kubeflow-upgrade/origin-uid": origin } } },
  );
}

const decoded = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(world.cluster.secrets[`${model}/${name}`].data!).map(([key, text]) => [
      key,
      Buffer.from(text, "base64").toString(),
    ]),
  );

describe("store-credentials", () => {
  test("copies the charm's key to an immutable Secret that nobody owns", async () => {
    putCharmSecret("minio", value);
    expect(await storeCredentials(store, context())).toEqual({ changed: true, application: "minio", secret: kept });
    expect(decoded(kept)).toEqual({ accesskey: "minio", secretkey: value });
    expect(world.cluster.secrets[`${model}/${kept}`]).toMatchObject({ immutable: true });
    expect(world.cluster.secrets[`${model}/${kept}`].metadata?.ownerReferences).toBeUndefined();
  });

  test("writes nothing a second time", async () => {
    putCharmSecret("minio", value);
    putKept("minio", value);
    expect(await storeCredentials(store, context())).toEqual({ changed: false, application: "minio", secret: kept });
    expect(world.changes).toEqual([]);
  });

  test("never writes the key of the redeployed charm over the old one", async () => {
    putCharmSecret("minio", "generated-by-the-new-charm", "uid-2");
    putKept("minio", value);
    expect((await storeCredentials(store, context())).changed).toBe(false);
    expect(decoded(kept)).toEqual({ accesskey: "minio", secretkey: value });
    expect(world.changes).toEqual([]);
  });

  test("has nothing to do while the application is away", async () => {
    putKept("minio", value);
    expect((await storeCredentials(store, context())).changed).toBe(false);
  });

  test("refuses a key that was changed since it was kept, without telling either", async () => {
    putCharmSecret("minio", "changed-meanwhile");
    putKept("minio", value);
    const message = await refusal(storeCredentials(store, context()));
    expect(message).toBe(
      `The key of minio in Secret "minio-secret" is not the one kept in Secret "${kept}". It was changed since it was kept, and the old one would be set again after the redeployment. ` +
        `If the new one is right, \`kubectl delete secret ${kept} -n kubeflow\`, then run the upgrade again`,
    );
    expect(world.changes).toEqual([]);
  });

  test("refuses without the charm's Secret", async () => {
    expect(await refusal(storeCredentials(store, context()))).toBe(
      'There is no Secret "minio-secret". The key of minio cannot be kept. Look at `kubectl get secrets -n kubeflow`',
    );
    expect(world.changes).toEqual([]);
  });

  test.each([
    ["MINIO_SECRET_KEY", "minio", `${value}\n`],
    ["MINIO_ACCESS_KEY", `${value}\r\n`, "k"],
    ["MINIO_SECRET_KEY", "minio", `${value}\rmore`],
  ])("refuses a line break in %s by that name, and tells no value", async (name, user, key) => {
    putCharmSecret(user, key);
    const heard = context();
    const message = await refusal(storeCredentials(store, heard));
    expect(message).toMatch(`"${name}" in Secret "minio-secret" has a line break`);
    expect(message + heard.said.join()).not.toContain(value);
    expect(world.changes).toEqual([]);
  });

  test("names the key that is missing, and tells no value", async () => {
    world.cluster.putSecret(model, "minio-secret", { MINIO_SECRET_KEY: value });
    const message = await refusal(storeCredentials(store, context()));
    expect(message).toMatch('Secret "minio-secret" has no "MINIO_ACCESS_KEY"');
    expect(message).not.toContain(value);
  });

  test("ends with an error when another one got in between", async () => {
    putCharmSecret("minio", value);
    world.cluster.core.createNamespacedSecret = async () => putKept("minio", "another");
    const message = await refusal(storeCredentials(store, context()));
    expect(message).toMatch(`Secret "${kept}" does not read back as it was written`);
    expect(message).not.toContain(value);
  });

  test("leaves no value in evidence or progress", async () => {
    putCharmSecret("minio", value);
    const heard = context();
    expect(JSON.stringify([await storeCredentials(store, heard), heard.said])).not.toContain(value);
  });
});

describe("set-credentials", () => {
  beforeEach(() => {
    putKept("old-user", value);
    world.put("minio", { channel: "ckf-1.7/stable", revision: 200 });
    world.effects.config = () => putCharmSecret("old-user", value, "uid-2");
  });

  test("sets both options through the private file, once", async () => {
    putCharmSecret("minio", "generated", "uid-2");
    const set1 = jest.spyOn(
      jest.requireMock<{ setConfigSecretly: () => void }>("../../juju/write"),
      "setConfigSecretly",
    );
    expect(await setCredentials(set, context())).toEqual({ changed: true, application: "minio", secret: kept });
    expect(set1.mock.calls).toEqual([["kubeflow", "minio", { "access-key": "old-user", "secret-key": value }]]);
    set1.mockRestore();
  });

  test("has the value in no other call, no evidence and no progress", async () => {
    putCharmSecret("minio", "generated", "uid-2");
    const heard = context();
    const evidence = await setCredentials(set, heard);
    expect(world.changes).toEqual(["config minio access-key secret-key"]);
    expect(JSON.stringify([evidence, heard.said])).not.toContain(value);
  });

  test("sets nothing where the charm has the kept key", async () => {
    putCharmSecret("old-user", value, "uid-2");
    expect((await setCredentials(set, context())).changed).toBe(false);
    expect(world.changes).toEqual([]);
  });

  test("sets it where the charm has no Secret yet", async () => {
    expect((await setCredentials(set, context())).changed).toBe(true);
  });

  test("refuses without the kept key", async () => {
    delete world.cluster.secrets[`${model}/${kept}`];
    expect(await refusal(setCredentials(set, context()))).toBe(
      `There is no Secret "${kept}". The old key of minio is not known any more. It was made by the step that stores credentials; do not delete it before finalize`,
    );
    expect(world.changes).toEqual([]);
  });

  test("does not end while the charm's Secret holds another key, and tells neither", async () => {
    putCharmSecret("minio", "generated", "uid-2");
    world.effects.config = () => undefined;
    const message = await refusal(setCredentials(set, context()));
    expect(message).toBe("minio uses the kept key: not reached: Secret minio-secret still holds another one");
  });

  test("does not wait for a Pod, which may have no volume to start on yet", async () => {
    putCharmSecret("minio", "generated", "uid-2");
    world.applications.minio.units = {};
    expect((await setCredentials(set, context())).changed).toBe(true);
  });
});

describe("a sidecar MinIO, whose charm keeps its key in no Secret", () => {
  const artifact = { ...store, from: "mlpipeline-minio-artifact" };
  const { secret: _, ...pin } = set;
  const optioned = (user: string, key: string): void => {
    world.config.minio.settings = {
      "access-key": { value: user, source: "default" },
      "secret-key": { value: key, source: "user" },
    };
  };
  beforeEach(() => {
    world.put("minio", { channel: "1.10/stable", revision: 635 });
    world.cluster.putSecret(
      model,
      "mlpipeline-minio-artifact",
      { accesskey: "minio", secretkey: value },
      { metadata: { uid: "uid-1" } },
    );
    world.effects.config = () => optioned("minio", value);
  });

  test("has it kept from the Secret of pipelines", async () => {
    expect((await storeCredentials(artifact, context())).changed).toBe(true);
    expect(decoded(kept)).toEqual({ accesskey: "minio", secretkey: value });
  });

  test("gets it by its options, and once", async () => {
    putKept("minio", value);
    optioned("minio", "");
    const heard = context();
    const evidence = await setCredentials(pin, heard);
    expect(evidence).toEqual({ changed: true, application: "minio", secret: kept });
    expect(world.changes).toEqual(["config minio access-key secret-key"]);
    expect(JSON.stringify([evidence, heard.said])).not.toContain(value);
    expect((await setCredentials(pin, context())).changed).toBe(false);
    expect(world.changes).toHaveLength(1);
  });

  test("is not taken for one that has it where its options do not take", async () => {
    putKept("minio", value);
    world.effects.config = () => optioned("minio", "another");
    expect(await refusal(setCredentials(pin, context()))).toBe(
      "minio uses the kept key: not reached: its options hold another one",
    );
  });
});
