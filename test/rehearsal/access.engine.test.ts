import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessTrial, grantAccess } from "../../rehearsal/access";
import { searchCluster } from "../../rehearsal/secrets/cluster";
import { plantedSecrets } from "../../rehearsal/secrets/planted";
import { secretsTrial } from "../../rehearsal/secrets/trial";
import { toolsTimeout } from "../support/tools";
import { type ApiServer, startApiServer } from "./plugins/apiserver";

jest.setTimeout(180_000);

const model = "kubeflow";
let server: ApiServer;
let dir: string;
beforeAll(async () => {
  server = await startApiServer();
  dir = mkdtempSync(join(tmpdir(), "ckf-access-"));
  await server.kubectl("create", "namespace", model);
}, toolsTimeout);
afterAll(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

test("the account has the rights of the manifest and no others; with one more the trial fails and names it", async () => {
  const kubeconfig = join(dir, "kubeconfig");
  await grantAccess(server.kubeconfig, model, kubeconfig);
  // A world that was kept is entered again.
  await grantAccess(server.kubeconfig, model, kubeconfig);
  expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
  expect(readFileSync(kubeconfig, "utf8")).not.toContain("token: test\n");
  expect(await accessTrial(kubeconfig, model)).toMatchObject({ ok: true });
  await server.kubectl(
    "create",
    "clusterrole",
    "more",
    "--verb=delete",
    "--resource=customresourcedefinitions.apiextensions.k8s.io",
  );
  await server.kubectl(
    "create",
    "clusterrolebinding",
    "more",
    "--clusterrole=more",
    "--serviceaccount=ckf-upgrade:ckf-upgrade",
  );
  expect(await accessTrial(kubeconfig, model)).toEqual({
    name: "least rights",
    ok: false,
    detail: "it may delete customresourcedefinitions profiles.kubeflow.org",
  });
  await server.kubectl("delete", "clusterrolebinding", "more");
  await server.kubectl("delete", "rolebinding", "ckf-upgrade", "-n", model);
  expect((await accessTrial(kubeconfig, model)).detail).toContain(`it may not create jobs in ${model}`);
});

test("a credential is found in every kind of object, and is no finding in the Secrets that are meant to hold it", async () => {
  const planted = plantedSecrets();
  const [{ value }, { value: password }] = planted;
  const search = {
    kubeconfig: server.kubeconfig,
    planted,
    processes: { processes: 1000, found: [] },
    folders: [dir],
    report: "{}",
  };
  for (let index = 0; index < 20; index++) writeFileSync(join(dir, `file-${index}`), "");
  expect((await secretsTrial(search)).detail).toBe(
    "no Secret holds a planted credential, so this search proves nothing",
  );
  await server.kubectl(
    "create",
    "secret",
    "generic",
    "minio-secret",
    "-n",
    model,
    `--from-literal=MINIO_SECRET_KEY=${value}`,
  );
  expect(await secretsTrial(search)).toMatchObject({
    ok: true,
    detail: expect.stringMatching(
      /^none of 5 planted credentials in \d+ files, .*; as meant, in Secret kubeflow\/minio-secret$/,
    ),
  });
  await server.kubectl("create", "secret", "generic", "other", "-n", model, `--from-literal=key=x${value}`);
  await server.kubectl(
    "create",
    "configmap",
    "evidence",
    "-n",
    model,
    `--from-literal=evidence.json=${Buffer.from(`xy${password}`).toString("base64")}`,
  );
  await server.kubectl("create", "job", "mover", "-n", model, "--image=mover", "--", "sh", "-c", password);
  expect((await searchCluster(server.kubeconfig, planted)).found.sort()).toEqual([
    "kfp-db root_password in ConfigMap kubeflow/evidence",
    "kfp-db root_password in Job kubeflow/mover",
    "minio secret-key in Secret kubeflow/other",
  ]);
  expect(
    await secretsTrial({
      ...search,
      processes: { processes: 1000, found: ["minio secret-key in the arguments of juju"] },
      report: password,
    }),
  ).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^minio secret-key in the arguments of juju; .*kfp-db root_password in the report$/),
  });
});
