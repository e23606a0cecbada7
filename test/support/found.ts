import { targetGeneration } from "../../plan/later";
import type { Baseline } from "../../plan/types";
import { baseline16, baselineChangedStorage, baselineGatewayRemoved, hop } from "./baseline";

/** A model after its upgrade, as a rollback finds it: each application at its target, what is new in the release added, mariadb kept. */
export function foundAfter(baseline: Baseline = baseline16()): Baseline {
  const applications = structuredClone(baseline.applications);
  for (const [name, { charm, channel, trust, options }] of Object.entries(hop.target.applications)) {
    const live: Baseline["applications"][string] | undefined = applications[name];
    if (live ? live.charm !== charm : name in hop.source.applications) continue;
    applications[name] = {
      ...(live ?? { config: options, configOmitted: [], scale: 1 }),
      charm,
      channel,
      revision: baseline.available[charm][channel],
      generation: targetGeneration(hop, charm),
      trust: trust || live?.trust === true,
    };
  }
  return {
    ...baseline,
    release: "1.7",
    applications,
    relations: [...baseline.relations, ["istio-pilot:gateway-info", "kserve-controller:ingress-gateway"]],
    objects: { ...baseline.objects },
  };
}

/** The same model with its MinIO deployed again on a copy of its volume. */
export function copied(found: Baseline): Baseline {
  return {
    ...found,
    volumes: {
      minio: [
        {
          ...found.volumes.minio[0],
          claim: "minio-data-ffffffff-minio-0",
          volume: "pvc-copied",
          requestedMiB: 10240,
          capacityMiB: 10240,
        },
      ],
    },
  };
}

/** A model whose MinIO was copied so, in which users have an InferenceService by now. */
export function foundCopied(): Baseline {
  const found = copied(foundAfter(baselineChangedStorage()));
  return { ...found, objects: { ...found.objects, InferenceService: { admin: 1 } } };
}

/** A model after an upgrade that moved its databases; the old servers are there still. */
export function foundMoved(baseline: Baseline = baseline16()): Baseline {
  const found = foundAfter(baseline);
  for (const application of ["katib-db", "kfp-db"]) {
    const { charm, channel, trust, options } = hop.target.applications[application];
    found.applications[`${application}-mysql`] = {
      charm,
      channel,
      revision: found.available[charm][channel],
      generation: "sidecar",
      scale: 1,
      trust,
      config: options,
      configOmitted: [],
    };
  }
  const old = ["katib-db-manager:mysql", "kfp-api:mysql"];
  const moved: Baseline["relations"] = [
    ["katib-db-manager:relational-db", "katib-db-mysql:database"],
    ["kfp-api:relational-db", "kfp-db-mysql:database"],
  ];
  moved.forEach((relation) => relation.sort());
  return {
    ...found,
    relations: [...found.relations.filter((relation) => !relation.some((end) => old.includes(end))), ...moved],
  };
}

/** The stock model after its upgrade, stopped where Istio is in the middle of its ladder without a gateway, and half of the charms are refreshed. */
export function foundHalfWay(): Baseline {
  const baseline = baseline16();
  const whole = foundAfter();
  const through = ["admission-webhook", "dex-auth", "jupyter-ui", "kubeflow-profiles", "kfp-viz", "oidc-gatekeeper"];
  const applications = structuredClone(baseline.applications);
  for (const name of through) applications[name] = whole.applications[name];
  Object.assign(applications["istio-pilot"], {
    channel: "1.13/stable",
    revision: baseline.available["istio-pilot"]["1.13/stable"],
  });
  delete applications["istio-ingressgateway"];
  Object.assign(applications["katib-ui"], { trust: true, scale: 0 });
  return {
    ...baseline,
    applications,
    relations: baseline.relations.filter(
      (relation) => !relation.some((end) => end.startsWith("istio-ingressgateway:")),
    ),
  };
}

/** A model whose gateway was removed by hand before it was recorded, after its upgrade, which deployed one. */
export function foundGatewayBack(): Baseline {
  const found = foundAfter(baselineGatewayRemoved());
  const { charm, channel, trust, options } = hop.target.applications["istio-ingressgateway"];
  found.applications["istio-ingressgateway"] = {
    charm,
    channel,
    revision: found.available[charm][channel],
    generation: "sidecar",
    scale: 1,
    trust,
    config: options,
    configOmitted: [],
  };
  return { ...found, relations: [...found.relations, ["istio-ingressgateway:istio-pilot", "istio-pilot:istio-pilot"]] };
}
