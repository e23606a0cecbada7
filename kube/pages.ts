import { KubeError, request } from "./client";

interface Page<T> {
  items: T[];
  /** Lists of custom objects come as the server sent them, all others with the client's names. */
  metadata?: { continue?: string; _continue?: string };
}

const pageSize = 250;
const attempts = 3;

/**
 * Every item of a list, however long, in pages. A list whose continuation has expired (410) is read again from its start:
 * half of an old list and half of a new one would be neither.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 * @throws when a page cannot be had; what was read until then is no answer.
 */
export async function everyPage<T>(what: string, page: (paging: { limit: number; _continue?: string }) => Promise<Page<T>>): Promise<T[]> {
  for (let attempt = 1; ; attempt++) {
    const items: T[] = [];
    let _continue: string | undefined;
    try {
      do {
        const token = _continue;
        const answer = await request(what, () => page({ limit: pageSize, ...(token && { _continue: token }) }));
        items.push(...answer.items);
        _continue = answer.metadata?.continue ?? answer.metadata?._continue;
      } while (_continue);
      return items;
    } catch (error) {
      if (!(error instanceof KubeError && error.code === 410) || attempt === attempts) throw error;
    }
  }
}
