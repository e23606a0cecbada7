import { makePlan } from "../../guide/plan";
import { tellTaken } from "../../planner/taken";
import type { CommandStep, Relation, Step, StepAction } from "../../plan/types";
import { baselineChangedStorage, baselineKatib, hop, settings } from "../support/baseline";

const step = (id: string, action: StepAction, ...dependsOn: string[]): CommandStep => ({
  type: "command",
  phase: "refresh",
  id,
  why: "",
  action,
  dependsOn,
  needs: [],
});
const ends: Relation = ["kfp-api:object-storage", "minio:object-storage"];
const removal: StepAction = { kind: "remove-relation", relation: ends };
const refresh = (application: string): StepAction => ({
  kind: "refresh",
  application,
  charm: application,
  channel: "2.0/stable",
  revision: 1,
});
const scale = (application: string, units: number): StepAction => ({ kind: "scale", application, units });

/** Step -> relations that it is told of, where it is told of any. */
const told = (steps: Step[]): Record<string, Relation[]> =>
  Object.fromEntries(
    tellTaken(steps).flatMap((one) =>
      one.type === "command" && "taken" in one.action ? [[one.id, one.action.taken as Relation[]]] : [],
    ),
  );

test("a refresh and a start are told of what is taken from their application later, and of what may be meanwhile", () => {
  expect(
    told([
      step("refresh-kfp-api", refresh("kfp-api")),
      step("up", scale("kfp-api", 1), "refresh-kfp-api"),
      step("unrelate", removal, "up"),
    ]),
  ).toEqual({ "refresh-kfp-api": [ends], up: [ends] });
  expect(told([step("refresh-kfp-api", refresh("kfp-api")), step("unrelate", removal)])).toEqual({
    "refresh-kfp-api": [ends],
  });
});

test("none is told of what was taken before it, directly or not, nor of another application's", () => {
  expect(
    told([
      step("unrelate", removal),
      step("stop", scale("kfp-api", 0), "unrelate"),
      step("refresh-kfp-api", refresh("kfp-api"), "stop"),
    ]),
  ).toEqual({});
  expect(told([step("refresh-kfp", refresh("kfp")), step("unrelate", removal, "refresh-kfp")])).toEqual({});
});

test("a step that brings an application down waits for none of it", () => {
  expect(told([step("stop", scale("kfp-api", 0)), step("unrelate", removal, "stop")])).toEqual({});
});

test("an upgrade that copies MinIO's volume tells it those that are related to it", () => {
  const { steps } = makePlan(hop, baselineChangedStorage(), settings);
  const of = (id: string): StepAction | undefined =>
    steps.find((one): one is CommandStep => one.id === id && one.type === "command")?.action;
  expect(of("refresh-kfp-api")).toHaveProperty("taken", [ends]);
  expect(of("scale-up-kfp-api")).toHaveProperty("taken", [ends]);
  expect(of("refresh-kfp-ui")).toHaveProperty("taken", [["kfp-ui:object-storage", "minio:object-storage"]]);
  expect(of("scale-down-kfp-api")).not.toHaveProperty("taken");
  expect(of("refresh-kfp-viz")).not.toHaveProperty("taken");
  expect(of("start-minio")).not.toHaveProperty("taken");
});

test("an upgrade that moves a database tells it those that lose the old server, and one that moves nothing tells none", () => {
  const told = ["refresh-katib-db-manager", "scale-up-katib-db-manager", "refresh-kfp-api", "scale-up-kfp-api"];
  const { steps } = makePlan(hop, baselineKatib(), { ...settings, databases: "mysql" });
  expect(steps.filter((one) => one.type === "command" && "taken" in one.action).map(({ id }) => id)).toEqual(told);
  expect(JSON.stringify(makePlan(hop, baselineKatib(), settings))).not.toContain('"taken"');
});
