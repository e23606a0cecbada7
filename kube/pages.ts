import { KubeError, request } from "./client";

/** A list, or a part of it, as the client hands it over. */
export interface Page<T> {
  /** Null, not empty, in an empty list of names only. */
  items: T[] | null;
  /** Lists of custom objects come as the server sent them, all others with the client's names. */
  metadata?: { continue?: string; _continue?: string };
}

/** Objects of a list that are asked for at once. */
const pageSize = 500;
const attempts = 3;

/**
 * Goes through every item of a list, however long, in pages. A list whose continuation has expired (410) is read again from
 * its start: half of an old list and half of a new one would be neither.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 * @param keep what is wanted of an item; nothing else of a page stays in memory
 * @throws when a page cannot be had; what was read until then is no answer.
 */
export async function everyPage<T, K>(
  what: string,
  page: (paging: { limit: number; _continue?: string }) => Promise<Page<T>>,
  keep: (item: T) => K[],
): Promise<K[]> {
  for (let attempt = 1; ; attempt++) {
    const kept: K[] = [];
    let _continue: string | undefined;
    try {
      do {
        const token = _continue;
        const answer = await request(what, () => page({ limit: pageSize, ...(token && { _continue: token }) }));
        for (const item of answer.items ?? []) kept.push(...keep(item));
        _continue = answer.metadata?.continue ?? answer.metadata?._continue;
      } while (_continue);
      return kept;
    } catch (error) {
      if (!(error instanceof KubeError && error.code === 410) || attempt === attempts) throw error;
    }
  }
}
