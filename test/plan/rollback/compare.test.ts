import { additions, relationsBack, wayBack } from "../../../guide/rollback/compare";
import { baseline16, baselineChangedStorage, hop } from "../../support/baseline";
import { foundAfter, foundCopied } from "../../support/found";

const recordings = { hop, baseline: baseline16(), found: foundAfter() };

test.each([
  ["kfp-ui", "refresh"],
  ["training-operator", "refresh"],
  ["minio", "refresh"],
  ["kfp-api", "redeploy"],
  ["istio-pilot", "redeploy"],
  ["istio-ingressgateway", "redeploy"],
  ["kubeflow-roles", "redeploy"],
  ["katib-db", "stays"],
  ["mlflow-server", "stays"],
])("%s: %s", (application, way) => {
  expect(wayBack(recordings, application).way).toBe(way);
});

test("a MinIO that was deployed again with another storage declaration stays what it is", () => {
  expect(wayBack({ hop, baseline: baselineChangedStorage(), found: foundCopied() }, "minio")).toMatchObject({
    way: "kept",
    why: expect.stringContaining("F1"),
  });
});

test("an application that would have to be deployed again and holds data stays what it is", () => {
  const baseline = baseline16();
  baseline.volumes["kfp-api"] = baseline.volumes.minio;
  expect(wayBack({ hop, baseline, found: foundAfter(baseline) }, "kfp-api")).toMatchObject({
    way: "kept",
    why: expect.stringContaining("it holds data (minio-data)"),
  });
});

describe("what the upgrade added", () => {
  test("goes, with its relations", () => {
    expect(additions(recordings)).toEqual({
      removed: ["knative-eventing", "knative-operator", "knative-serving", "kserve-controller"],
      kept: {},
    });
    expect(relationsBack(recordings).dropped).toEqual([
      ["istio-pilot:gateway-info", "kserve-controller:ingress-gateway"],
    ]);
  });

  test("stays while users have objects of it, with what it needs and its relations", () => {
    const found = { ...foundAfter(), objects: { InferenceService: { admin: 1 } } };
    const { removed, kept } = additions({ ...recordings, found });
    expect(removed).toEqual(["knative-eventing"]);
    expect(Object.keys(kept).sort()).toEqual(["knative-operator", "knative-serving", "kserve-controller"]);
    expect(relationsBack({ ...recordings, found }).dropped).toEqual([]);
  });

  test("stays where it holds data", () => {
    const found = {
      ...foundAfter(),
      volumes: { ...foundAfter().volumes, "knative-eventing": foundAfter().volumes.minio },
    };
    expect(additions({ ...recordings, found }).kept).toEqual({
      "knative-eventing": "it holds data (minio-data)",
      "knative-operator": "knative-eventing is kept, and needs it",
    });
  });

  test("is not what people deployed themselves", () => {
    const found = foundAfter();
    found.applications.grafana = { ...found.applications["mlflow-server"], charm: "grafana" };
    found.relations.push(["grafana:ingress", "istio-pilot:ingress"]);
    expect(additions({ ...recordings, found }).removed).not.toContain("grafana");
    expect(relationsBack({ ...recordings, found }).wanted).toContainEqual(["grafana:ingress", "istio-pilot:ingress"]);
  });
});
