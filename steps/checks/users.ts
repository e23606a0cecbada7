import { countObjects, definitionNames } from "../../kube/objects";
import { listProfiles } from "../../kube/profiles";
import type { Baseline } from "../../plan/types";
import { type Check, check, notChecked } from "./check";

const older = "the baseline was recorded by an earlier version of this program, which did not look at it";

/** (a) Every profile is there with the same namespace, claims and volumes. Those that users made since are no loss. */
export async function checkProfiles({ profiles: expected }: Baseline): Promise<Check> {
  const live = await listProfiles();
  const wrong = Object.entries(expected).flatMap(([name, { namespaceUid, claims, volumes = {} }]) => {
    const now = live[name];
    if (!now) return [`profile ${name} is gone`];
    if (now.namespaceUid !== namespaceUid) return [`namespace ${name} is another one than before`];
    return Object.entries(claims).flatMap(([claim, uid]) => {
      if (now.claims[claim] !== uid)
        return [`claim ${name}/${claim} is ${now.claims[claim] ? "another one than before" : "gone"}`];
      // A claim that waits for its first Pod has no volume yet.
      return volumes[claim] && now.volumes?.[claim] !== volumes[claim]
        ? [`claim ${name}/${claim} is bound to another volume than before`]
        : [];
    });
  });
  return check("a", "profiles", wrong, `${Object.keys(expected).length} with their namespaces, claims and volumes`);
}

/** (a) No namespace has fewer notebooks, experiments and the like than before. */
export async function checkObjects({ objects: expected }: Baseline): Promise<Check> {
  if (!expected) return notChecked("a", "user objects", older);
  const live = await countObjects();
  const counts = Object.entries(expected).flatMap(([kind, namespaces]) =>
    Object.entries(namespaces).map(([namespace, number]) => ({
      kind,
      namespace,
      number,
      now: live[kind]?.[namespace] ?? 0,
    })),
  );
  const wrong = counts
    .filter(({ number, now }) => now < number)
    .map(({ kind, namespace, number, now }) => `${now} of ${number} ${kind} are left in ${namespace}`);
  return check(
    "a",
    "user objects",
    wrong,
    `${counts.reduce((sum, { number }) => sum + number, 0)} objects of ${Object.keys(expected).length} kinds, none missing`,
  );
}

/** (b) Every custom resource definition is still there: with one, all its objects would have gone. */
export async function checkDefinitions({ definitions: expected }: Baseline): Promise<Check> {
  if (!expected) return notChecked("b", "definitions", older);
  const live = new Set(await definitionNames());
  const gone = expected.filter((name) => !live.has(name));
  const mend =
    "some charms make theirs when they are installed and never again (F33). Make them again from definitions.jsonl of the backup (docs/restore.md), or with `kubectl apply`";
  const wrong = gone.map((name, index) => `${name} is gone${index === gone.length - 1 ? `: ${mend}` : ""}`);
  return check("b", "definitions", wrong, `all ${expected.length} from before are there, ${live.size} now`);
}
