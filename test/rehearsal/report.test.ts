import { type Report, summary } from "../../rehearsal/report";

const report: Report = {
  scenario: "changed-storage",
  from: "1.6",
  to: "1.7",
  backup: "made and proven by this program",
  storage: { path: "copy", reason: "because" },
  steps: [
    { id: "refresh-a", kind: "refresh", startedAt: "", seconds: 1.5, status: "done" },
    { id: "refresh-b", kind: "refresh", startedAt: "", seconds: 12.25, status: "done" },
    { id: "verify", kind: "verify", startedAt: "", seconds: 3, status: "done" },
  ],
  objects: { before: 2000, after: 2000, bytes: 1234567, mismatched: [] },
  databases: { tables: 12, before: 7400, after: 7400 },
  measuredDowntimeSeconds: { minio: 21.4 },
  downtimeSeconds: 9.5,
  profiles: { before: ["admin", "alice"], after: ["admin", "alice"] },
  checks: [
    { invariant: "a", name: "profiles", outcome: "ok", detail: "2 with their namespaces" },
    { invariant: "f", name: "databases", outcome: "not checked", detail: "no row counts" },
  ],
  losses: [],
  plugins: { command: "stand-in" },
  trials: [{ name: "up again", ok: true, detail: "no changes" }],
  ok: true,
};

test("a good end is said in aligned lines", () => {
  const text = summary(report);
  expect(text).toContain("refresh      │     2 │  12.3 s");
  expect(text).toContain("backup      made and proven by this program");
  expect(text).toContain("objects     2000 before, 2000 after, 1.2 MB, 0 differ");
  expect(text).toContain(
    "verify      ok           (a) profiles   2 with their namespaces\nverify      not checked  (f) databases  no row counts",
  );
  expect(text).toContain("passed      up again: no changes");
  expect(text).toContain("verified    nothing was lost");
  expect(text).not.toMatch(/NOT VERIFIED|DIFFERS|LOST|FAILED/);
});

test("an upgrade that was not verified has no checks to show", () => {
  expect(summary({ ...report, checks: [] })).not.toMatch(/^verify /m);
});

test("a bad end names what differs and what was lost, and never says verified", () => {
  const text = summary({
    ...report,
    ok: false,
    objects: { ...report.objects, mismatched: ["mlpipeline/a b.txt"] },
    losses: ["profile alice is gone"],
  });
  expect(text).toContain("DIFFERS     mlpipeline/a b.txt");
  expect(text).toContain("LOST        profile alice is gone");
  expect(text).toContain("NOT VERIFIED");
  expect(text).not.toContain("nothing was lost");
});
