import { strikes } from "../controller/faults";
import type { CharmRule } from "./rule";

/** Units that never get where they should: without the new charm (F4), or without their container (F36). */
export const stuck: CharmRule = {
  hook({ host, app }, { kind }) {
    return kind === "upgrade-charm" && strikes(host.state, "charm-not-retrieved", { application: app.name })
      ? "again"
      : undefined;
  },
  status({ host, app }) {
    if (strikes(host.state, "container-never-comes", { application: app.name }))
      return { current: "waiting", message: "waiting for container" };
    return undefined;
  },
};
