import { readFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { z } from "zod";
import { modelIds } from "../baseline/discover";
import { obtainWay } from "../baseline/hop";
import { jsonOf } from "../juju/json";
import { nameModel } from "../juju/model-name";
import { getInfo, getStatus, getVersion } from "../juju/read";
import { hasRight } from "../kube/access";
import { kubernetesVersion } from "../kube/workloads";
import { findingsOfVersions } from "../guide/preflight/cluster";
import { type Settings, readSettings } from "../plan/settings";
import { targets } from "../releases/line";
import { readConfig } from "../status/pulumi";
import { rightsOf, rightsRow } from "./rights";
import { type Row, rowOf } from "./row";

const root = join(__dirname, "..");
const packageSchema = z.object({ version: z.string(), engines: z.object({ node: z.string() }).partial().optional() });
const packageOf = (...path: string[]): z.infer<typeof packageSchema> =>
  packageSchema.parse(JSON.parse(readFileSync(join(root, ...path, "package.json"), "utf8")));

const pulumi = async (...args: string[]): Promise<string> =>
  (await execa("pulumi", args, { stdin: "ignore", env: { PULUMI_SKIP_UPDATE_CHECK: "true" } })).stdout;

function nodeRow(): Omit<Row, "what"> {
  const wanted = packageOf().engines?.node ?? "";
  const numbers = (text: string): number[] =>
    text
      .replace(/[^\d.]/g, "")
      .split(".")
      .map(Number);
  const [have, least] = [numbers(process.version), numbers(wanted)];
  const old = have[0] < least[0] || (have[0] === least[0] && have[1] < least[1]);
  return { found: process.version, ...(old && { mend: `install Node.js ${wanted}` }) };
}

/** A plugin that is not there is fetched by the first preview, which needs a way to the internet for it. */
async function pluginRow(name: string): Promise<Omit<Row, "what">> {
  const wanted = packageOf("node_modules", "@pulumi", name).version;
  const listed = z
    .array(z.object({ name: z.string(), version: z.string().nullish() }))
    .parse(jsonOf(await pulumi("plugin", "ls", "--json")));
  const has = listed.some((plugin) => plugin.name === name && plugin.version === wanted);
  return has
    ? { found: wanted }
    : { found: `${wanted} is not installed`, mend: `pulumi plugin install resource ${name} ${wanted}` };
}

async function jujuRow(model: string): Promise<Omit<Row, "what">> {
  const [client, { model: seen }] = [await getVersion(), await getStatus(model)];
  return { found: `client ${client}, model ${seen.version}` };
}

async function charmhubRow(): Promise<Omit<Row, "what">> {
  const channels = Object.keys(await getInfo("minio")).length;
  return channels > 0
    ? { found: "answers" }
    : { found: "has no charm minio", mend: "check charmhub-url of the model (`juju model-config charmhub-url`)" };
}

/** The hop that the stack makes next, and the versions that it is known for. */
async function hopRow(settings: Settings): Promise<Omit<Row, "what">> {
  const { hop, path } = await obtainWay(settings);
  const [clientVersion, { model }, kubernetes] = [
    await getVersion(),
    await getStatus(settings.model),
    await kubernetesVersion(),
  ];
  const wrong = findingsOfVersions(hop.hazards.versions, {
    kubernetes,
    juju: { clientVersion, modelVersion: model.version },
  }).filter(({ name }) => !settings.ignorePreflight.includes(name));
  const hopLine = path?.line ?? `${hop.source.release} > ${hop.target.release}`;
  if (wrong.length === 0) return { found: hopLine };
  return {
    found: `${hopLine}: ${wrong.map(({ subject, fact }) => `${subject} ${fact}`).join("; ")}`,
    mend: wrong.map(({ next }) => next).join("; "),
  };
}

/** Looks at all that an upgrade of a real model needs before its first preview. Changes nothing. */
export async function examine(stack: string): Promise<Row[]> {
  const rows = [
    { what: "Node.js", ...nodeRow() },
    await rowOf(
      "Pulumi",
      async () => ({ found: (await pulumi("version")).trim() }),
      "install it: https://www.pulumi.com/docs/iac/download-install/",
    ),
    ...(await Promise.all(
      ["kubernetes", "command"].map((name) =>
        rowOf(`plugin ${name}`, () => pluginRow(name), "`pulumi plugin ls` must work"),
      ),
    )),
  ];
  let settings: Settings | undefined;
  rows.push(
    await rowOf(
      `stack ${stack}`,
      async () => {
        settings = readSettings(await readConfig(stack), targets);
        return { found: `model ${settings.jujuModel || settings.model}` };
      },
      "pulumi stack init, then `pulumi config set` (README.md)",
    ),
  );
  if (settings === undefined) return rows;
  const { model, jujuModel } = settings;
  const given = settings;
  nameModel(model, jujuModel);
  const permissions = readFileSync(join(root, "docs", "permissions.yaml"), "utf8");
  return [
    ...rows,
    await rowOf("Juju", () => jujuRow(model), "juju switch, juju login"),
    await rowOf(
      "Kubernetes",
      async () => ({ found: await kubernetesVersion() }),
      "check KUBECONFIG and its current context",
    ),
    await rowOf(
      "one place",
      async () => ({ found: `juju and KUBECONFIG mean model ${(await modelIds(model)).uuid}` }),
      "`juju switch` and `kubectl config use-context` to the same model",
    ),
    await rowOf(
      "Charmhub",
      charmhubRow,
      "`juju info minio` must work from here, and the controller must reach it, too",
    ),
    await rowOf("hop", () => hopRow(given), "docs/path.md"),
    await rowOf(
      "rights",
      () => rightsRow(rightsOf(permissions, model), hasRight),
      "the cluster must answer SelfSubjectAccessReviews",
    ),
    { what: "mover image", found: `${settings.moverImage}: not tried; the first Job pulls it before anything changes` },
  ];
}
