import { getStatus } from "../juju/read";
import { atRest, settled } from "../juju/settled";
import { waitFor } from "../juju/watch";
import { deploy as jujuDeploy } from "../juju/write";
import { StepError, type StepRunner, timeouts } from "./context";
import { requireUnmarked } from "./marked";

/** Deploys an application and waits until it is there with that revision and its agents are idle. */
export const deploy: StepRunner<"deploy"> = async (action, { model, say }) => {
  const { application, charm, channel, revision, active } = action;
  const live = (await getStatus(model)).applications[application];
  if (
    live &&
    (live.charmName !== charm || live.channel !== channel || live.revision !== revision || live.life !== "alive")
  ) {
    throw new StepError(
      `application "${application}" is there as ${live.charmName} ${live.channel} revision ${live.revision}, ${live.life}`,
      "it is not the one to be deployed, and not gone",
      "Wait until its removal is through, then run the upgrade again",
    );
  }
  if (!live) {
    say(`${charm} from ${channel} revision ${revision}`);
    await jujuDeploy(model, action);
  }
  await waitFor(
    model,
    `${application} settles`,
    (status) => (active ? settled : atRest)(status.applications[application], { channel, revision }),
    { timeoutSeconds: timeouts.settle, application, target: { channel, revision } },
  );
  await requireUnmarked(model, application);
  return { changed: !live, application, channel, revision };
};
