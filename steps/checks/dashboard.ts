import { proxiedAnswer } from "../../kube/proxy";
import type { Expected } from "../../plan/types";
import { type Check, check, notChecked } from "./check";

/** (i) The gateway lets users in: the dashboard's page, or the way to the login. Asked through the API server, so that it works from wherever kubectl does. */
export async function checkDashboard(model: string, { gateway }: Expected): Promise<Check> {
  if (gateway === undefined) return notChecked("i", "dashboard", "the model has no gateway");
  const { code, refusal } = await proxiedAnswer(model, gateway, 80, "/");
  if (refusal !== undefined && code === 403) return notChecked("i", "dashboard", `Service ${gateway} may not be asked through the API server: ${refusal}`);
  if (refusal !== undefined) return check("i", "dashboard", [`Service ${gateway} does not answer: ${refusal}`], "");
  const good = code === 200 || code === 302;
  return check("i", "dashboard", good ? [] : [`Service ${gateway} answers ${code} to /, not 200 or 302`], `Service ${gateway} answers ${code} to /`);
}

/** (j) Whether users can work is for them to say. */
export function checkAcceptance(): Check {
  return notChecked("j", "acceptance", "this program runs no pipeline: run Canonical's UATs, or a pipeline and a notebook of your own");
}
