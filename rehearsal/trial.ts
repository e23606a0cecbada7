/** One thing tried beside the upgrade itself. */
export interface Trial {
  name: string;
  ok: boolean;
  detail: string;
}

export function trial(name: string, ok: boolean, good: string, bad: string): Trial {
  return { name, ok, detail: ok ? good : bad };
}
