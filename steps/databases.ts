import { databasePod, rootPassword } from "../kube/databases";
import { execIn } from "../kube/exec";
import { jobOutcome } from "../kube/jobs";
import { createSecret, deleteSecret, readSecret } from "../kube/secrets";
import { type Rows, heldIn, heldRows, inexact, surveyedRows } from "../databases/held";
import { surveyShell } from "../databases/survey";
import { hopNames } from "../plan/names";
import { StepError, type StepRunner } from "./context";
import { cleanResult } from "./movers";
import { requireVerified } from "./proof";

const key = "password";

/**
 * Keeps root's password in a Secret of our own, which the Job that dumps can be told by name. Where the password was
 * changed since, the kept one is of no use: that is refused.
 */
export const storeRootPassword: StepRunner<"store-root-password"> = async (
  { application, variables, to },
  { model },
) => {
  const kept = (await readSecret(model, to))?.[key];
  const found = await rootPassword(model, application, variables);
  if (kept !== undefined) {
    if (found !== undefined && found !== kept)
      throw new StepError(
        `root's password of ${application} is not the one kept in Secret "${to}"`,
        "it was changed since it was kept",
        `\`kubectl delete secret ${to} -n ${model}\`, then run the upgrade again`,
      );
    return { changed: false, application, secret: to };
  }
  if (found === undefined)
    throw new StepError(
      `no running Pod of ${application} has root's password in ${variables.join(" or ")}`,
      "its databases cannot be dumped",
      `Look at \`juju status ${application}\` and at the environment of its Pod; nothing was changed by this run`,
    );
  if (/[\r\n]/.test(found))
    throw new StepError(
      `root's password of ${application} has a line break`,
      "the client would not read it whole",
      "Set another one, then run the upgrade again",
    );
  await createSecret(model, to, { [key]: found });
  if ((await readSecret(model, to))?.[key] !== found)
    throw new StepError(
      `Secret "${to}" does not read back as it was written`,
      "the Job that dumps would be refused by the server",
      "Run the upgrade again",
    );
  return { changed: true, application, secret: to };
};

/** Deletes that Secret once the whole upgrade was verified: until then a run that goes on needs it. */
export const deleteRootPassword: StepRunner<"delete-root-password"> = async ({ application }, context) => {
  const secret = hopNames(context.hop).rootPassword(application);
  requireVerified(context, `deleting Secret "${secret}"`);
  return { changed: await deleteSecret(context.model, secret), application, secret };
};

/** Every database lies in the backup, and a server that was filled from it holds the same as the live one, table by table. */
export const proveDatabase: StepRunner<"prove-database"> = async ({ application, job, keep }, { model, say }) => {
  const { digest, held, bytes, rows, kept, resumed } = await cleanResult(model, job, "database");
  if (kept !== keep) {
    throw new StepError(
      `Job "${job}" kept ${kept === "manifest" ? "only a list of tables" : "the rows"}`,
      "the settings have changed since the backup was taken",
      `Put the settings of the declared backup back, or delete the backup and Job "${job}" and run the upgrade again`,
    );
  }
  const lines = heldIn((await jobOutcome(model, job))?.log ?? "", held);
  if (!lines)
    throw new StepError(
      `the log of Job "${job}" does not hold the list of tables that its result stands for`,
      "their rows could not be counted again after the upgrade",
      `Delete Job "${job}" and run the upgrade again: it reads the list from the backup`,
    );
  const tables = heldRows(lines, application);
  const counted = inexact(lines);
  if (counted.length > 0)
    say(
      `only the rows of these were compared, since a dump keeps six digits of their FLOAT columns: ${counted.join(", ")}`,
    );
  return { changed: false, application, digest, bytes, resumed, kept, rows, tables, counted };
};

/** How many rows each table has now, undefined where nobody can be asked; asked by the server's own client in its own Pod, where the password is. */
export async function countRows(model: string, application: string, variables: string[]): Promise<Rows | undefined> {
  const found = await databasePod(model, application, variables);
  if (!found) return undefined;
  const client = "client=$(command -v mariadb || command -v mysql)";
  const ask = `export MYSQL_PWD="$${found.variable}"; survey rows "$client" --no-defaults --protocol=tcp --host=127.0.0.1 --user=root --batch --skip-column-names --default-character-set=utf8mb4`;
  return surveyedRows(
    await execIn(model, found.pod, found.container, ["/bin/sh", "-ceu", [client, surveyShell, ask].join("\n")]),
    application,
  );
}

/** Rows that the backup's proof counted, by application. */
export function rowsAtBackup(evidence: Record<string, Record<string, unknown>>): Record<string, Rows> {
  return Object.fromEntries(
    Object.values(evidence)
      .filter(({ kind }) => kind === "prove-database")
      .map(({ application, tables }) => [String(application), tables as Rows]),
  );
}
