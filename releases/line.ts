import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Leg, Window } from "../plan/path";
import type { Levels } from "../plan/release";
import { type Hop, hops, loadHop, withheldHops } from "./load";

const minors = z.strictObject({ from: z.string(), to: z.string() });
const schema = z.strictObject({
  recut: z.record(z.string(), z.record(z.string(), z.array(z.string()).min(1))),
  windows: z.record(z.string(), z.strictObject({ juju: minors, kubernetes: minors })),
});
const bundle = z.object({ applications: z.record(z.string(), z.object({ channel: z.string() })) });

const read = (file: string): unknown => parse(readFileSync(join(__dirname, file), "utf8"));

/** Releases that the program knows, oldest first: those whose bundle is here. */
export const releases = readdirSync(__dirname)
  .flatMap((file) => /^(\d+\.\d+)\.yaml$/.exec(file)?.[1] ?? [])
  .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));

/** Releases that the setting `to` may name. */
export const targets = releases.slice(1);

const known = schema.parse(read("path.yaml"));

/** Tracks of each application in each release, in every cut of it. */
export const levels: Levels = Object.fromEntries(
  releases.map((release) => [
    release,
    Object.fromEntries(
      Object.entries(bundle.parse(read(`${release}.yaml`)).applications).map(([name, { channel }]) => [
        name,
        [channel.split("/")[0], ...(known.recut[release]?.[name] ?? [])],
      ]),
    ),
  ]),
);

const offered = (from: string, to: string): boolean => hops.some((hop) => hop.from === from && hop.to === to);

function windowOf(from: string, to: string): Window {
  const own = known.windows[`${from}-${to}`];
  if (own) return own;
  const { juju, kubernetes } = loadHop(to).hazards.versions;
  return { juju, kubernetes };
}

/** The hops from one release to a later one. */
export function legs(from: string, to: string): Leg[] {
  const [first, last] = [releases.indexOf(from), releases.indexOf(to)];
  return releases
    .slice(first, last)
    .map((release, index) => ({ from: release, to: releases[first + index + 1] }))
    .map((leg) => ({ ...leg, offered: offered(leg.from, leg.to), ...windowOf(leg.from, leg.to) }));
}

/** @throws naming what is missing of the hop, and the hops that are made */
function made(from: string | undefined, to: string | undefined): Hop {
  if (from !== undefined && to !== undefined && offered(from, to)) return loadHop(to);
  const missing = withheldHops.find((hop) => hop.from === from && hop.to === to)?.missing ?? [];
  throw new Error(
    `the hop from ${from ?? "an earlier release"} to ${to ?? "a later release"} is not made by this version of the program${missing.length > 0 ? ` (missing: ${missing.join("; ")})` : ""}; it makes ${hops.map((hop) => `${hop.from} to ${hop.to}`).join(", ")}. Nothing was changed; take that hop by its published guide, or by a later version`,
  );
}

/** The hop that begins at a release. @throws where this version does not make it */
export const hopFrom = (release: string): Hop => made(release, releases[releases.indexOf(release) + 1]);

/** The hop that ends at a release. @throws where this version does not make it */
export const hopTo = (release: string): Hop => made(releases[releases.indexOf(release) - 1], release);
