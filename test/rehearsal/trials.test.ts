import type { StepRecord } from "../../rehearsal/events";
import { downtimeTrial } from "../../rehearsal/trials";

const step = (id: string, seconds: number): StepRecord => ({
  id,
  kind: "scale",
  startedAt: "",
  seconds,
  status: "done",
});

test("a downtime seen from outside must not be shorter than the program's own, but for its edges and the time between two questions", () => {
  expect(downtimeTrial(30, 20, [])).toMatchObject({ ok: true });
  expect(downtimeTrial(19.8, 20, [])).toMatchObject({ ok: true });
  expect(downtimeTrial(19, 20, [step("deploy-minio", 9)])).toMatchObject({ ok: false });
  const edges = [step("remove-minio", 4), step("deploy-minio", 10), step("start-minio", 5)];
  expect(downtimeTrial(11, 20, edges)).toMatchObject({ ok: true });
  expect(downtimeTrial(10, 20, edges)).toMatchObject({ ok: false });
});
