import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { proxiedAnswer } from "../../kube/proxy";

const dir = mkdtempSync(join(tmpdir(), "ckf-proxy-"));
const before = process.env.KUBECONFIG;
let server: Server;
let answer: { code: number; body: string; headers?: Record<string, string> };
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(answer.code, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "x",
    contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
    clusters: [{ name: "x", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "x", user: {} }],
  };
  writeFileSync(join(dir, "kubeconfig"), JSON.stringify(config));
  process.env.KUBECONFIG = join(dir, "kubeconfig");
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
});

const ask = (): Promise<unknown> => proxiedAnswer("kubeflow", "gateway", 80, "/");

test("a Service is asked through the API server", async () => {
  answer = { code: 200, body: "<html>dashboard</html>" };
  expect(await ask()).toEqual({ code: 200 });
  expect(asked).toEqual(["/api/v1/namespaces/kubeflow/services/http:gateway:80/proxy/"]);
});

test("a redirect is an answer, and not followed", async () => {
  answer = { code: 302, body: "", headers: { location: "http://nowhere.invalid/dex/auth" } };
  expect(await ask()).toEqual({ code: 302 });
});

test("what the API server says in the Service's place is told apart from what a Service says", async () => {
  answer = {
    code: 503,
    body: JSON.stringify({ kind: "Status", message: 'no endpoints available for service "gateway"' }),
  };
  expect(await ask()).toEqual({ code: 503, refusal: 'no endpoints available for service "gateway"' });
  answer = { code: 404, body: '{"detail": "Not Found"}' };
  expect(await ask()).toEqual({ code: 404 });
});

test("a cluster that cannot be reached is an error that names the Service", async () => {
  answer = { code: 200, body: "" };
  process.env.KUBECONFIG = join(dir, "closed");
  writeFileSync(
    join(dir, "closed"),
    JSON.stringify({
      "current-context": "x",
      contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
      clusters: [{ name: "x", cluster: { server: "http://127.0.0.1:1", "insecure-skip-tls-verify": true } }],
      users: [{ name: "x", user: {} }],
    }),
  );
  await expect(ask()).rejects.toThrow("Service kubeflow/gateway through the API server: ");
});
