import * as pulumi from "@pulumi/pulumi";
import { progressOf } from "../objectstore/progress";

/** The end of the log of the Job of that name while it runs; undefined where it does not. */
export type Look = (job: string) => Promise<string | undefined>;

const everyMs = 5000;

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    // A display keeps no program alive.
    setTimeout(resolve, everyMs).unref();
  });

/** What the logs say, again and again until `ended`, each line once. What goes wrong with a look only leaves it out. */
export async function follow(
  look: () => Promise<string | undefined>,
  tell: (line: string) => void,
  ended: () => boolean,
  wait = pause,
): Promise<void> {
  let told: string | undefined;
  for (await wait(); !ended(); await wait()) {
    const line = progressOf((await look().catch(() => undefined)) ?? "");
    if (line === undefined || line === told || ended()) continue;
    told = line;
    tell(line);
  }
}

/**
 * Tells how far a Job is, in the Job's own row of `pulumi up`, from when all it waits for is there until it is made. It is
 * no resource and no step: nothing depends on it, it proves nothing, and whatever happens to it the Job is none the worse.
 * The kubernetes plugin itself says only that it waits.
 */
export function tellProgress(
  job: pulumi.CustomResource,
  row: pulumi.Output<string>,
  waitsFor: pulumi.Resource[],
  look: () => Promise<string | undefined>,
): void {
  if (pulumi.runtime.isDryRun()) return;
  let made = false;
  job.urn.apply(() => (made = true));
  pulumi.all([row, ...waitsFor.map(({ urn }) => urn)]).apply(([urn]) => {
    // The Job itself gives its name away only once it is made, so another resource stands for its row.
    const place = new pulumi.DependencyResource(urn);
    void follow(
      look,
      (line) => void pulumi.log.info(line, place, undefined, true),
      () => made,
    );
  });
}
