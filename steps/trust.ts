import { getConfig } from "../juju/read";
import { trust as jujuTrust } from "../juju/write";
import { StepError, type StepRunner } from "./context";

/** Gives an application access to the cluster and reads it back. Idempotent in Juju itself. */
export const trust: StepRunner<"trust"> = async ({ application }, { model }) => {
  const before = await getConfig(model, application);
  if (before.trust) return { changed: false, application };
  await jujuTrust(model, application);
  if (!(await getConfig(model, application)).trust) {
    throw new StepError(`"${application}" is not trusted after \`juju trust\``, "its new charm would fail with 403", `Try \`juju trust ${application} --scope=cluster\` by hand`);
  }
  return { changed: true, application };
};
