import { makePlan } from "../../../guide/plan";
import { preflightQuestion } from "../../../guide/preflight/question";
import type { Finding } from "../../../guide/preflight/finding";
import type { Baseline } from "../../../plan/types";
import { baseline16, baselineLite, baselineUpgraded, hop, settings } from "../../support/baseline";

function planned(spoil: (baseline: Baseline) => void, from = baseline16(), of = hop): Finding[] {
  spoil(from);
  return preflightQuestion(of, from, settings).planned;
}

const short = (findings: Finding[]): string[] =>
  findings.map(({ name, subject, weight }) => `${name} ${subject} ${weight}`);

/** kfp-* as channel 2.0/stable has them today: all sidecars, of release 1.8. */
function trapped(baseline: Baseline): void {
  for (const [name, live] of Object.entries(baseline.applications))
    if (name.startsWith("kfp-") && name !== "kfp-db") Object.assign(live, { generation: "sidecar", revision: 9000 });
}

test.each([
  ["a stock 1.6 model", baseline16()],
  ["a lite 1.6 model", baselineLite()],
  ["a 1.7 model", baselineUpgraded()],
])("%s has no finding", (_name, baseline) => {
  expect(planned(() => undefined, baseline)).toEqual([]);
});

test("every channel that Charmhub lacks is told, rungs of a ladder and new applications too", () => {
  const lost: Record<string, string> = {
    "istio-pilot": "1.13/stable",
    "kfp-api": "2.0-alpha.7/stable",
    "knative-operator": "1.8/stable",
  };
  const baseline = baseline16();
  for (const [charm, channel] of Object.entries(lost)) delete baseline.available[charm][channel];
  expect(short(planned(() => undefined, baseline))).toEqual([
    "channels-missing istio-pilot refuses",
    "channels-missing kfp-api refuses",
    "channels-missing knative-operator refuses",
  ]);
  expect(() => makePlan(hop, baseline, settings)).toThrow(/1\.13\/stable[^]*2\.0-alpha\.7\/stable[^]*1\.8\/stable/);
});

test("a channel of an application that the model does not have is not needed", () => {
  expect(planned((baseline) => void delete baseline.available["katib-ui"], baselineLite())).toEqual([]);
});

test("a rung that is climbed already is not needed", () => {
  expect(
    planned((baseline) => {
      baseline.applications["istio-pilot"].channel = "1.13/stable";
      delete baseline.available["istio-pilot"]["1.12/stable"];
    }),
  ).toEqual([]);
});

describe("the channel of kfp-* that moved on", () => {
  test("is told by generation and revision, though the channel says 1.6", () => {
    const found = planned(trapped);
    expect(short(found)).toEqual(
      ["kfp-api", "kfp-persistence", "kfp-profile-controller", "kfp-schedwf", "kfp-ui", "kfp-viewer", "kfp-viz"].map(
        (name) => `kfp-level ${name} refuses`,
      ),
    );
    expect(found[1]).toMatchObject({
      fact: "runs as a sidecar at revision 9000, which release 1.7 still has as podspec (2.0-alpha.7/stable)",
    });
    expect(found[0].fact).toMatch(
      /^is at revision 9000 of 2\.0\/stable, later than revision \d+ of 2\.0-alpha\.7\/stable$/,
    );
    for (const { meaning } of found) expect(meaning).toMatch(/^it is of release 1\.8: /);
  });

  test("the plan refreshes none of them back, and says so", () => {
    const baseline = baseline16();
    trapped(baseline);
    const { steps, notes } = makePlan(hop, baseline, settings);
    expect(steps.filter(({ id }) => /^(refresh|scale-\w+|trust)-kfp-/.test(id))).toEqual([]);
    expect(
      notes.filter((note) => note.startsWith("kfp-")).filter((note) => note.includes("stays as it is")),
    ).toHaveLength(7);
    expect(
      steps.flatMap((step) =>
        step.type === "command" && step.action.kind === "verify" ? [step.action.expected.applications["kfp-ui"]] : [],
      ),
    ).toEqual([{ charm: "kfp-ui", channel: "2.0/stable", revision: 9000 }]);
  });

  test("a kfp-api that is a sidecar of an earlier revision is refreshed in place, and told", () => {
    const found = planned((baseline) =>
      Object.assign(baseline.applications["kfp-api"], { generation: "sidecar", revision: 50 }),
    );
    expect(short(found)).toEqual(["charm-generation kfp-api told"]);
    expect(found[0].meaning).toContain("refreshed in place");
  });
});

describe("a later track than the target release has", () => {
  const planOf = (spoil: (baseline: Baseline) => void): ReturnType<typeof makePlan> => {
    const baseline = baseline16();
    spoil(baseline);
    return makePlan(hop, baseline, settings);
  };
  const at = (name: string, channel: string) => (baseline: Baseline) =>
    void Object.assign(baseline.applications[name], { channel, revision: 5000 });

  test("of a podspec charm refuses, and nothing refreshes it down", () => {
    const found = planned(at("seldon-controller-manager", "1.17/stable"));
    expect(found).toMatchObject([
      {
        name: "later-track",
        subject: "seldon-controller-manager",
        weight: "refuses",
        fact: "is on channel 1.17/stable, a later track than 1.15/stable of release 1.7",
      },
    ]);
    const { steps, notes } = planOf(at("seldon-controller-manager", "1.17/stable"));
    expect(steps.filter(({ id }) => /seldon/.test(id) && !/relate/.test(id))).toEqual([]);
    expect(notes).toContain(
      "seldon-controller-manager stays as it is: it is on channel 1.17/stable, a later track than 1.15/stable of release 1.7",
    );
  });

  test.each(["1.17/stable", "2.1/edge", "latest/edge"])(
    "istio-pilot on %s refuses with its gateway, and neither is touched",
    (channel) => {
      expect(short(planned(at("istio-pilot", channel)))).toEqual([
        "later-track istio-ingressgateway refuses",
        "later-track istio-pilot refuses",
      ]);
      expect(
        planOf(at("istio-pilot", channel)).steps.filter(({ id }) => /^(refresh|remove|deploy)-istio/.test(id)),
      ).toEqual([]);
    },
  );

  test.each([
    ["1.13/edge", ["1.14", "1.15", "1.16"]],
    ["1.16/edge", ["1.16"]],
  ])("is none of %s, from which istio-pilot climbs on by its track, whatever the risk", (channel, rungs) => {
    expect(planned(at("istio-pilot", channel))).toEqual([]);
    const { steps } = planOf(at("istio-pilot", channel));
    expect(steps.filter(({ id }) => /^refresh-istio/.test(id)).map(({ id }) => id)).toEqual(
      rungs.map((rung) => `refresh-istio-pilot-${rung}`),
    );
    expect(steps.map(({ id }) => id)).toContain("deploy-istio-ingressgateway");
  });

  test("is none of istio-pilot at its target, whose older gateway is deployed again", () => {
    const spoil = (baseline: Baseline): void =>
      void Object.assign(baseline.applications["istio-pilot"], {
        channel: "1.16/stable",
        revision: baseline.available["istio-pilot"]["1.16/stable"],
      });
    expect(planned(spoil)).toEqual([]);
    const ids = planOf(spoil).steps.map(({ id }) => id);
    expect(ids.filter((id) => /^(refresh|remove|deploy)-istio/.test(id))).toEqual([
      "remove-istio-ingressgateway",
      "deploy-istio-ingressgateway",
    ]);
  });
});

test("a podspec charm where the release has a sidecar is told", () => {
  expect(short(planned((baseline) => void (baseline.applications["dex-auth"].generation = "podspec")))).toEqual([
    "charm-generation dex-auth told",
  ]);
});

test("a sidecar where both releases have podspec cannot be refreshed back", () => {
  expect(short(planned((baseline) => void (baseline.applications["oidc-gatekeeper"].generation = "sidecar")))).toEqual([
    "charm-generation oidc-gatekeeper refuses",
  ]);
});

test("an application through its refresh already, of a half-upgraded model, is as it must be", () => {
  expect(
    planned((baseline) =>
      Object.assign(baseline.applications["jupyter-ui"], {
        channel: "1.7/stable",
        revision: baseline.available["jupyter-ui"]["1.7/stable"],
        generation: "sidecar",
      }),
    ),
  ).toEqual([]);
});

test("storage that the target charm is not known to declare is told, that of a kept database is not", () => {
  const volume = baseline16().volumes.minio[0];
  expect(
    short(
      planned((baseline) => {
        baseline.volumes["kubeflow-volumes"] = [{ ...volume, storage: "data" }];
        baseline.volumes["kfp-db"] = [{ ...volume, storage: "database" }];
      }),
    ),
  ).toEqual(["storage-declaration kubeflow-volumes refuses"]);
});

test("the removal of an application that owns definitions is told, and cannot be planned", () => {
  const changed = structuredClone(hop);
  changed.hazards.redeploy["kubeflow-profiles"] = { gone: [], why: "a mistake in a hazards file" };
  expect(short(planned(() => undefined, baseline16(), changed))).toEqual([
    "crd-owner-removal kubeflow-profiles refuses",
  ]);
  expect(() => makePlan(changed, baseline16(), settings)).toThrow('the plan would remove "kubeflow-profiles"');
});

test("an application of which nothing runs is refused where the release crosses it, and told by what to do", () => {
  const found = planned((baseline) => {
    baseline.applications["kfp-api"].generationUnseen = true;
    baseline.applications["dex-auth"].generationUnseen = true;
  });
  expect(short(found)).toEqual(["charm-generation kfp-api refuses"]);
});
