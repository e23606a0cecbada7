import { follow } from "../../components/progress";

const line = (bytes: number): string => `PROGRESS {"phase":"copy","bytes":${bytes},"totalBytes":100,"rate":10}\n`;
const text = (bytes: number): string => `copy: ${bytes} %, ${bytes} B of 100 B, 10 B/s, ${(100 - bytes) / 10} s left`;

/** Follows what the looks give one after the other, to the end of the list. */
async function told(looks: (() => Promise<string | undefined>)[]): Promise<{ lines: string[]; waits: number }> {
  const left = [...looks];
  const lines: string[] = [];
  let waits = 0;
  await follow(
    () => left.shift()!(),
    (one) => void lines.push(one),
    () => left.length === 0,
    async () => void waits++,
  );
  return { lines, waits };
}

test("tells each thing once, and waits before each look, the first one too", async () => {
  const at = (bytes: number) => async () => line(bytes);
  expect(await told([at(10), at(10), at(20), at(30)])).toEqual({ lines: [text(10), text(20)], waits: 5 });
});

test("goes on where nothing runs, where a log says nothing and where the cluster does not answer", async () => {
  const looks = [
    async () => undefined,
    async () => "starting\n",
    () => Promise.reject(new Error("no answer")),
    async () => line(40),
    async () => "",
  ];
  expect((await told(looks)).lines).toEqual([text(40)]);
});

test("says nothing of a Job that ended during the look, or before the first one", async () => {
  expect((await told([async () => line(50)])).lines).toEqual([]);
  expect(await told([])).toEqual({ lines: [], waits: 1 });
});
