import type * as Actions from "../../juju/actions";
import { FakeJuju } from "../support/fake-juju";

// Each test loads the modules anew and starts processes.
jest.setTimeout(60_000);

let juju: FakeJuju;
beforeEach(() => {
  juju = new FakeJuju();
  jest.resetModules();
});
afterEach(() => juju.remove());

// The client's line is asked for once per process: each test gets its own.
const ask = (): Promise<string> =>
  jest.requireActual<typeof Actions>("../../juju/actions").getPassword("kubeflow", "kfp-db-mysql/0", "serverconfig");

it.each([
  [
    "2.9.42-ubuntu-amd64",
    "run-action -m kubeflow kfp-db-mysql/0 get-password username=serverconfig --wait --format json",
    "unit-kfp-db-mysql-0",
  ],
  [
    "3.6.11-ubuntu-amd64",
    "run -m kubeflow kfp-db-mysql/0 get-password username=serverconfig --format json",
    "kfp-db-mysql/0",
  ],
])("asks a client of %s for a password in its own words", async (version, line, unit) => {
  juju.answer([
    { args: "^version$", stdout: `${version}\n` },
    {
      args: "",
      stdout: JSON.stringify({
        [unit]: { id: "2", results: { username: "serverconfig", password: "hunter2" }, status: "completed" },
      }),
    },
  ]);
  expect(await ask()).toBe("hunter2");
  expect(juju.calls().map(({ args }) => args.join(" "))).toEqual(["version", line]);
});

it("says what became of an action that gave none, not what it answered", async () => {
  juju.answer([
    { args: "^version$", stdout: "2.9.42\n" },
    {
      args: "",
      stdout: JSON.stringify({
        "unit-kfp-db-mysql-0": { results: { hint: "hunter2" }, status: "failed", message: "no such user" },
      }),
    },
  ]);
  const error = await ask().catch((one: Error) => one.message);
  expect(error).toBe(
    "action get-password of kfp-db-mysql/0 gave no password of serverconfig: it is failed, no such user. See `juju show-operation`",
  );
});

it.each([
  [
    "2.9.42",
    '{"errors":{"0":"action \\"get-password\\" not defined on unit \\"kfp-db-mysql/0\\""}}',
    "not defined on unit",
  ],
  ["3.6.11", "", "juju printed no answer"],
])("says that the charm has no such action, which juju %s ends well with", async (version, stdout, says) => {
  juju.answer([
    { args: "^version$", stdout: `${version}\n` },
    { args: "", stdout },
  ]);
  const error = await ask().catch((one: Error) => one.message);
  expect(error).toMatch(/^action get-password of kfp-db-mysql\/0 could not be begun: /);
  expect(error).toContain(says);
});
