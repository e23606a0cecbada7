import { getStatus } from "../juju/read";
import { waitFor } from "../juju/watch";
import { refresh as jujuRefresh } from "../juju/write";
import { imagesOf, rolloutMissing } from "../kube/workloads";
import { until } from "../kube/wait";
import { guard, keptOf, lostOf, operatorGone } from "./guard-crossing";
import { restOf } from "./relations";
import { StepError, type StepRunner, timeouts } from "./context";
import { requireUnmarked } from "./marked";

/** @throws StepError in the run that refreshed; a later one may find what users deleted since, and only tells it */
function tellLost(lost: string[], application: string, changed: boolean, say: (line: string) => void): void {
  if (lost.length === 0) return;
  const fact = `since the labels of ${application} were taken off these are gone or others: ${lost.slice(0, 20).join(", ")}${lost.length > 20 ? ` and ${lost.length - 20} more` : ""}`;
  if (changed)
    throw new StepError(
      fact,
      "the refresh or somebody deleted them, and with a definition every object of it",
      "Where users did not delete them: stop here, docs/restore.md tells how they come back from the backup. Else run the upgrade again",
    );
  say(fact);
}

/** A revision that runs on another base than it is made for starts and fails later. @throws naming both */
async function requireBase(model: string, application: string, base: string | undefined): Promise<void> {
  const { name, channel } = (await getStatus(model)).applications[application]?.base ?? {};
  const found = `${name}@${channel?.split("/")[0]}`;
  if (base === undefined || found === base) return;
  throw new StepError(
    `${application} is on base ${name === undefined ? "that juju does not tell" : found}, and its target is for ${base}`,
    "Juju keeps the base of an application unless it is told another, and the charm may fail on it (F45)",
    `\`juju refresh ${application} --base ${base}\`, then run the upgrade again`,
  );
}

/**
 * Refreshes an application to one revision and waits until the workload runs it. Active status proves nothing (facts,
 * juju f): the status right after a refresh is still the old one.
 */
export const refresh: StepRunner<"refresh"> = async (
  { application, channel, revision, base, awaiting, beyond = [], crossing = false, taken },
  context,
) => {
  const { model, say } = context;
  const live = (await getStatus(model)).applications[application];
  if (!live) {
    throw new StepError(
      `application "${application}" is not in model "${model}"`,
      "it was removed since the baseline was taken",
      "Deploy it again as the baseline's bundle has it, then run the upgrade again",
    );
  }
  if (live.life === "alive" && beyond.includes(live.channel))
    return { changed: false, application, channel: live.channel, revision: live.revision };
  const changed = live.channel !== channel || live.revision !== revision;
  const kept = crossing ? keptOf(context, application) : {};
  if (changed) {
    // Whoever wrote the marks again since they were taken off: nothing but this moment counts.
    if (crossing) Object.assign(kept, await guard(model, application));
    say(`from ${live.channel} revision ${live.revision} to ${channel} revision ${revision}`);
    await jujuRefresh(model, application, live.charmName, channel, revision, base);
  }
  const rests = await restOf(context, taken);
  await waitFor(
    model,
    `${application} settles at ${channel} revision ${revision}`,
    (status) => rests(status.applications[application], { channel, revision, awaiting }),
    {
      timeoutSeconds: timeouts.refresh,
      application,
      target: { channel, revision },
    },
  );
  await until(`the workload of ${application} rolls out`, timeouts.pods, async () => {
    const why = await rolloutMissing(model, application);
    return { ok: why === undefined || awaiting !== undefined, why: why ?? "" };
  });
  await requireBase(model, application, base);
  await requireUnmarked(model, application);
  if (crossing) {
    await operatorGone(model, application);
    tellLost(await lostOf(kept), application, changed, say);
  }
  return { changed, application, channel, revision, images: await imagesOf(model, application) };
};
