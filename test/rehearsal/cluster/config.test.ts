import { parse } from "yaml";
import { components } from "../../../rehearsal/cluster/components";
import { kubeconfig, machineFiles, nodeFiles, type NodeSettings } from "../../../rehearsal/cluster/config";
import { hostPath, layoutOf } from "../../../rehearsal/cluster/layout";
import { networkOf } from "../../../rehearsal/cluster/network";

const settings: NodeSettings = {
  network: networkOf(89),
  token: "s3cret-token",
  snapshotter: "overlayfs",
  cniFolder: "/usr/lib/cni",
  pauseImage: "localhost/ckf-rehearsal/pause:1",
};
const files = nodeFiles(settings, "KEY");
const fileNamed = (name: string) => files.find((file) => file.path.endsWith(`/${name}`))!;

test("secrets are in files that only their owner reads, and in no argument", () => {
  const secret = files.filter(({ text }) => text.includes(settings.token) || text.includes("KEY"));
  expect(secret.map(({ path }) => path.split("/").at(-1)).sort()).toEqual([
    "kubeconfig",
    "service-account.key",
    "tokens.csv",
  ]);
  for (const file of secret) expect(file.mode).toBe(0o600);
  expect(JSON.stringify(components(settings.network))).not.toContain(settings.token);
});

test("every file that a component is given is there or made by a component", () => {
  const given = components(settings.network).flatMap(({ args }) =>
    args.flatMap((arg) => /=(\/var\/lib\/rehearsal\/[^,]+)$/.exec(arg)?.[1] ?? []),
  );
  expect(given.length).toBeGreaterThan(8);
  for (const path of given) {
    if (!path.startsWith("/var/lib/rehearsal/certificates")) expect(files.map((file) => file.path)).toContain(path);
  }
});

test("only the API server of the same node reaches kubelet, and it works without cgroups of its own", () => {
  expect(parse(fileNamed("kubelet.yaml").text)).toMatchObject({
    cgroupsPerQOS: false,
    maxPods: 200,
    clusterDNS: ["10.89.255.2"],
    address: "127.0.0.1",
    failCgroupV1: false,
  });
});

test("kube-proxy works through nftables and touches no limit of the machine", () => {
  expect(parse(fileNamed("kube-proxy.yaml").text)).toMatchObject({
    mode: "nftables",
    conntrack: { maxPerCore: 0, min: 0 },
  });
});

test("the node's kernel settings are files of its own", () => {
  expect(machineFiles().find(({ path }) => path === "/sysctl/kernel/panic")).toEqual({
    path: "/sysctl/kernel/panic",
    text: "10\n",
  });
});

test("a kubeconfig carries the authority, so that no one has to skip the check", () => {
  const parsed = parse(kubeconfig("https://10.89.255.2:6443", "t", { data: "PEM" })) as {
    clusters: { cluster: Record<string, string> }[];
  };
  expect(parsed.clusters[0].cluster).toEqual({
    server: "https://10.89.255.2:6443",
    "certificate-authority-data": Buffer.from("PEM").toString("base64"),
  });
});

test("a volume of the node is found on the machine, a path that is the machine's is refused", () => {
  const layout = layoutOf("/w");
  expect(hostPath(layout, "/tmp/hostpath_pv/x")).toBe("/w/node/tmp/hostpath_pv/x");
  expect(() => hostPath(layout, "/etc/passwd")).toThrow(/the machine's/);
  expect(() => hostPath(layout, "/tmpfoo")).toThrow();
});
