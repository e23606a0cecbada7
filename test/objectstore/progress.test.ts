import { progressOf } from "../../objectstore/progress";

const line = (more: object = {}): string =>
  `PROGRESS ${JSON.stringify({ phase: "copy, pass 1", bytes: 430_200_000, totalBytes: 1_024_000_000, objects: 8123, totalObjects: 20_000, rate: 51_000_000, ...more })}`;

test("phase, percent, bytes, objects, rate and time left stand in one line", () => {
  expect(progressOf(line())).toBe(
    "copy, pass 1: 42 %, 430.2 MB of 1.0 GB, 8123 of 20000 objects, 51.0 MB/s, 12 s left",
  );
});

test("the last line that is understood counts, whatever stands around it", () => {
  const log = [
    line(),
    line({ phase: "check", bytes: 512_000_000 }),
    "2026/11/26 11:00:00 NOTICE: something",
    'PROGRESS {"phase":"check","by',
  ].join("\n");
  expect(progressOf(log)).toMatch(/^check: 50 %/);
});

test.each([
  ["an empty log", ""],
  ["a log without progress", "copied; 3 files\nDIFFERS changed: PROGRESS {}"],
  ["a line that was cut off", line().slice(0, 40)],
  ["a line of another shape", line({ rate: -1 })],
  ["a line with more in it", line({ note: "text of somebody else" })],
])("%s says nothing", (_what, log) => {
  expect(progressOf(log)).toBeUndefined();
});

test.each([
  [{ objects: undefined, totalObjects: undefined }, "copy, pass 1: 42 %, 430.2 MB of 1.0 GB, 51.0 MB/s, 12 s left"],
  [{ rate: 0 }, "copy, pass 1: 42 %, 430.2 MB of 1.0 GB, 8123 of 20000 objects, 0 B/s"],
  [{ rate: 51_000 }, "copy, pass 1: 42 %, 430.2 MB of 1.0 GB, 8123 of 20000 objects, 51.0 kB/s, 3 h 15 min left"],
  [{ rate: 1_000_000 }, "copy, pass 1: 42 %, 430.2 MB of 1.0 GB, 8123 of 20000 objects, 1.0 MB/s, 10 min left"],
  [{ bytes: 2_000_000_000 }, "copy, pass 1: 100 %, 2.0 GB of 1.0 GB, 8123 of 20000 objects, 51.0 MB/s"],
  [{ bytes: 0, totalBytes: 0 }, "copy, pass 1: 40 %, 0 B of 0 B, 8123 of 20000 objects, 51.0 MB/s"],
  [
    { bytes: 0, totalBytes: 0, objects: 0, totalObjects: 0, rate: 0 },
    "copy, pass 1: 100 %, 0 B of 0 B, 0 of 0 objects, 0 B/s",
  ],
])("%j is told as it is", (more, told) => {
  expect(progressOf(line(more))).toBe(told);
});
