import { z } from "zod";
import { read } from "./cli";
import { jsonOf } from "./json";
import { clientLine } from "./read";

const answers = z.record(
  z.string(),
  z.object({
    status: z.string(),
    message: z.string().optional(),
    results: z.record(z.string(), z.unknown()).optional(),
  }),
);

const errors = z.object({ errors: z.record(z.string(), z.string()) });

/**
 * Password of a user, as the action get-password of mysql-k8s gives it (https://charmhub.io/mysql-k8s/actions). Callers keep
 * it in memory only. 2.9 and 3.x have different commands for actions and key the answer by another spelling of the unit.
 * @throws when the action fails or answers without a password; what it answered is not repeated
 */
export async function getPassword(model: string, unit: string, user: string): Promise<string> {
  const verb =
    (await clientLine()) === "2.9"
      ? ["run-action", unit, "get-password", `username=${user}`, "--wait"]
      : ["run", unit, "get-password", `username=${user}`];
  const told = jsonOf(await read(model, [...verb, "--format", "json"]));
  // Both lines end without an error where the charm has no such action: 2.9 says so in the answer, 3.x prints no answer.
  const refused = told === undefined ? "juju printed no answer" : errors.safeParse(told).data?.errors;
  if (refused !== undefined)
    throw new Error(
      `action get-password of ${unit} could not be begun: ${typeof refused === "string" ? refused : Object.values(refused).join(", ")}. The charm gives its password by this action alone. See \`juju actions ${unit.split("/")[0]}\``,
    );
  const parsed = answers.safeParse(told);
  const [answer] = parsed.success ? Object.values(parsed.data) : [];
  const password = answer?.results?.password;
  if (answer?.status === "completed" && typeof password === "string" && password !== "") return password;
  throw new Error(
    `action get-password of ${unit} gave no password of ${user}: it is ${answer?.status ?? "not understood"}${answer?.message ? `, ${answer.message}` : ""}. See \`juju show-operation\``,
  );
}
