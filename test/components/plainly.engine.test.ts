import { join, resolve } from "node:path";
import { type Project, makeProject } from "../rehearsal/plugins/engine";

// The real engine and its language host, which tell of what a program throws.
jest.setTimeout(120_000);

const plainly = JSON.stringify(join(resolve(__dirname, "..", ".."), "components", "plainly"));

let project: Project;
beforeAll(async () => {
  project = await makeProject();
});
afterAll(() => project.remove());

/** What a preview of a program tells that ends so. */
async function told(ending: string): Promise<{ exitCode: number; output: string }> {
  project.program(`
import { output } from "@pulumi/pulumi";
import { plainly } from ${plainly};
const later = (): Promise<void> => new Promise((done) => setTimeout(done, 10));
export = (): Promise<object> => plainly(async () => {
  await later();
  ${ending}
});
`);
  return project.pulumi(["preview"]);
}

test("what the program refuses is told in its own words alone, and ends the run", async () => {
  const { exitCode, output } = await told(
    'throw new Error("Somebody else works on the model. Wait until they are done");',
  );
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/error: Somebody else works on the model\. Wait until they are done\n/);
  expect(output).not.toMatch(/unhandled exception|node_modules|\.ts:\d/);
});

test("what is refused later, by an output, ends the run as well", async () => {
  const { exitCode, output } = await told(
    'return { digest: output(later()).apply(() => { throw new Error("no evidence was left"); }) };',
  );
  expect(exitCode).not.toBe(0);
  expect(output).toContain("no evidence was left");
});

test("a fault of the program itself is told with the place where it is", async () => {
  const { exitCode, output } = await told("return (undefined as unknown as () => object)();");
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(/TypeError: .*is not a function[^]*at .*index\.ts:\d+/);
});
