import { type Rows, lostRows, rowsIn, surveyedRows, tally, total } from "../databases/held";
import { loadShell } from "../databases/load";
import { surveyShell } from "../databases/survey";
import { getPassword } from "../juju/actions";
import { getRelations, getStatus } from "../juju/read";
import { podWith } from "../kube/databases";
import { execIn } from "../kube/exec";
import { readSecret } from "../kube/secrets";
import { until } from "../kube/wait";
import { deletePod, livePodsOf } from "../kube/workloads";
import { type Context, StepError, type StepRunner, timeouts } from "./context";
import { countRows } from "./databases";
import { backupDigest, requireVerified } from "./proof";
import { removeAndWait } from "./remove-application";
import { requireRetained } from "./volumes";

/** Container of mysql-k8s in which the server runs: https://github.com/canonical/mysql-k8s-operator, metadata.yaml */
const container = "mysql";

type Task = "filled" | "load" | "rows old" | "rows new" | "sessions" | `mark ${number}` | "held";

interface Server {
  run: (task: Task) => Promise<string>;
  /** Rows of the old server, or of the new one. */
  rows: (side: "old" | "new") => Promise<Rows>;
  /** Who is connected to the old server from elsewhere. */
  connected: () => Promise<string[]>;
}

/** Runs tasks of `loadShell` where the new server is. Passwords go in by standard input, and neither is ever a word of a command. */
async function serverOf(model: string, application: string, from: string, oldPassword: string): Promise<Server> {
  const pod = await podWith(model, application, container);
  const [unit] = Object.keys((await getStatus(model)).applications[application]?.units ?? {});
  if (!pod || !unit)
    throw new StepError(
      `${application} has no running Pod with a container "${container}"`,
      "its server cannot be reached",
      `Look at \`juju status ${application}\``,
    );
  const password = await getPassword(model, unit, "serverconfig");
  const run = (task: Task): Promise<string> =>
    execIn(
      model,
      pod,
      container,
      ["/bin/sh", "-ceu", [surveyShell, loadShell, task].join("\n"), "load", from],
      `${oldPassword}\n${password}\n`,
      [oldPassword, password],
    );
  return {
    run,
    rows: async (side) => surveyedRows(await run(`rows ${side}`), side === "old" ? from : application),
    connected: async () => (await run("sessions")).split("\n").filter((line) => line !== ""),
  };
}

/** Relations of an application, as words; empty where it has none. */
async function relationsOf(model: string, application: string): Promise<string> {
  const all = await getRelations(model);
  return all
    .filter((relation) => relation.some((endpoint) => endpoint.startsWith(`${application}:`)))
    .map((relation) => relation.join(" "))
    .join(", ");
}

/** What a moved database has on its new server, and how many rows the old one had when it was loaded from; undefined where an earlier version of this program loaded it. */
export async function movedRows(model: string, application: string): Promise<{ rows: Rows; loaded?: number }> {
  const { run, rows } = await serverOf(model, application, "", "");
  const held = (await run("held")).trim();
  return { rows: await rows("new"), ...(held !== "" && { loaded: Number(held) }) };
}

/**
 * Waits until nobody is connected to the old server. A charm that lost its relation is only blocked, and its service may go on
 * writing (review A2): a new Pod of it is not told where the server is, and starts none.
 * @throws StepError naming who is connected still
 */
async function alone({ connected }: Server, from: string, consumers: string[], { model, say }: Context): Promise<void> {
  if ((await connected()).length === 0) return;
  for (const consumer of consumers) {
    say(`${consumer} is connected to ${from} still: its Pods are replaced`);
    for (const { metadata } of await livePodsOf(model, consumer))
      await deletePod(model, metadata!.name!, metadata!.uid!);
  }
  await until(`nobody is connected to ${from}`, timeouts.pods, async () => {
    const who = await connected();
    return {
      ok: who.length === 0,
      why: `${who.slice(0, 8).join(", ")} are connected: what they write would stay in ${from}. End them, then run the upgrade again`,
    };
  });
}

/**
 * Why the old server holds what the new one was never given; undefined where it does not, or where nobody marked how much it had.
 * @param now rows of the old server
 */
export function lateRows(from: string, now: Rows, application: string, loaded: number | undefined): string | undefined {
  if (loaded === undefined || total(now) <= loaded) return undefined;
  return `${from} has ${total(now) - loaded} rows more than when it was loaded into ${application}: they are nowhere else`;
}

/**
 * Fills a new server from an old one that nothing writes to any more, and compares the rows of every table. Once that is
 * proven the new server is marked: whatever happens to Pulumi's state, what users write there later is never loaded over.
 */
export const loadDatabase: StepRunner<"load-database"> = async (
  { application, from, secret, consumers = [] },
  context,
) => {
  const { model, say } = context;
  const password = (await readSecret(model, secret))?.password;
  if (!password)
    throw new StepError(
      `there is no Secret "${secret}" with root's password of ${from}`,
      "its rows cannot be read",
      "Put it back, or let the step that makes it run again",
    );
  const server = await serverOf(model, application, from, password);
  const { run, rows } = server;
  if ((await run("filled")).trim() === "1") return { changed: false, application, from, ...tally(await rows("new")) };
  const reads = await relationsOf(model, from);
  if (reads)
    throw new StepError(
      `${from} is related still: ${reads}`,
      "what is written while it is read would be lost",
      "Let this step depend on the end of that relation",
    );
  const writes = await relationsOf(model, application);
  if (writes)
    throw new StepError(
      `${application} was not filled by this upgrade, and is related already: ${writes}`,
      "what was written there would be loaded over",
      `Look at what both servers hold. Only when nothing in ${application} is needed, take that relation away and run the upgrade again`,
    );
  await alone(server, from, consumers, context);
  say(`loading what ${from} has`);
  await run("load");
  const [old, now] = [await rows("old"), await rows("new")];
  const wrong = [...lostRows(old, now), ...lostRows(only(now, old), old).map((one) => `${one} before`)];
  if (wrong.length > 0)
    throw new StepError(
      `${application} does not hold what ${from} holds: ${wrong.join("; ")}`,
      "the rows did not come over whole; the old server is untouched",
      "Run the upgrade again: it loads anew",
    );
  const who = await server.connected();
  if (who.length > 0)
    throw new StepError(
      `${who.join(", ")} came to ${from} while it was loaded`,
      "what was written meanwhile may be in the old server only",
      "End that session, then run the upgrade again: it loads anew",
    );
  await run(`mark ${total(old)}`);
  return { changed: true, application, from, ...tally(old) };
};

/** Of some rows those of tables that `of` has, too. */
function only(rows: Rows, of: Rows): Rows {
  const shared = (database: string): [string, number][] =>
    Object.keys(of[database]).flatMap((table): [string, number][] => {
      const number = rowsIn(rows, database, table);
      return number === undefined ? [] : [[table, number]];
    });
  return Object.fromEntries(Object.keys(of).map((database) => [database, Object.fromEntries(shared(database))]));
}

/** @throws StepError where the old server has rows that came after it was loaded from, or cannot be asked */
async function refuseLateRows(
  model: string,
  application: string,
  { application: fresh, variables }: { application: string; variables: string[] },
): Promise<void> {
  if (!(application in (await getStatus(model)).applications)) return;
  const { loaded } = await movedRows(model, fresh);
  if (loaded === undefined) return;
  const now = await countRows(model, application, variables);
  const late =
    now === undefined
      ? `${application} has no running Pod to ask for its rows`
      : lateRows(application, now, fresh, loaded);
  if (late === undefined) return;
  throw new StepError(
    late,
    "with the old server they would be out of reach, so it was not removed",
    `Look at what was written to ${application} since; bring it to ${fresh} or delete it there, then run the upgrade again`,
  );
}

/** Removes the old application once the whole upgrade was verified on the new one. Its volume is Retain and stays, with the rows as they were. */
export const finalizeDatabase: StepRunner<"finalize-database"> = async ({ application, volumes, into }, context) => {
  const { model } = context;
  const digest = backupDigest(context, `removing ${application}`);
  requireVerified(context, `removing ${application}`);
  const used = await relationsOf(model, application);
  if (used)
    throw new StepError(
      `${application} is related: ${used}`,
      "something uses it still, so nothing was removed",
      "Look at `juju status --relations`",
    );
  if (into) await refuseLateRows(model, application, into);
  for (const { volume, claim } of volumes) await requireRetained(model, volume, claim);
  const changed = await removeAndWait({ application, gone: [] }, context);
  return { changed, application, digest, kept: volumes };
};
