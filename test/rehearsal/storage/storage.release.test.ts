import { copyTests, deploySource } from "./copy";
import { Lab } from "./lab";
import { rebindTests } from "./rebind";

// Real Jobs, claims and volumes on one cluster, with faults made on purpose. CKF_SEED repeats a run's random moments.
const seed = Number(process.env.CKF_SEED ?? Date.now() % 1_000_000);
const MINUTE = 60_000;
jest.setTimeout(15 * MINUTE);

let lab: Lab;
beforeAll(async () => {
  process.stderr.write(`storage: CKF_SEED=${seed}\n`);
  lab = await Lab.start();
  await deploySource(lab);
}, 60 * MINUTE);
afterAll(() => lab?.stop());

describe("a copy", () => copyTests(() => lab, seed));
describe("an adoption", () => rebindTests(() => lab));
