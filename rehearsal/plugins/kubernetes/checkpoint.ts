import { type Bag, containsSecret, isBag, isSecret, plain, secret } from "../rpc/values";

const own = { inputs: "__inputs", apiVersion: "__initialApiVersion", manager: "__fieldManager" };

/**
 * Marks in `outs` as secret what is secret in `ins`. Data of a Secret always is.
 * Objects are gone into; of anything else a secret inside makes the whole secret, as lists may be reordered.
 */
export function markSecrets(outs: Bag, ins: Bag): Bag {
  const marked: Bag = { ...outs };
  if (outs.kind === "Secret") {
    for (const key of ["data", "stringData"]) if (key in marked) marked[key] = secret(marked[key]);
    return marked;
  }
  for (const [key, value] of Object.entries(ins)) {
    if (!(key in marked)) continue;
    const out = marked[key];
    if (isBag(out) && isBag(value) && !isSecret(value)) marked[key] = markSecrets(out, value);
    else if (containsSecret(value)) marked[key] = secret(out);
  }
  return marked;
}

export interface Checkpoint {
  inputs: Bag;
  live: Bag;
  initialApiVersion?: string;
  fieldManager?: string;
}

/** A resource's state: the live object, and beside it the inputs it was made from (provider.go checkpointObject). */
export function toState({ inputs, live, initialApiVersion, fieldManager }: Checkpoint, marks: Bag): Bag {
  return {
    ...markSecrets(live, marks),
    [own.inputs]: markSecrets(inputs, marks),
    [own.apiVersion]: initialApiVersion,
    [own.manager]: fieldManager,
  };
}

export function fromState(state: Bag): Checkpoint {
  const {
    [own.inputs]: inputs,
    [own.apiVersion]: initialApiVersion,
    [own.manager]: fieldManager,
    ...live
  } = plain<Bag>(state);
  return {
    inputs: (inputs as Bag | undefined) ?? {},
    live,
    initialApiVersion: initialApiVersion as string | undefined,
    fieldManager: fieldManager as string | undefined,
  };
}
