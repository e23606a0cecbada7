import { displayName, pluck } from "../object";
import { podProblems } from "./pods";
import type { Condition, Probe } from "./probe";

/** Reasons of a Failed condition that the official provider gives up on; with any other it waits on (checker/job/check.go). */
const final = ["BackoffLimitExceeded", "DeadlineExceeded"];

/** Ready once started and Complete. The messages its pods ended with are told with a failure. */
export const job: Probe = async (object, { client }) => {
  const name = JSON.stringify(displayName(object));
  const status =
    pluck<{ active?: number; succeeded?: number; failed?: number; startTime?: string; conditions?: Condition[] }>(
      object,
      "status",
    ) ?? {};
  const holds = (type: string): Condition | undefined =>
    status.conditions?.find((entry) => entry.type === type && entry.status === "True");
  const failure = holds("Failed");
  if (failure && final.includes(failure.reason ?? "")) {
    return {
      ready: false,
      failed: true,
      problems: [`[${failure.reason}] ${failure.message ?? ""}`, ...(await podProblems(object, client))],
    };
  }
  if (status.startTime && holds("Complete")) return { ready: true, problems: [] };
  const progress = `(Active: ${status.active ?? 0} | Succeeded: ${status.succeeded ?? 0} | Failed: ${status.failed ?? 0})`;
  return {
    ready: false,
    status: status.startTime ? `Waiting for Job ${name} to succeed ${progress}` : `Waiting for Job ${name} to start`,
    problems: await podProblems(object, client),
  };
};
