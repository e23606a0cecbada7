import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { parse, stringify } from "yaml";
import { makeClient } from "../../../rehearsal/controller/client";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "ckf-client-"))));
afterEach(() => rmSync(dir, { recursive: true }));

const authority = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";

function make(): ReturnType<typeof makeClient> {
  const kubeconfig = join(dir, "kubeconfig");
  writeFileSync(
    kubeconfig,
    stringify({
      clusters: [
        {
          name: "c",
          cluster: {
            server: "https://10.64.255.2:6443",
            "certificate-authority-data": Buffer.from(authority).toString("base64"),
          },
        },
      ],
      users: [{ name: "u", user: { token: "secret-token" } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    }),
  );
  const executable = join(dir, "juju-2.9");
  writeFileSync(executable, "#!/bin/sh\necho called\n", { mode: 0o755 });
  return makeClient({ dir: join(dir, "juju"), executable, kubeconfig, storageClass: "hostpath" });
}

test("the command is found as juju, and the cluster is a cloud with its certificate and storage", async () => {
  const { binDir, jujuData } = make();
  expect((await execa("juju", [], { env: { PATH: `${binDir}:${process.env.PATH}` } })).stdout).toBe("called");
  expect(parse(readFileSync(join(jujuData, "clouds.yaml"), "utf8"))).toMatchObject({
    clouds: {
      rehearsal: {
        type: "kubernetes",
        endpoint: "https://10.64.255.2:6443",
        "ca-certificates": [authority],
        config: { "operator-storage": "hostpath", "workload-storage": "hostpath" },
      },
    },
  });
});

test("the token is in the client's own file, which nobody else may read, and nowhere else", () => {
  const { jujuData } = make();
  const file = join(jujuData, "credentials.yaml");
  expect(parse(readFileSync(file, "utf8"))).toEqual({
    credentials: { rehearsal: { admin: { "auth-type": "oauth2", Token: "secret-token" } } },
  });
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(readFileSync(join(jujuData, "clouds.yaml"), "utf8")).not.toContain("secret-token");
});

test("what an earlier client knew of its controllers is gone", () => {
  const { jujuData } = make();
  writeFileSync(join(jujuData, "controllers.yaml"), "controllers: {}\n");
  make();
  expect(existsSync(join(jujuData, "controllers.yaml"))).toBe(false);
});
