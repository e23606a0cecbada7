import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import execa from "execa";
import { ensureToolchain, toolPath } from "../../../rehearsal/toolchain";

/** A real API server with its etcd and nothing else: what a controller or kubelet would do, a test does itself. */
export interface ApiServer {
  kubeconfig: string;
  kubectl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

export async function startApiServer(): Promise<ApiServer> {
  const toolchain = await ensureToolchain({ log: () => undefined });
  const dir = mkdtempSync(join(tmpdir(), "apiserver-"));
  const file = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  mkdirSync(join(dir, "certs"));
  const key = file(
    "sa.key",
    generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  );
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const start = (name: string, args: string[]): execa.ExecaChildProcess =>
    execa(toolPath(toolchain, name), args, { stdio: "ignore", reject: false, cleanup: true });
  const etcd = start("etcd", [
    "--data-dir",
    join(dir, "etcd"),
    "--unsafe-no-fsync",
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
  ]);
  const server = start("kube-apiserver", [
    ...[
      `--etcd-servers=http://127.0.0.1:${client}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${secure}`,
      `--cert-dir=${join(dir, "certs")}`,
    ],
    ...[
      `--token-auth-file=${file("tokens.csv", "test,admin,1,system:masters\n")}`,
      "--service-account-issuer=https://test",
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
    ],
    ...[
      "--endpoint-reconciler-type=none",
      "--disable-admission-plugins=ServiceAccount",
      "--authorization-mode=RBAC",
      "--service-cluster-ip-range=10.99.0.0/24",
    ],
  ]);
  const kubeconfig = file(
    "kubeconfig",
    JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "test" },
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      clusters: [
        { name: "test", cluster: { server: `https://127.0.0.1:${secure}`, "insecure-skip-tls-verify": true } },
      ],
      users: [{ name: "test", user: { token: "test" } }],
    }),
  );
  const kubectl = async (...args: string[]): Promise<string> =>
    (await execa(toolPath(toolchain, "kubectl"), ["--kubeconfig", kubeconfig, ...args])).stdout;
  const stop = async (): Promise<void> => {
    for (const process of [server, etcd]) process.kill("SIGTERM", { forceKillAfterTimeout: 5000 });
    await Promise.all([server, etcd]);
    rmSync(dir, { recursive: true, force: true });
  };
  for (let tries = 0; ; tries++) {
    // Objects are served before the roles are there that let an account ask for its rights.
    const up = await kubectl("get", "--raw", "/readyz").then(
      () => true,
      () => false,
    );
    if (up) return { kubeconfig, kubectl, stop };
    if (tries === 120 || server.exitCode !== null || etcd.exitCode !== null) {
      await stop();
      throw new Error("the API server did not come up");
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
