import { statusVersions } from "../../kube/objects";
import { imagesOf } from "../../kube/workloads";
import type { Expected } from "../../plan/types";
import { type Check, check, notChecked } from "./check";

/** "1.16" of "docker.io/istio/pilot:1.16.2-distroless"; undefined for a tag that is no version. */
function minorOf(image: string): string | undefined {
  return /:[^/]*?(\d+\.\d+)\.\d+[^/]*$/.exec(image)?.[1];
}

/** (e) Istio's control plane and gateway run images of the target's minor: the charm's revision alone does not say so (F12). */
export async function checkMesh(model: string, { mesh }: Expected): Promise<Check> {
  const [wrong, unknown, good]: string[][] = [[], [], []];
  for (const [workload, minor] of Object.entries(mesh)) {
    const images = await imagesOf(model, workload);
    if (images.length === 0) wrong.push(`there is no workload ${workload}`);
    for (const image of images) {
      const found = minorOf(image);
      if (found === undefined) unknown.push(`the tag of ${image}, which ${workload} runs, is no version`);
      else if (found !== minor) wrong.push(`${workload} runs ${image}, not ${minor}`);
      else good.push(`${workload} ${minor}`);
    }
  }
  if (wrong.length === 0 && unknown.length > 0) return notChecked("e", "istio", unknown.join("; "));
  if (Object.keys(mesh).length === 0) return notChecked("e", "istio", "the model has none of its applications");
  return check("e", "istio", [...wrong, ...unknown], good.join(", "));
}

/** (h) Knative's operator has rolled out the version of its charms' track. A charm that is there makes the resource: without one, nothing runs. */
export async function checkServerless({ serverless }: Expected): Promise<Check> {
  if (Object.keys(serverless).length === 0) return notChecked("h", "knative", "the model has none of its applications");
  const [wrong, good]: string[][] = [[], []];
  for (const [kind, { plural, minor }] of Object.entries(serverless)) {
    const versions = Object.entries((await statusVersions("operator.knative.dev", plural)) ?? {});
    if (versions.length === 0) wrong.push(`there is no ${kind}`);
    for (const [name, version] of versions) {
      if (version?.split(".").slice(0, 2).join(".") === minor) good.push(`${kind} ${version}`);
      else wrong.push(`${kind} ${name} is at ${version ?? "no version yet"}, not ${minor}`);
    }
  }
  return check("h", "knative", wrong, good.join(", "));
}
