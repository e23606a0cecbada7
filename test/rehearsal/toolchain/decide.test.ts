import { join } from "node:path";
import { buildFolder, cacheRoot } from "../../../rehearsal/toolchain/cache";
import { decide } from "../../../rehearsal/toolchain/decide";
import { render } from "../../../rehearsal/toolchain/doctor";
import { findPrerequisites, missingOf, PrerequisitesMissing } from "../../../rehearsal/toolchain/prerequisites";
import { ALL_PARTS, BESIDE_CLUSTER, type Part, TOOLS } from "../../../rehearsal/toolchain/tools";

const tool = (name: string) => TOOLS.find((entry) => entry.name === name)!;
const never = () => false;
const always = () => true;

describe("what is done about a tool", () => {
  test("one on PATH that will do is used, also when a build is there", () => {
    expect(decide(tool("rclone"), { path: "/usr/bin/rclone", version: "1.70.0" }, "/cache", always)).toEqual({
      action: "use",
      origin: "path",
      path: "/usr/bin/rclone",
      version: "1.70.0",
      why: "",
    });
  });

  test("one that will not do gives way to the build, and the reason is told", () => {
    const found = { path: "/usr/bin/rclone", version: "1.60.1", refused: "version 1.60.1 is outside >=1.68.0 <2" };
    const path = join(buildFolder("rclone", "/cache"), "rclone");
    const why = "/usr/bin/rclone version 1.60.1 is outside >=1.68.0 <2";
    expect(decide(tool("rclone"), found, "/cache", never)).toEqual({
      action: "build",
      path,
      version: tool("rclone").version,
      why,
    });
    expect(decide(tool("rclone"), found, "/cache", always)).toEqual({
      action: "use",
      origin: "built",
      path,
      version: tool("rclone").version,
      why,
    });
  });

  test("a Debian package that is missing is installed, one that is there is used", () => {
    expect(decide(tool("runc"), undefined, "/cache", always)).toEqual({ action: "install", package: "runc", why: "" });
    expect(decide(tool("runc"), { path: "/usr/sbin/runc", version: "1.1.5" }, "/cache", never)).toMatchObject({
      action: "use",
      origin: "package",
    });
  });

  test("tools of one module come from one build", () => {
    const paths = ["etcd", "kubelet"]
      .map((name) => decide(tool(name), undefined, "/cache", never))
      .map((decision) => (decision.action === "build" ? decision.path : ""));
    expect(paths).toEqual([
      join(buildFolder("kubernetes", "/cache"), "etcd"),
      join(buildFolder("kubernetes", "/cache"), "kubelet"),
    ]);
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

describe("the raised QPS of Juju", () => {
  const { CKF_JUJU } = process.env;
  afterEach(() => {
    if (CKF_JUJU === undefined) delete process.env.CKF_JUJU;
    else process.env.CKF_JUJU = CKF_JUJU;
  });
  const builds = (): Record<string, string> =>
    Object.fromEntries(
      ["juju-2.9", "jujud-2.9", "jujuc-2.9", "containeragent-2.9", "pebble-2.9", "rclone"].map((name) => {
        const decision = decide(tool(name), undefined, "/cache", always);
        return [name, decision.action === "use" ? decision.version : ""];
      }),
    );

  test("is named with the version of each executable that has it", () => {
    delete process.env.CKF_JUJU;
    expect(builds()).toEqual({
      "juju-2.9": "2.9.42 (raised QPS)",
      "jujud-2.9": "2.9.42 (raised QPS)",
      "jujuc-2.9": "2.9.42",
      "containeragent-2.9": "2.9.42 (raised QPS)",
      "pebble-2.9": "2.9.42",
      rclone: "1.76.0",
    });
  });

  test("is left out with CKF_JUJU=as-is, which is another build and changes no other module", () => {
    delete process.env.CKF_JUJU;
    const [raised, rclone] = [buildFolder("juju-2.9", "/cache"), buildFolder("rclone", "/cache")];
    process.env.CKF_JUJU = "as-is";
    expect(builds()["jujud-2.9"]).toBe("2.9.42");
    expect(buildFolder("juju-2.9", "/cache")).not.toBe(raised);
    expect(buildFolder("rclone", "/cache")).toBe(rclone);
  });

  test("any other value is refused", () => {
    process.env.CKF_JUJU = "fast";
    expect(() => buildFolder("juju-2.9", "/cache")).toThrow(/CKF_JUJU is "fast", which names no way to build Juju/);
  });
});

describe("what is missing is named together", () => {
  test("and for the embedded world, what of it a cluster that is there spares", () => {
    expect(
      new PrerequisitesMissing(["Go not found: install Go", "not root"], ["Go not found: install Go"]).message,
    ).toBe(
      "the embedded world cannot be built here: Go not found: install Go; not root; for a rehearsal on a cluster that you have (--kubeconfig FILE; kind and MicroK8s will do) of this only the following is needed: Go not found: install Go",
    );
    expect(new PrerequisitesMissing(["not root"], []).message).toMatch(
      /^the embedded world .*--kubeconfig FILE.* nothing of this is needed$/,
    );
  });

  test("and for a cluster that is there, why it is needed all the same: that cluster is no way out", () => {
    const { message } = new PrerequisitesMissing(['not root: run "sudo apt-get install busybox-static"']);
    expect(message).toContain(
      'needed beside a cluster cannot be had here: not root: run "sudo apt-get install busybox-static". Pulumi and the images of the rehearsal are made on this machine',
    );
    expect(message).not.toMatch(/--kubeconfig|embedded/);
  });
});

describe("what a machine must bring", () => {
  const inspected = [
    { tool: tool("runc"), decision: decide(tool("runc"), undefined, "/cache", never) },
    { tool: tool("busybox"), decision: decide(tool("busybox"), undefined, "/cache", never) },
    {
      tool: tool("minio"),
      decision: decide(tool("minio"), { path: "/usr/bin/minio", version: "2025.1.1" }, "/cache", never),
    },
  ];
  const said = async (parts: Part[], of = inspected): Promise<string[]> =>
    missingOf(await findPrerequisites(parts, of));
  const { PATH } = process.env;
  beforeEach(() => (process.env.PATH = "/nowhere"));
  afterEach(() => (process.env.PATH = PATH));

  test("is asked of what is needed only: a node of our own needs more than a cluster that is there", async () => {
    expect(await said(ALL_PARTS)).toEqual(
      expect.arrayContaining([
        "no apt-get (not a Debian): install the equivalents of the packages runc busybox-static",
        "unshare, nsenter or mount not found: install util-linux",
      ]),
    );
    expect(await said(BESIDE_CLUSTER)).toEqual([
      "no apt-get (not a Debian): install the equivalents of the packages busybox-static",
    ]);
  });

  test("is nothing beside a cluster where Pulumi and all that makes images is there", async () => {
    expect(
      await said(
        BESIDE_CLUSTER,
        inspected.filter(({ decision }) => decision.action === "use"),
      ),
    ).toEqual([]);
  });
});

describe("the doctor's table", () => {
  const tools = [
    {
      tool: tool("runc"),
      decision: decide(tool("runc"), { path: "/usr/sbin/runc", version: "1.1.5" }, "/cache", never),
    },
    { tool: tool("kubelet"), decision: decide(tool("kubelet"), undefined, "/cache", never) },
  ];

  test("has one aligned line per tool: found, where, version, what is done", () => {
    const lines = render({ tools, prerequisites: [], still: [] }).split("\n");
    const runc = lines.find((line) => line.startsWith("runc"))!;
    const kubelet = lines.find((line) => line.startsWith("kubelet"))!;
    expect(runc).toMatch(/1\.1\.5 +\/usr\/sbin\/runc +use \(package\)/);
    expect(kubelet).toMatch(/- +- +build 1\.37\.2 from Go modules/);
    expect(runc.indexOf("use (")).toBe(kubelet.indexOf("build 1"));
  });

  test("ends with the way out where something is missing", () => {
    const text = render({
      tools,
      prerequisites: [{ name: "go", found: "-", missing: "Go not found: install Go" }],
      still: ["Go not found: install Go"],
    });
    expect(text).toMatch(/^go +- +Go not found: install Go$/m);
    expect(text).toMatch(
      /put it right; for a rehearsal on a cluster that you have \(--kubeconfig FILE.* only the following is needed: Go not found: install Go$/,
    );
  });
});
