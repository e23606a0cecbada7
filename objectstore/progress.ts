import { z } from "zod";

/** What a line of a mover's log starts with when the rest of it tells how far it is, as JSON. */
const progressPrefix = "PROGRESS ";

const count = z.number().int().nonnegative();

const schema = z.strictObject({
  /** What is being done, e.g. "copy, pass 1". */
  phase: z.string().min(1).max(60),
  bytes: count,
  totalBytes: count,
  objects: count.optional(),
  totalObjects: count.optional(),
  /** Bytes a second. */
  rate: count,
});

/** How far a mover is: files of a volume and objects of a store are both called objects. */
type Progress = z.infer<typeof schema>;

function parseLine(line: string): Progress | undefined {
  try {
    return schema.safeParse(JSON.parse(line.slice(progressPrefix.length))).data;
  } catch {
    return undefined;
  }
}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function render({ phase, bytes, totalBytes, objects, totalObjects, rate }: Progress): string {
  const [done, all] = totalBytes > 0 ? [bytes, totalBytes] : [objects ?? 0, totalObjects ?? 0];
  const facts = [
    `${all > 0 ? Math.min(100, Math.floor((100 * done) / all)) : 100} %`,
    `${size(bytes)} of ${size(totalBytes)}`,
    ...(totalObjects === undefined ? [] : [`${objects} of ${totalObjects} objects`]),
    `${size(rate)}/s`,
    ...(rate > 0 && totalBytes > bytes ? [`${duration((totalBytes - bytes) / rate)} left`] : []),
  ];
  return `${phase}: ${facts.join(", ")}`;
}

/**
 * The last thing that the log of a mover, or the end of one, says of its progress, for people: "copy, pass 1: 42 %, 430.2 MB of
 * 1.0 GB, 8123 of 20000 objects, 51.0 MB/s, 12 s left". Undefined where it says nothing; what is cut off or not understood is nothing.
 */
export function progressOf(log: string): string | undefined {
  for (const line of log.split("\n").reverse()) {
    const progress = line.startsWith(progressPrefix) ? parseLine(line) : undefined;
    if (progress) return render(progress);
  }
  return undefined;
}
