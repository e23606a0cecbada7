import "../support/fake-model";
import { type World } from "../support/fake-model";
import { storeEndpoint } from "../../guide/storage/endpoint";
import { baseline16 } from "../support/baseline";
import { type Row, preview, statusJson, stockRows, worldOf } from "../support/public-report";

const renamed = (from: string, to: string): Row[] =>
  stockRows().map((row) => (row.app === from ? { ...row, app: to } : row));

test.each<[string, () => Row[], RegExp]>([
  [
    "a charm from a file",
    () => stockRows().map((row) => (row.app === "kfp-ui" ? { ...row, channel: "", local: true } : row)),
    /application "kfp-ui" runs charm "kfp-ui" from a file[^]*--switch ch:kfp-ui --channel 2\.0\/stable/,
  ],
  [
    "a gateway under another name",
    () => renamed("istio-ingressgateway", "my-gateway"),
    /application "my-gateway" runs charm "istio-gateway"[^]*waits for ever while the workload of any gateway/,
  ],
  [
    "a second gateway",
    () => [...stockRows(), { app: "second-gateway", charm: "istio-gateway", channel: "1.11/stable", rev: 114 }],
    /application "second-gateway" runs charm "istio-gateway"[^]*waits for ever while the workload of any gateway/,
  ],
  [
    "the dashboard under another name",
    () => renamed("kubeflow-dashboard", "dashboard"),
    /application "dashboard" runs charm "kubeflow-dashboard", which release 1\.6 has under the name kubeflow-dashboard/,
  ],
])("%s is refused for what it is", async (_what, rows, refused) => {
  worldOf(statusJson(rows()));
  expect((await preview()).refused).toMatch(refused);
});

test("a second MinIO is its owner's own affair", async () => {
  worldOf(statusJson([...stockRows(), { app: "mlflow-minio", charm: "minio", channel: "ckf-1.6/stable", rev: 99 }]));
  expect((await preview()).plan?.notes).toContainEqual(expect.stringMatching(/^mlflow-minio \(minio\) belongs to no/));
});

test.each<[string, World["config"][string]["settings"], RegExp]>([
  [
    "in gateway mode",
    { mode: { value: "gateway", source: "user" }, "gateway-storage-service": { value: "azure", source: "user" } },
    /runs in gateway mode before azure/,
  ],
  [
    "with TLS",
    { "ssl-cert": { value: "-", source: "user" }, "ssl-key": { value: "-", source: "user" } },
    /serves by TLS/,
  ],
])("a MinIO %s is refused for what it is", async (_what, settings, refused) => {
  worldOf(statusJson(stockRows())).config.minio = { settings, trust: false };
  expect((await preview()).refused).toMatch(refused);
});

test("a MinIO on another port is asked there", () => {
  const baseline = baseline16();
  expect(storeEndpoint("minio", baseline)).toBe("http://minio.kubeflow.svc:9000");
  baseline.applications.minio.config = { port: 9900 };
  expect(storeEndpoint("minio", baseline)).toBe("http://minio.kubeflow.svc:9900");
});

test.each(["candidate", "edge"])("a model on risk %s is of its tracks' release", async (risk) => {
  const rows = stockRows().map((row) =>
    row.channel.startsWith("latest") ? row : { ...row, channel: row.channel.replace("stable", risk) },
  );
  worldOf(statusJson(rows));
  expect((await preview()).baseline.release).toBe("1.6");
});

test("a model on the track latest is told that this is no release", async () => {
  worldOf(statusJson(stockRows().map((row) => ({ ...row, channel: "latest/edge" }))));
  await expect(preview()).rejects.toThrow(/31 are on the track latest, which tells no release/);
});
