import { getConfig } from "../juju/read";
import { trust as jujuTrust, untrust as jujuUntrust } from "../juju/write";
import { StepError, type StepRunner } from "./context";

/** Gives an application access to the cluster and reads it back. Idempotent in Juju itself. */
export const trust: StepRunner<"trust"> = async ({ application }, { model }) => {
  const before = await getConfig(model, application);
  if (before.trust) return { changed: false, application };
  await jujuTrust(model, application);
  if (!(await getConfig(model, application)).trust) {
    throw new StepError(
      `"${application}" is not trusted after \`juju trust\``,
      "its new charm would fail with 403",
      `Try \`juju trust ${application} --scope=cluster\` by hand`,
    );
  }
  return { changed: true, application };
};

/** Takes that access away again and reads it back. */
export const untrust: StepRunner<"untrust"> = async ({ application }, { model }) => {
  const before = await getConfig(model, application);
  if (!before.trust) return { changed: false, application };
  await jujuUntrust(model, application);
  if ((await getConfig(model, application)).trust) {
    throw new StepError(
      `"${application}" is trusted after \`juju trust --remove\``,
      "it was not trusted when it was recorded",
      `Try \`juju trust ${application} --remove --scope=cluster\` by hand`,
    );
  }
  return { changed: true, application };
};
