import { proxiedAnswer } from "../../kube/proxy";
import { rolloutMissing, workloadsOf } from "../../kube/workloads";
import type { Expected } from "../../plan/types";
import { type Check, check, notChecked } from "./check";

/** Why the application that serves the page is not ready: a gateway also answers for one that is dead, where a login comes first. */
async function pageMissing(model: string, dashboard: string): Promise<string | undefined> {
  return (await workloadsOf(model, dashboard)).length === 0
    ? `${dashboard} has no workload`
    : rolloutMissing(model, dashboard);
}

/** (i) The gateway lets users in, to the page or to the login, and what serves the page is ready. Asked through the API server, so that it works from wherever kubectl does. */
export async function checkDashboard(model: string, { gateway, dashboard }: Expected): Promise<Check> {
  const missing = dashboard === undefined ? undefined : await pageMissing(model, dashboard);
  if (missing !== undefined) return check("i", "dashboard", [missing], "");
  if (gateway === undefined) return notChecked("i", "dashboard", "the model has no gateway");
  const { code, refusal } = await proxiedAnswer(model, gateway, 80, "/");
  if (refusal !== undefined && code === 403)
    return notChecked("i", "dashboard", `Service ${gateway} may not be asked through the API server: ${refusal}`);
  if (refusal !== undefined) return check("i", "dashboard", [`Service ${gateway} does not answer: ${refusal}`], "");
  const good = code === 200 || code === 302;
  return check(
    "i",
    "dashboard",
    good ? [] : [`Service ${gateway} answers ${code} to /, not 200 or 302`],
    `Service ${gateway} answers ${code} to /${dashboard === undefined ? "" : `, ${dashboard} is ready`}`,
  );
}

/** (j) Whether users can work is for them to say. */
export function checkAcceptance(): Check {
  return notChecked(
    "j",
    "acceptance",
    "this program runs no pipeline: run Canonical's UATs, or a pipeline and a notebook of your own",
  );
}
