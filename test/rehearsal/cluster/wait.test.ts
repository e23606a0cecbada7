import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Component, tailOf } from "../../../rehearsal/cluster/component";
import { until } from "../../../rehearsal/cluster/wait";

const component = (name: string, pid: number | undefined): Component => ({
  name,
  pid,
  stop: () => Promise.resolve(),
  kill: () => Promise.resolve(),
  start: () => Promise.resolve(),
  tail: () => `last words of ${name}`,
});

test("what comes late comes", async () => {
  let attempts = 0;
  const attempt = () => Promise.resolve(++attempts === 2 ? "there" : undefined);
  expect(await until({ what: "it", timeoutSeconds: 5, blame: component("a", 1), alive: [], attempt })).toBe("there");
});

test("what does not come is named with the last answer and the log of who is to blame", async () => {
  const waiting = until({
    what: "a ready node",
    timeoutSeconds: 0.3,
    blame: component("kubelet", 1),
    alive: [],
    attempt: () => Promise.reject(new Error("refused")),
  });
  await expect(waiting).rejects.toThrow(
    /a ready node did not come within 0\.3 s, last answer: refused; the log of kubelet ends with:\nlast words of kubelet/,
  );
});

test("a component that ends meanwhile is named at once", async () => {
  const waiting = until({
    what: "a ready node",
    timeoutSeconds: 60,
    blame: component("kubelet", 1),
    alive: [component("etcd", undefined)],
    attempt: () => Promise.resolve(undefined),
  });
  await expect(waiting).rejects.toThrow(/etcd ended while waiting for a ready node; .*\nlast words of etcd/);
});

test("the tail of a log is its last lines, also where there is no log", () => {
  const dir = mkdtempSync(join(tmpdir(), "tail-"));
  const file = join(dir, "x.log");
  expect(tailOf(file)).toMatch(/no log at/);
  writeFileSync(file, "1\n2\n3\n");
  expect(tailOf(file, 2)).toBe("2\n3");
  rmSync(dir, { recursive: true });
});
