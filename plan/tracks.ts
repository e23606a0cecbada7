/** Numbers of a channel's track: [1, 13] of "1.13/edge", [1, 7] of "ckf-1.7/stable"; none of "latest/edge". A suffix as in "2.0-alpha.7" does not count. */
function numbers(channel: string): number[] | undefined {
  const [, version] = /^(?:[a-z]+-)?(\d+(?:\.\d+)*)(?:-[^/]*)?\//.exec(channel) ?? [];
  return version?.split(".").map(Number);
}

/** Above 0 where the track of `a` is later than that of `b`, below 0 where it is earlier; undefined where a track has no numbers. */
export function compareTracks(a: string, b: string): number | undefined {
  const [one, other] = [numbers(a), numbers(b)];
  if (!one || !other) return undefined;
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Rungs of a ladder above the track of a live channel, whatever its risk. The top is one in any case: it is where the climb ends. */
export function rungsAbove(live: string, rungs: string[]): string[] {
  return rungs.filter((rung, index) => index === rungs.length - 1 || compareTracks(rung, live)! > 0);
}
