import type { Host } from "../controller/host";
import { CommandError } from "./command";

/** Holds `-m [<controller>:][<owner>/]<model>` or JUJU_MODEL against the one model there is (juju.md b, e). */
export function checkModel(host: Host, flag: string | undefined, env: Record<string, string>): void {
  const asked = flag ?? env.JUJU_MODEL;
  if (asked === undefined || asked === "") return;
  const colon = asked.indexOf(":");
  const controller = colon < 0 ? host.controller : asked.slice(0, colon);
  if (controller !== host.controller) throw new CommandError(`controller ${controller} not found`, 2);
  const qualified = colon < 0 ? asked : asked.slice(colon + 1);
  const [owner, model] = qualified.includes("/") ? qualified.split("/", 2) : ["admin", qualified];
  const uuid = host.state.uuid;
  const named = owner === "admin" && model === host.state.name;
  const numbered = qualified === uuid || (qualified.length >= 6 && uuid.startsWith(qualified));
  if (!named && !numbered) throw new CommandError(`model ${controller}:${owner}/${model} not found`);
}
