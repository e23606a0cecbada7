import { getConfig } from "../juju/read";
import { setConfigSecretly } from "../juju/write";
import { createSecret, readSecret, secretIdentity } from "../kube/secrets";
import { until } from "../kube/wait";
import { StepError, type StepRunner, timeouts } from "./context";

const charmKeys = { user: "MINIO_ACCESS_KEY", key: "MINIO_SECRET_KEY" };
const ownKeys = { user: "accesskey", key: "secretkey" };

interface Credentials {
  user: string;
  key: string;
}

async function credentials(namespace: string, secret: string): Promise<Credentials | undefined> {
  const texts = await readSecret(namespace, secret);
  if (!texts) return undefined;
  // Podspec charms keep the key under their own names; what argo-controller writes for pipelines has those of our own Secrets.
  const keys = ownKeys.user in texts || ownKeys.key in texts ? ownKeys : charmKeys;
  const [user, key] = [texts[keys.user], texts[keys.key]];
  for (const [name, value] of Object.entries({ [keys.user]: user, [keys.key]: key })) {
    if (!value)
      throw new StepError(
        `Secret "${secret}" has no "${name}"`,
        "the object store's key is not where its charm keeps it",
        `Look at \`kubectl describe secret ${secret} -n ${namespace}\``,
      );
    if (/\p{Cc}/u.test(value)) {
      throw new StepError(
        `"${name}" in Secret "${secret}" has a line break or another control character`,
        "clients send it as part of an HTTP header, which refuses it (F39)",
        "Set it again without it, then run the upgrade again",
      );
    }
  }
  return { user, key };
}

const same = (a: Credentials | undefined, b: Credentials | undefined): boolean =>
  a !== undefined && b !== undefined && a.user === b.user && a.key === b.key;

/**
 * Copies the charm's key to a Secret that outlives it. Written once: after a redeployment the charm has another key, in
 * another Secret. Where it is the same Secret still and the key differs, somebody changed it since: that is refused.
 */
export const storeCredentials: StepRunner<"store-credentials"> = async ({ application, from, to }, { model }) => {
  const [kept, found] = [await credentials(model, to), await credentials(model, from)];
  const origin = await secretIdentity(model, from);
  if (kept) {
    if (found && !same(kept, found) && (await secretIdentity(model, to))?.origin === origin?.uid) {
      throw new StepError(
        `the key of ${application} in Secret "${from}" is not the one kept in Secret "${to}"`,
        "it was changed since it was kept, and the old one would be set again after the redeployment",
        `If the new one is right, \`kubectl delete secret ${to} -n ${model}\`, then run the upgrade again`,
      );
    }
    return { changed: false, application, secret: to };
  }
  if (!found || !origin)
    throw new StepError(
      `there is no Secret "${from}"`,
      `the key of ${application} cannot be kept`,
      `Look at \`kubectl get secrets -n ${model}\``,
    );
  await createSecret(model, to, { [ownKeys.user]: found.user, [ownKeys.key]: found.key }, origin.uid);
  if (!same(await credentials(model, to), found))
    throw new StepError(
      `Secret "${to}" does not read back as it was written`,
      "the key would be lost with its application",
      "Run the upgrade again",
    );
  return { changed: true, application, secret: to };
};

/** The key that an application uses: in the Secret that its charm keeps, or as its options have it. */
async function used(model: string, application: string, secret: string | undefined): Promise<Credentials | undefined> {
  if (secret !== undefined) return credentials(model, secret);
  const { settings } = await getConfig(model, application);
  const [user, key] = [settings["access-key"]?.value, settings["secret-key"]?.value];
  return user === undefined || key === undefined ? undefined : { user: String(user), key: String(key) };
}

/**
 * Gives an application the kept key, by standard input and never by an argument or a file, and waits until the next Pod will have
 * it. Whether one serves with it is seen later: of a redeployed one there may be no volume to start on until start-on-volume. A
 * sidecar charm without the option makes a new random key for each new Pod (F52).
 */
export const setCredentials: StepRunner<"set-credentials"> = async ({ application, from, secret }, { model }) => {
  const kept = await credentials(model, from);
  if (!kept)
    throw new StepError(
      `there is no Secret "${from}"`,
      `the old key of ${application} is not known any more`,
      "It was made by the step that stores credentials; do not delete it before finalize",
    );
  const changed = !same(await used(model, application, secret), kept);
  if (changed) await setConfigSecretly(model, application, { "access-key": kept.user, "secret-key": kept.key });
  await until(`${application} uses the kept key`, timeouts.settle, async () => ({
    ok: same(await used(model, application, secret), kept),
    why: `${secret === undefined ? "its options hold" : `Secret ${secret} still holds`} another one`,
  }));
  return { changed, application, secret: from };
};
