import { ApiException } from "@kubernetes/client-node";
import { KubeError, cluster, find, request } from "../../kube/client";

jest.mock("@kubernetes/client-node", () => ({
  KubeConfig: class {
    loadFromDefault(): void {
      throw new Error("bad indentation of a mapping entry (2:3)\n\n 2 |   token: hunter2\n-------^");
    }
  },
  ApiException: class extends Error {
    constructor(
      readonly code: number,
      message: string,
      readonly body: unknown,
    ) {
      super(message);
    }
  },
}));

const reason = { message: "because" };
const answer = (code: number, ...body: unknown[]): ApiException<unknown> =>
  new ApiException(code, "HTTP", body.length > 0 ? body[0] : reason, {});

test("what is not there is undefined", async () => {
  expect(await find("claim a", () => Promise.reject(answer(404)))).toBeUndefined();
});

test.each([401, 403, 409, 422])("a refusal with %d is told with what was asked for, at once", async (code) => {
  const send = jest.fn().mockRejectedValue(answer(code));
  const error = await find("claim a", send).catch((found: unknown) => found);
  expect(error).toBeInstanceOf(KubeError);
  expect(error).toMatchObject({ code, message: `claim a: the cluster answered ${code}, because` });
  expect(send).toHaveBeenCalledTimes(1);
});

test("a request refuses what is not there", async () => {
  await expect(request("pods", () => Promise.reject(answer(404)))).rejects.toThrow(
    "pods: the cluster answered 404, because",
  );
});

test.each([
  ["text", '{"message":"as text"}', "as text"],
  ["no JSON", "<html>", "without a message"],
  ["nothing", undefined, "without a message"],
])("the server's message is found in a body of %s", async (_name, body, message) => {
  await expect(request("pods", () => Promise.reject(answer(403, body)))).rejects.toThrow(
    `pods: the cluster answered 403, ${message}`,
  );
});

test.each([429, 503])(
  "a passing %d is tried again",
  async (code) => {
    const send = jest.fn().mockRejectedValueOnce(answer(code)).mockResolvedValue("pods");
    expect(await request("pods", send)).toBe("pods");
    expect(send).toHaveBeenCalledTimes(2);
  },
  60_000,
);

test("where no cluster is named, that is told at once, and no line of the file with it", async () => {
  const send = jest.fn(() => Promise.resolve(cluster().core));
  const error = await find("claim a", send).catch((found: unknown) => found);
  expect(error).toBeInstanceOf(KubeError);
  expect(error).toMatchObject({
    code: undefined,
    message:
      "claim a: no cluster is named (bad indentation of a mapping entry (2:3)); check KUBECONFIG and its current context",
  });
  expect(send).toHaveBeenCalledTimes(1);
});

test("a connection that stays silent is given up, and told as one that cannot be reached", async () => {
  const send = jest.fn(() => new Promise<never>(() => undefined));
  await expect(request("pods", send, { seconds: 0.01, retries: 1 })).rejects.toThrow(
    "pods: the cluster cannot be reached (no answer in 0.01 s)",
  );
  expect(send).toHaveBeenCalledTimes(2);
});
