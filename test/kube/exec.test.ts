import type { PassThrough, Writable } from "node:stream";
import { execIn } from "../../kube/exec";

const mockExec = jest.fn<
  Promise<{ on(event: string, then: () => void): void }>,
  [string, string, string, string[], Writable, Writable, PassThrough | null, boolean, (status: object) => void]
>();
jest.mock("@kubernetes/client-node", () => ({
  ...jest.requireActual<object>("@kubernetes/client-node"),
  KubeConfig: class {
    loadFromDefault(): void {}
  },
  Exec: class {
    exec = mockExec;
  },
}));

const open = Promise.resolve({ on: () => undefined });

test("input is handed over and has no end as long as the command runs: a cluster before 1.30 would close the connection", async () => {
  let ended = false;
  mockExec.mockImplementation((_namespace, _pod, _container, _command, stdout, _stderr, stdin, _tty, done) => {
    stdin!.on("end", () => (ended = true));
    stdin!.on("data", (text: Buffer) => {
      setTimeout(() => {
        stdout.write(ended ? "cut off" : `got ${text.toString()}`);
        done({ status: "Success" });
      }, 50);
    });
    return open;
  });
  expect(await execIn("kubeflow", "a-0", "mysql", ["sh"], "one\ntwo\n")).toBe("got one\ntwo\n");
});

test("a command without input has none, and one that fails says why", async () => {
  mockExec.mockImplementation((_namespace, _pod, _container, _command, _stdout, stderr, stdin, _tty, done) => {
    stderr.write("no such table\n");
    done({ status: stdin === null ? "Failure" : "Success" });
    return open;
  });
  await expect(execIn("kubeflow", "a-0", "mysql", ["sh"])).rejects.toThrow(
    "a command in Pod kubeflow/a-0 failed: no such table",
  );
});

test("an error tells neither a secret of its input nor what the database quotes of a row", async () => {
  mockExec.mockImplementation((_namespace, _pod, _container, _command, _stdout, stderr, _stdin, _tty, done) => {
    stderr.write(
      "sh: 3: hun\"ter2: not found\nERROR 1062 (23000) at line 34: Duplicate entry 'alice@example.com' for key 'users.email'\nthe dump ended with 2\n",
    );
    done({ status: "Failure" });
    return open;
  });
  await expect(execIn("kubeflow", "a-0", "mysql", ["sh"], 'hun"ter2\n', ['hun"ter2', ""])).rejects.toThrow(
    new Error(
      "a command in Pod kubeflow/a-0 failed: sh: 3: ***: not found\nERROR 1062 (23000) at line 34: Duplicate entry ...\nthe dump ended with 2",
    ),
  );
});
