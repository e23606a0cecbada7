/** For tests made from public reports: a public text of `juju status` becomes the JSON that the same client would print, and goes through the program's own readers. */
import { type World, model, newWorld } from "./fake-model";
import { discoverBaseline } from "../../baseline/discover";
import { readLiveFacts } from "../../baseline/facts";
import { parseStatus } from "../../juju/status";
import { makePlan } from "../../guide/plan";
import type { Judgement } from "../../guide/preflight/judge";
import { preflight } from "../../guide/preflight/judge";
import { preflightQuestion } from "../../guide/preflight/question";
import { renderFinding, widthOf } from "../../guide/preflight/render";
import type { Settings } from "../../plan/settings";
import type { Baseline, Plan, Relation } from "../../plan/types";
import { baseline16, hop, settings } from "./baseline";

export { hop, model, settings };
export type { World };

const podspec = (charm: string): boolean =>
  ![
    "dex-auth",
    "training-operator",
    "istio-pilot",
    "istio-gateway",
    "kubeflow-roles",
    "metacontroller-operator",
    "grafana-agent-k8s",
    "resource-dispatcher",
  ].includes(charm);

export interface Row {
  app: string;
  charm: string;
  channel: string;
  rev: number;
  status?: string;
  message?: string;
  scale?: number;
  units?: Record<string, { workload: string; agent: string; message?: string }>;
  relations?: Record<string, string[]>;
  local?: boolean;
}

/** Rows of the App and Unit tables of a text of `juju status`, by the places of the headings. */
export function rowsOf(text: string): Row[] {
  const lines = text.split("\n");
  const rows = new Map<string, Row>();
  let heads: { name: string; at: number }[] | undefined;
  for (const line of lines) {
    if (/^(App|Unit) /.test(line))
      heads = [...line.matchAll(/\S+/g)].map((found) => ({ name: found[0], at: found.index }));
    else if (line.trim() === "") heads = undefined;
    else if (heads) {
      // Values may stick out to the right of their heading's place by one (right-aligned numbers), so words are taken where they begin.
      const cell = (name: string): string => {
        const index = heads!.findIndex((head) => head.name === name);
        if (index < 0) return "";
        return line.slice(heads![index].at, heads![index + 1]?.at).trim();
      };
      if (heads[0].name === "App") {
        const scale = /(\d+)$/.exec(cell("Scale"))?.[1];
        const rev = /(\d+)$/.exec(cell("Rev"))?.[1];
        rows.set(cell("App"), {
          app: cell("App"),
          charm: cell("Charm"),
          channel: cell("Channel"),
          rev: Number(rev),
          status: cell("Status"),
          message: cell("Message"),
          scale: Number(scale ?? 1),
        });
      } else {
        const unit = cell("Unit").replace("*", "");
        const row = rows.get(unit.split("/")[0]);
        if (row)
          (row.units ??= {})[unit] = { workload: cell("Workload"), agent: cell("Agent"), message: cell("Message") };
      }
    }
  }
  return [...rows.values()];
}

/** The rows of the stock 1.6 bundle, for those that a public text was cut off before. */
export function stockRows(): Row[] {
  return Object.entries(baseline16().applications)
    .filter(([name]) => name !== "mlflow-server")
    .map(([app, { charm, channel, revision }]) => ({ app, charm, channel, rev: revision }));
}

/** As `juju status --format json` of 2.9 prints it. */
export function statusJson(rows: Row[], version = "2.9.42", extra: Record<string, unknown> = {}): string {
  const since = "20 Nov 2026 09:11:00Z";
  const applications = Object.fromEntries(
    rows.map((row) => {
      const { app, charm, channel, rev, status = "active", message = "", scale = 1, relations, local } = row;
      const units =
        row.units ??
        Object.fromEntries(
          Array.from({ length: scale }, (_, index) => [
            `${app}/${index}`,
            { workload: status, agent: "idle", message },
          ]),
        );
      return [
        app,
        {
          charm: local ? `local:${charm}-${rev}` : charm,
          series: podspec(charm) ? "kubernetes" : "focal",
          os: podspec(charm) ? "kubernetes" : "ubuntu",
          "charm-origin": local ? "local" : "charmhub",
          "charm-name": charm,
          "charm-rev": rev,
          ...(channel && { "charm-channel": channel }),
          ...(scale > 0 && { scale }),
          exposed: false,
          "application-status": { current: status, ...(message && { message }), since },
          ...(relations && { relations }),
          units: Object.fromEntries(
            Object.entries(units).map(([name, unit], index) => [
              name,
              {
                "workload-status": { current: unit.workload, ...(unit.message && { message: unit.message }), since },
                "juju-status": { current: unit.agent, since },
                ...(index === 0 && { leader: true }),
              },
            ]),
          ),
          "endpoint-bindings": { "": "alpha" },
        },
      ];
    }),
  );
  return JSON.stringify({
    model: {
      name: model,
      type: "caas",
      controller: "uk8s",
      cloud: "microk8s",
      region: "localhost",
      version,
      "model-status": { current: "available", since },
      sla: "unsupported",
    },
    machines: {},
    applications,
    storage: {},
    controller: { timestamp: "09:20:00Z" },
    ...extra,
  });
}

/** A world in memory whose juju says just that; its cluster has MinIO's volume, and the databases' Pods. */
export function worldOf(json: string, relations: Relation[] = hop.source.relations): World {
  const world = newWorld();
  world.putMinio({ policy: "Delete" });
  const { applications, model: found } = parseStatus(json);
  world.applications = applications;
  world.version = found.version;
  world.clientVersion = found.version;
  for (const name of Object.keys(applications)) world.config[name] ??= { settings: {}, trust: false };
  world.relations = relations.filter((relation) => relation.some((endpoint) => endpoint.split(":")[0] in applications));
  world.info = baseline16().available;
  for (const database of ["kfp-db", "katib-db"]) {
    if (!applications[database]) continue;
    world.cluster.putPod(model, `${database}-0`, { labels: { "app.kubernetes.io/name": database } });
    world.cluster.pods[`${model}/${database}-0`].spec!.containers = [
      { name: database, image: "mariadb/server:10.3", env: [{ name: "MARIADB_ROOT_PASSWORD", value: "-" }] },
    ];
  }
  return world;
}

export interface Outcome {
  baseline: Baseline;
  verdict: Judgement;
  /** Everything that a preview tells of findings. */
  told: string;
  plan?: Plan;
  /** Why there is no plan. */
  refused?: string;
}

/** What a first preview does: discover, look, plan. */
export async function preview(changed: Partial<Settings> = {}): Promise<Outcome> {
  const all = { ...settings, ...changed };
  const baseline = await discoverBaseline(hop, model, "keep");
  const question = preflightQuestion(hop, baseline, all);
  const verdict = preflight(question, await readLiveFacts(model, question));
  const findings = [...verdict.refusing, ...verdict.ignored, ...verdict.told];
  const told = findings.map((finding) => renderFinding(finding, widthOf(findings))).join("\n");
  try {
    return { baseline, verdict, told, plan: makePlan(hop, baseline, all) };
  } catch (error) {
    return { baseline, verdict, told, refused: (error as Error).message };
  }
}
