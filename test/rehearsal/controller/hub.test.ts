import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import execa from "execa";
import { hasEnded, isAlive, type ProcessId } from "../../../rehearsal/cluster/processes";
import { startHub, stopHub } from "../../../rehearsal/controller/hub";

jest.setTimeout(60_000);

const images = { minio: "localhost/minio:1", mariadb: "localhost/mariadb:1" };
/** One that no other test listens at. */
const address = "127.94.17.3";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "ckf-hub-"))));
afterEach(async () => {
  await stopHub(dir);
  rmSync(dir, { recursive: true });
});

const processOf = (): ProcessId => JSON.parse(readFileSync(join(dir, "charmhub.json"), "utf8")) as ProcessId;

/** Starts one in a process that then ends without stopping it. */
async function startedElsewhere(then: string): Promise<void> {
  const program = `require("./rehearsal/controller/hub").startHub(${JSON.stringify(dir)}, ${JSON.stringify({ address, images })}).then((hub) => { ${then} })`;
  await execa(process.execPath, ["--import", "tsx", "-e", program], { cwd: resolve(__dirname, "../../..") });
}

test("it answers for the charms that a bundle names, and ends when it is stopped", async () => {
  const hub = await startHub(dir, { address, images });
  const answer = await fetch(`${hub.url}/v2/charms/info/minio`);
  expect(await answer.json()).toMatchObject({ name: "minio" });
  const id = processOf();
  await hub.stop();
  expect(isAlive(id)).toBe(false);
  expect(await stopHub(dir)).toBe(false);
});

test("it ends with the process that started it, whatever ends that", async () => {
  await startedElsewhere("process.kill(process.pid, 'SIGKILL')").catch(() => undefined);
  expect(await hasEnded(processOf(), 20_000)).toBe(true);
});

test("kept, it outlives that process, which nothing keeps from ending, and is ended by its folder", async () => {
  await startedElsewhere("hub.keep()");
  const id = processOf();
  expect(await hasEnded(id, 1_000)).toBe(false);
  expect(await stopHub(dir)).toBe(true);
  expect(isAlive(id)).toBe(false);
});
