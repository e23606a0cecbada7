import { type World, backupEvidence, context, model, newWorld, refusal } from "../support/fake-model";
import { guardDefinitions } from "../../steps/guard-definitions";
import { removeApplication } from "../../steps/remove-application";

const claim = "minio-data-0837847d-minio-0";
const order = {
  kind: "remove-application",
  application: "minio",
  gone: [],
  storage: [claim],
  superseded: { application: "minio", claimNot: claim },
} as const;
const action = { ...order, gone: [] as string[], storage: [claim] };
let world: World;
beforeEach(() => {
  world = newWorld();
  world.putMinio();
  delete world.cluster.pods[`${model}/minio-0`];
});

test("removes once, and keeps claim and volume", async () => {
  expect(await removeApplication(action, context(backupEvidence))).toEqual({
    changed: true,
    application: "minio",
    digest: "a".repeat(64),
    kept: [claim],
  });
  expect(world.changes).toEqual(["remove minio"]);
  expect(world.cluster.claims[`${model}/${claim}`].spec?.volumeName).toBe("pvc-old");
});

test("says in the evidence which backup it relied on", async () => {
  expect((await removeApplication(action, context(backupEvidence))).digest).toBe("a".repeat(64));
});

test.each([
  ["no evidence", {}],
  ["evidence of another step", { verify: { kind: "verify", digest: "a".repeat(64) } }],
  ["a digest that is too short", { "prove-backup": { kind: "prove-backup", digest: "a".repeat(63) } }],
  ["a digest that is too long", { "prove-backup": { kind: "prove-backup", digest: "a".repeat(65) } }],
  ["a digest with a line break behind it", { "prove-backup": { kind: "prove-backup", digest: `${"a".repeat(64)}\n` } }],
  ["no digest", { "prove-backup": { kind: "prove-backup" } }],
  ["a digest that is no text", { "prove-backup": { kind: "prove-backup", digest: ["a".repeat(64)] } }],
])("calls nothing with %s", async (_name, evidence) => {
  const message = await refusal(removeApplication(action, context(evidence)));
  expect(message).toBe(
    "No evidence of a proven backup was handed to this step. Removing minio cannot be undone, so nothing was done. Let it depend on prove-backup, as the program's own graph does",
  );
  expect(world.changes).toEqual([]);
});

test("calls nothing without the digest, even where the work is done already", async () => {
  delete world.applications.minio;
  await refusal(removeApplication(action, context()));
  expect(world.changes).toEqual([]);
});

test("calls nothing while the volume would be deleted with its claim", async () => {
  world.putMinio({ policy: "Delete" });
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toBe(
    'Volume "pvc-old" has reclaim policy Delete. Its data would be deleted together with its claim. Look at `kubectl get pv pvc-old -o yaml`',
  );
  expect(world.changes).toEqual([]);
});

test("removes it while it runs: it is never scaled to 0, from which Juju would not bring its volume back", async () => {
  world.putMinio();
  expect(await removeApplication(action, context(backupEvidence))).toMatchObject({ changed: true, kept: [claim] });
  expect(world.changes).toEqual(["remove minio"]);
});

test("writes the moment down from which on it is down, before it is removed, and never anew", async () => {
  world.putMinio();
  const annotations = (): Record<string, string> => world.cluster.volumes["pvc-old"].metadata!.annotations!;
  const stoppedAt = "charmed-kubeflow-upgrade/stopped-at";
  world.effects.remove = () => {
    expect(annotations()).toHaveProperty([stoppedAt]);
    delete world.applications.minio;
    world.dropWorkload("minio");
  };
  await removeApplication({ ...action, stops: "pvc-old" }, context(backupEvidence));
  annotations()[stoppedAt] = "2026-01-01T10:00:00.000Z";
  await removeApplication({ ...action, stops: "pvc-old" }, context(backupEvidence));
  expect(annotations()[stoppedAt]).toBe("2026-01-01T10:00:00.000Z");
});

test("calls nothing while it runs again after its volume was copied: no copy has what it writes", async () => {
  world.putMinio();
  world.cluster.putJob(model, "minio-migration");
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toMatch(
    /^Pod minio-0 writes to claim "minio-data-0837847d-minio-0"\. Somebody started minio after its volume was copied.*\. Take out of it .*\(`juju remove-application -m kubeflow minio`; its claim stays\), and run the upgrade again$/,
  );
  expect(world.changes).toEqual([]);
});

test("removes what an earlier version had scaled to 0 and copied", async () => {
  world.cluster.putJob(model, "minio-migration");
  expect((await removeApplication(action, context(backupEvidence))).changed).toBe(true);
});

test("ends with an error while another Pod can write to the claim, and not for one that only reads or has ended", async () => {
  world.cluster.putPod(model, "minio-presync-x", { claims: [claim], phase: "Succeeded" });
  world.cluster.putPod(model, "reader", { claims: [claim] });
  const { spec } = world.cluster.pods[`${model}/reader`];
  spec!.containers = [{ name: "reader", volumeMounts: [{ name: claim, mountPath: "/data", readOnly: true }] }];
  await removeApplication(action, context(backupEvidence));
  spec!.containers[0].volumeMounts![0].readOnly = false;
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toMatch(
    'Pod reader mounts claim "minio-data-0837847d-minio-0" to write. Minio is removed, and what others write to its volume from now on would be lost.',
  );
});

test("calls nothing while the claim is not bound", async () => {
  delete world.cluster.claims[`${model}/${claim}`].spec!.volumeName;
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toMatch(
    /^Claim "minio-data-0837847d-minio-0" is not bound\. Its data cannot be kept safe/,
  );
  expect(world.changes).toEqual([]);
});

test("calls nothing when the claim is missing", async () => {
  delete world.cluster.claims[`${model}/${claim}`];
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toMatch(
    /^Claim "minio-data-0837847d-minio-0" is not there\./,
  );
  expect(world.changes).toEqual([]);
});

test("calls nothing when the volume is missing", async () => {
  delete world.cluster.volumes["pvc-old"];
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toMatch(
    /^Volume "pvc-old" does not exist\./,
  );
  expect(world.changes).toEqual([]);
});

test("calls nothing when the volume belongs to another claim", async () => {
  world.cluster.volumes["pvc-old"].spec!.claimRef!.name = "another";
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toMatch(
    /^Volume "pvc-old" belongs to claim kubeflow\/another, not kubeflow\/minio-data-0837847d-minio-0\./,
  );
  expect(world.changes).toEqual([]);
});

test("does nothing once the application is deployed again with another claim", async () => {
  world.cluster.putSet(model, "minio", { templates: { "minio-data": "minio-data-99aa88bb" } });
  expect(await removeApplication(action, context(backupEvidence))).toEqual({
    changed: false,
    application: "minio",
    superseded: true,
    digest: "a".repeat(64),
  });
  expect(world.changes).toEqual([]);
});

test("removes nothing a second time, and still proves that the claim is kept", async () => {
  delete world.applications.minio;
  world.dropWorkload("minio");
  expect(await removeApplication(action, context(backupEvidence))).toEqual({
    changed: false,
    application: "minio",
    digest: "a".repeat(64),
    kept: [claim],
  });
  expect(world.changes).toEqual([]);
});

test("ends with an error when the claim went with the application", async () => {
  world.effects.remove = () => {
    delete world.applications.minio;
    world.dropWorkload("minio");
    delete world.cluster.claims[`${model}/${claim}`];
  };
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toBe(
    'Claim "minio-data-0837847d-minio-0" is gone after minio was removed. Its volume pvc-old is Retain, so its data is on the disk still. Restore the claim with that volumeName, from the baseline, before anything else',
  );
});

test("ends with an error when the claim is bound to another volume afterwards", async () => {
  world.effects.remove = () => {
    delete world.applications.minio;
    world.dropWorkload("minio");
    world.cluster.claims[`${model}/${claim}`].spec!.volumeName = "pvc-other";
  };
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toMatch(
    /is bound to pvc-other after minio was removed/,
  );
});

test("waits while the application is dying", async () => {
  world.effects.remove = () => void (world.applications.minio.life = "dying");
  world.later.push(
    () => delete world.applications.minio,
    () => world.dropWorkload("minio"),
  );
  expect((await removeApplication(action, context(backupEvidence))).changed).toBe(true);
  expect(world.later).toEqual([]);
});

test("does not end while a Deployment that must go is left, and names it", async () => {
  world.cluster.deployments[`${model}/katib-controller`] = { metadata: { name: "katib-controller" } };
  expect(await refusal(removeApplication({ ...action, gone: ["katib-controller"] }, context(backupEvidence)))).toMatch(
    /^nothing of minio is left in the cluster: not reached: deployment\/katib-controller is left; .*`kubectl delete -n kubeflow deployment\/katib-controller`/,
  );
});

test("does not end while a Pod is left", async () => {
  world.effects.remove = () => {
    delete world.applications.minio;
    delete world.cluster.sets[`${model}/minio`];
    world.cluster.putPod(model, "minio-0", { labels: { "app.kubernetes.io/name": "minio" } });
  };
  expect(await refusal(removeApplication(action, context(backupEvidence)))).toMatch("pod/minio-0 is left");
});

test("removes an application without storage once a proven backup is there", async () => {
  world.put("kfserving");
  const removed = {
    kind: "remove-application",
    application: "kfserving",
    gone: [],
    storage: [],
    superseded: { application: "kserve-controller", channel: "0.10/stable", revision: 1 },
  } as const;
  await removeApplication({ ...removed, gone: [], storage: [] }, context(backupEvidence));
  expect(world.changes).toEqual(["remove kfserving"]);
});

describe("an application whose last hook deletes definitions", () => {
  const owner = {
    kind: "remove-application" as const,
    application: "kubeflow-profiles",
    gone: [],
    storage: [],
    superseded: "never" as const,
    guarded: true,
  };
  const failed = { current: "error", message: 'hook failed: "remove"' };

  /** The charm's hook fails, and nothing goes on by itself. */
  function holdRemoval(message = failed.message): void {
    world.effects.remove = () => {
      const live = world.applications["kubeflow-profiles"];
      live.life = "dying";
      live.units["kubeflow-profiles/0"].workload = { ...failed, message };
    };
  }

  beforeEach(async () => {
    world.put("kubeflow-profiles");
    await guardDefinitions({ kind: "guard-definitions", applications: ["kubeflow-profiles"] }, context(backupEvidence));
    world.changes.length = 0;
  });

  test("is removed past exactly that hook", async () => {
    holdRemoval();
    const heard = context(backupEvidence);
    expect(await removeApplication(owner, heard)).toMatchObject({ changed: true, application: "kubeflow-profiles" });
    expect(world.changes).toEqual(["remove kubeflow-profiles", "skip hook of kubeflow-profiles/0"]);
    expect(heard.said).toContain(
      "the cluster refused kubeflow-profiles/0 to delete its definitions; its last hook is skipped",
    );
  });

  test("is not touched without the guard", async () => {
    world.cluster.webhooks = {};
    expect(await refusal(removeApplication(owner, context(backupEvidence)))).toMatch(
      /^The guard of the definitions does not stand/,
    );
    expect(world.changes).toEqual(["delete definition canaries.ckf-upgrade.invalid"]);
  });

  test("no other hook that fails is skipped", async () => {
    holdRemoval('hook failed: "stop"');
    expect(await refusal(removeApplication(owner, context(backupEvidence)))).toMatch(
      /not reached: it is dying, kubeflow-profiles\/0 is error hook failed: "stop"/,
    );
    expect(world.changes).toEqual(["remove kubeflow-profiles"]);
  });

  test("nor is any hook of an application that is not guarded", async () => {
    holdRemoval();
    await refusal(removeApplication({ ...owner, guarded: false }, context(backupEvidence)));
    expect(world.changes).toEqual(["remove kubeflow-profiles"]);
  });
});

describe("a unit that the cloud stopped before its last hooks", () => {
  const name = "kserve-controller";
  beforeEach(() => {
    world.put(name);
    world.effects.remove = () => {
      const live = world.applications[name];
      live.life = "dying";
      live.units[`${name}/0`].workload = { current: "terminated", message: "unit stopped by the cloud" };
      live.units[`${name}/0`].agent = { current: "lost", message: "" };
    };
    let clock = 0;
    jest.spyOn(performance, "now").mockImplementation(() => clock);
    world.later.push(() => void (clock += 31_000));
  });
  afterEach(() => jest.restoreAllMocks());
  const remove = (): ReturnType<typeof removeApplication> =>
    removeApplication({ ...action, application: name, storage: [], superseded: "never" }, context(backupEvidence));

  test("is taken away by force once nothing of it runs: Juju waits for its agent for ever", async () => {
    expect(await remove()).toMatchObject({ changed: true });
    expect(world.changes).toEqual([`remove ${name}`, `force removal of ${name}`]);
  });

  test("is waited for while a Pod of it is there, or an agent", async () => {
    world.cluster.putPod(model, `${name}-0`, { labels: { "app.kubernetes.io/name": name } });
    world.later.push(() => {
      delete world.cluster.pods[`${model}/${name}-0`];
      world.applications[name].units[`${name}/0`].agent.current = "executing";
    });
    world.later.push(() => delete world.applications[name]);
    await remove();
    expect(world.changes).toEqual([`remove ${name}`]);
  });

  test.each<[string, () => void]>([
    [
      "its workload claims",
      () =>
        world.cluster.putSet(model, name, {
          templates: { data: "data" },
          containers: [{ name: "charm", image: "juju" }],
        }),
    ],
    [
      "Juju alone knows of, since its workload is gone",
      () => void (world.storage = { "data/0": { units: [`${name}/0`] } }),
    ],
  ])("is left to people where it has storage that %s", async (_what, put) => {
    put();
    expect(await refusal(remove())).toBe(
      "Kserve-controller/0 was stopped by the cloud, and kserve-controller is not gone. Nothing of it runs any more, and Juju waits for ever for an agent that ended without a word; it has storage, so it was not removed by force. See that its volume is Retain, `juju remove-application -m kubeflow kserve-controller --force --no-wait`, then run the upgrade again",
    );
    expect(world.changes).toEqual([`remove ${name}`]);
  });
});
