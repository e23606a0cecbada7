import { join } from "node:path";
import { buildFolder, cacheRoot } from "../../../rehearsal/toolchain/cache";
import { decide } from "../../../rehearsal/toolchain/decide";
import { render } from "../../../rehearsal/toolchain/doctor";
import { PrerequisitesMissing } from "../../../rehearsal/toolchain/prerequisites";
import { TOOLS } from "../../../rehearsal/toolchain/tools";

const tool = (name: string) => TOOLS.find((entry) => entry.name === name)!;
const never = () => false;
const always = () => true;

describe("what is done about a tool", () => {
  test("one on PATH that will do is used, also when a build is there", () => {
    expect(decide(tool("rclone"), { path: "/usr/bin/rclone", version: "1.70.0" }, "/cache", always)).toEqual({ action: "use", origin: "path", path: "/usr/bin/rclone", version: "1.70.0", why: "" });
  });

  test("one that will not do gives way to the build, and the reason is told", () => {
    const found = { path: "/usr/bin/rclone", version: "1.60.1", refused: "version 1.60.1 is outside >=1.66.0 <2" };
    const path = join(buildFolder("rclone", "/cache"), "rclone");
    const why = "/usr/bin/rclone version 1.60.1 is outside >=1.66.0 <2";
    expect(decide(tool("rclone"), found, "/cache", never)).toEqual({ action: "build", path, version: tool("rclone").version, why });
    expect(decide(tool("rclone"), found, "/cache", always)).toEqual({ action: "use", origin: "built", path, version: tool("rclone").version, why });
  });

  test("a Debian package that is missing is installed, one that is there is used", () => {
    expect(decide(tool("runc"), undefined, "/cache", always)).toEqual({ action: "install", package: "runc", why: "" });
    expect(decide(tool("runc"), { path: "/usr/sbin/runc", version: "1.1.5" }, "/cache", never)).toMatchObject({ action: "use", origin: "package" });
  });

  test("tools of one module come from one build", () => {
    const paths = ["etcd", "kubelet"].map((name) => decide(tool(name), undefined, "/cache", never)).map((decision) => (decision.action === "build" ? decision.path : ""));
    expect(paths).toEqual([join(buildFolder("kubernetes", "/cache"), "etcd"), join(buildFolder("kubernetes", "/cache"), "kubelet")]);
  });
});

test("the cache is where CKF_CACHE says, else under the user's cache folder", () => {
  expect(cacheRoot({ CKF_CACHE: "/x", XDG_CACHE_HOME: "/y" })).toBe("/x");
  expect(cacheRoot({ XDG_CACHE_HOME: "/y" })).toBe("/y/charmed-kubeflow-upgrade");
  expect(cacheRoot({ CKF_CACHE: "", XDG_CACHE_HOME: "" })).toMatch(/\.cache\/charmed-kubeflow-upgrade$/);
});

test("the name of a build says the version and differs between modules", () => {
  expect(buildFolder("minio", "/cache")).toMatch(/^\/cache\/minio-\d+\.\d+\.\d+-[0-9a-f]{10}$/);
  expect(buildFolder("minio", "/cache")).toBe(buildFolder("minio", "/cache"));
});

test("what is missing is named together, with the way out", () => {
  const { message } = new PrerequisitesMissing(["Go not found: install Go", "not root: run apt"]);
  expect(message).toContain("Go not found: install Go; not root: run apt");
  expect(message).toContain("REHEARSAL_KUBECONFIG");
  expect(message).toContain("--kubeconfig");
});

describe("the doctor's table", () => {
  const tools = [
    { tool: tool("runc"), decision: decide(tool("runc"), { path: "/usr/sbin/runc", version: "1.1.5" }, "/cache", never) },
    { tool: tool("kubelet"), decision: decide(tool("kubelet"), undefined, "/cache", never) },
  ];

  test("has one aligned line per tool: found, where, version, what is done", () => {
    const lines = render({ tools, prerequisites: [], ready: true }).split("\n");
    const runc = lines.find((line) => line.startsWith("runc"))!;
    const kubelet = lines.find((line) => line.startsWith("kubelet"))!;
    expect(runc).toMatch(/1\.1\.5 +\/usr\/sbin\/runc +use \(package\)/);
    expect(kubelet).toMatch(/- +- +build 1\.37\.2 from Go modules/);
    expect(runc.indexOf("use (")).toBe(kubelet.indexOf("build 1"));
  });

  test("ends with the way out where something is missing", () => {
    const text = render({ tools, prerequisites: [{ name: "go", found: "-", missing: "Go not found: install Go" }], ready: false });
    expect(text).toContain("Go not found: install Go");
    expect(text).toContain("--kubeconfig");
  });
});
