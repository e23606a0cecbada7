import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { marks } from "../../../kube/binding";
import { cluster as kube } from "../../../kube/client";
import { getClaim, getVolume } from "../../../kube/volumes";
import { until } from "../../../kube/wait";
import { hopNames, jobSteps } from "../../../plan/names";
import { tree, write } from "../../support/volume";
import { foundData, remove, scale } from "./application";
import { differing, sourceClaim } from "./copy";
import { type Lab, byHand, model } from "./lab";
import { type Redeployed, baselineOf, redeploy } from "./redeploy";

const patience = 300;

/** An application with data on a provisioned volume, deployed anew. */
async function ready(lab: Lab, application: string): Promise<Redeployed> {
  const claim = `data-old-${application}-0`;
  write(await lab.claim(claim), "kept", `data of ${application}`);
  const redeployed = await redeploy(lab, application, await baselineOf(lab, claim));
  write(redeployed.freshFolder, "fresh");
  return redeployed;
}

const changesOf = ({ volume, fresh, target }: Redeployed): string[] => [
  `PATCH persistentvolumes/${volume}`,
  `PATCH persistentvolumes/${fresh}`,
  `PATCH persistentvolumes/${volume}`,
  `DELETE persistentvolumeclaims/${target}`,
  "POST persistentvolumeclaims",
];

/** Tests of the adoption of a volume, each for an application of its own. */
export function rebindTests(of: () => Lab): void {
  let lab: Lab;
  beforeAll(() => (lab = of()));

  /** The application comes up on its data, the volume is bound both ways, and the volume it was deployed with is whole. */
  const adopted = async ({ application, target, volume, fresh, freshFolder }: Redeployed): Promise<void> => {
    await scale(application, 1);
    expect(await foundData(application)).toBe(`data of ${application}`);
    const [claim, held] = [await getClaim(model, target), await getVolume(volume)];
    expect([claim?.spec?.volumeName, claim?.status?.phase]).toEqual([volume, "Bound"]);
    expect([held?.spec?.claimRef?.uid, held?.spec?.persistentVolumeReclaimPolicy]).toEqual([
      claim?.metadata?.uid,
      "Retain",
    ]);
    expect((await getVolume(fresh))?.spec?.persistentVolumeReclaimPolicy).toBe("Retain");
    expect(readFileSync(join(freshFolder, "fresh"), "utf8")).toBe("fresh");
  };

  /** The volume is still the former claim's and nothing else has changed but policies and marks. */
  const untouched = async ({ action, target, volume, fresh }: Redeployed): Promise<void> => {
    expect((await getVolume(volume))?.spec?.claimRef?.name).toBe(action.from);
    expect((await getClaim(model, action.from))?.status?.phase).toBe("Bound");
    expect((await getClaim(model, target))?.spec?.volumeName).toBe(fresh);
  };

  test("an adoption whose process is killed at each of its changes goes on, and makes none of them twice", async () => {
    const redeployed = await ready(lab, "killed");
    const { action, evidence, volume } = redeployed;
    for (const expected of changesOf(redeployed)) {
      const run = await lab.step(action, evidence, { after: (_number, kill) => kill() });
      expect([run.outcome, run.changes]).toEqual([{}, [expected]]);
    }
    const last = await lab.step(action, evidence);
    expect([last.exitCode, last.changes]).toEqual([0, []]);
    expect(last.outcome).toMatchObject({ changed: false, volume, replaced: [redeployed.fresh] });
    expect((await getVolume(volume))?.metadata?.annotations).toMatchObject({
      [marks.policy]: "Delete",
      [marks.heldBy]: `${model}/${action.from}`,
    });
    await adopted(redeployed);
  });

  test("a claim that waits for a volume never gets the one that changes hands", async () => {
    const claim = "data-old-wanted-0";
    await lab.volumeByHand("wanted", "/var/lib/by-hand/wanted", { namespace: model, name: claim });
    await lab.volumeByHand("fresh", "/var/lib/by-hand/fresh", { namespace: model, name: "data-new-wanted-0" });
    write(await lab.claim(claim, { storageClassName: byHand }), "kept", "data of wanted");
    const redeployed = await redeploy(lab, "wanted", await baselineOf(lab, claim), claim, { storageClass: byHand });
    write(redeployed.freshFolder, "fresh");
    const thieves = { "thief-by-size": {}, "thief-by-name": { volumeName: "wanted" } };
    const { core } = kube();
    for (const [name, spec] of Object.entries(thieves)) {
      await core.createNamespacedPersistentVolumeClaim({
        namespace: model,
        body: {
          metadata: { name },
          spec: {
            accessModes: ["ReadWriteOnce"],
            storageClassName: byHand,
            resources: { requests: { storage: "1Mi" } },
            ...spec,
          },
        },
      });
    }
    /** The controller looks at a claim whenever that changes: both get their chance. */
    const chance = async (): Promise<void> => {
      for (const name of Object.keys(thieves))
        await core.patchNamespacedPersistentVolumeClaim({
          namespace: model,
          name,
          body: [{ op: "add", path: "/metadata/labels", value: { moment: String(Date.now()) } }],
        });
      await sleep(700);
    };
    const { exitCode, changes } = await lab.step(redeployed.action, redeployed.evidence, {
      before: chance,
      after: chance,
    });
    expect([exitCode, changes]).toEqual([0, changesOf(redeployed)]);
    for (const name of Object.keys(thieves)) expect((await getClaim(model, name))?.status?.phase).toBe("Pending");
    await adopted(redeployed);
  });

  describe("an application that runs on its fresh volume", () => {
    test.each(["at the start", "at the very moment its claim is given up"])(
      "%s: its Pod is the last one on that, and the next one is on the data",
      async (moment) => {
        const application = moment === "at the start" ? "early" : "at-once";
        const redeployed = await ready(lab, application);
        if (application === "early") await scale(application, 1);
        const run = await lab.step(redeployed.action, redeployed.evidence, {
          before: (number) => (application === "at-once" && number === 4 ? scale(application, 1) : undefined),
        });
        expect([run.exitCode, run.changes]).toEqual([0, changesOf(redeployed).slice(0, 4)]);
        expect(await foundData(application)).toBe("nothing");
        const again = await lab.step(redeployed.action, redeployed.evidence);
        expect([again.exitCode, again.changes]).toEqual([0, []]);
        await kube().core.deleteNamespacedPod({ namespace: model, name: `${application}-0` });
        await until(`${application} is bound to its data`, patience, async () => ({
          ok: (await getClaim(model, redeployed.target))?.spec?.volumeName === redeployed.volume,
          why: "it is not yet",
        }));
        await adopted(redeployed);
      },
    );

    test("with a Pod of somebody else on it: nothing changes hands", async () => {
      const redeployed = await ready(lab, "shared");
      await kube().core.createNamespacedPod({
        namespace: model,
        body: {
          metadata: { name: "stranger" },
          spec: {
            containers: [{ name: "pause", image: "localhost/ckf-rehearsal/pause:1" }],
            volumes: [{ name: "data", persistentVolumeClaim: { claimName: redeployed.target } }],
          },
        },
      });
      const run = await lab.step(redeployed.action, redeployed.evidence);
      expect([run.exitCode, run.said]).toEqual([1, expect.stringMatching(/is mounted by Pod stranger/)]);
      await untouched(redeployed);
      await kube().core.deleteNamespacedPod({ namespace: model, name: "stranger" });
    });

    test("between its two claims: the claim that it makes gets the volume", async () => {
      const redeployed = await ready(lab, "between");
      const { exitCode, changes, outcome } = await lab.step(redeployed.action, redeployed.evidence, {
        after: async (number) => {
          if (number !== 4) return;
          await until("the claim is gone", patience, async () => ({
            ok: (await getClaim(model, redeployed.target)) === undefined,
            why: "it is there",
          }));
          await scale("between", 1);
        },
      });
      expect([exitCode, changes.slice(0, 4)]).toEqual([0, changesOf(redeployed).slice(0, 4)]);
      expect(outcome).toMatchObject({ volume: redeployed.volume });
      expect(await foundData("between")).toBe("data of between");
      await adopted(redeployed);
    });
  });

  test("an application that is deployed again serves the copy of its volume, with all that changed until it stopped; the source stays", async () => {
    const staging = hopNames().stagingClaim("minio", "data");
    const source = await lab.folder(sourceClaim);
    const folder = await lab.claim(staging);
    const { presync, migration } = await lab.copyJobs(sourceClaim, staging);
    await lab.run(presync);
    write(source, "kept", "data of minio");
    write(source, "bulk/late/file", "written while the first pass was over");
    await scale("minio", 0);
    expect((await lab.run(migration)).result()).toMatchObject({ resumed: "partial", differing: 0 });
    const prove = {
      kind: "prove-migration" as const,
      job: hopNames().job(jobSteps.migration("minio")),
      source: sourceClaim,
    };
    const proof = await lab.step(prove);
    expect(proof.exitCode).toBe(0);
    const before = tree(source);
    expect(
      (
        await lab.step({
          kind: "delete-job-pods",
          jobs: [hopNames().job(jobSteps.presync("minio")), hopNames().job(jobSteps.migration("minio"))],
          claims: [sourceClaim, staging],
        })
      ).exitCode,
    ).toBe(0);
    await remove("minio");
    const redeployed = await redeploy(lab, "minio", await baselineOf(lab, sourceClaim), staging);
    write(redeployed.freshFolder, "fresh");
    expect((await lab.step(redeployed.action, redeployed.evidence)).exitCode).toBe(0);
    await adopted(redeployed);
    expect(await lab.folder(redeployed.target)).toBe(folder);
    expect(differing(folder, source)).toEqual([]);
    expect(tree(source)).toEqual(before);
    expect(existsSync(join(folder, "bulk/late/file"))).toBe(true);
    // A run that lost Pulumi's state asks for the proof again, when neither Pod nor claim is left to make it anew.
    expect(await lab.step(prove)).toMatchObject({ exitCode: 0, outcome: proof.outcome });
  });
}
