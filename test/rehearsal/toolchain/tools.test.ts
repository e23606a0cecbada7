import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as semver from "semver";
import { recipeFolder } from "../../../rehearsal/toolchain/cache";
import { executableName, GO_MODULES, type GoModuleName } from "../../../rehearsal/toolchain/modules";
import { TOOLS } from "../../../rehearsal/toolchain/tools";

const goTools = TOOLS.flatMap((tool) => (tool.source.kind === "go" ? [{ ...tool, source: tool.source }] : []));

describe("the table of tools", () => {
  test("has every tool that issue 3 asks for, once", () => {
    const names = TOOLS.map((tool) => tool.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        "pulumi",
        "pulumi-language-nodejs",
        "etcd",
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "kubelet",
        "containerd",
        "runc",
        "cni-plugins",
        "minio",
        "rclone",
        "juju-2.9",
        "jujud-2.9",
        "jujuc-2.9",
        "containeragent-2.9",
        "pebble-2.9",
        "juju-3.6",
        "jujud-3.6",
        "jujuc-3.6",
        "containeragent-3.6",
        "pebble-3.6",
        "mongo-store",
      ]),
    );
  });

  test.each(goTools.map((tool) => [tool.name, tool]))("%s is pinned by its module folder", (_name, tool) => {
    const folder = recipeFolder(tool.source.module);
    if (tool.source.package.startsWith("./"))
      expect(readFileSync(join(folder, tool.source.package, "main.go"), "utf8")).toMatch(/^package main$/m);
    else expect(readFileSync(join(folder, "tools.go"), "utf8")).toContain(`_ "${tool.source.package}"`);
    const requires = /^require/m.test(readFileSync(join(folder, "go.mod"), "utf8"));
    expect(existsSync(join(folder, "go.sum"))).toBe(requires);
  });

  const ownProgram = (tool: (typeof goTools)[number]): boolean => tool.source.package.startsWith("./") && !!tool.onPath;
  test.each(goTools.flatMap((tool) => (tool.probe && !ownProgram(tool) ? [[tool.name, tool] as const] : [])))(
    "the %s that is built would be accepted from PATH too",
    (_name, tool) => {
      expect(semver.satisfies(tool.version, tool.probe!.accept)).toBe(true);
    },
  );

  test.each(Object.keys(GO_MODULES) as GoModuleName[])("no two executables of %s get the same name", (module) => {
    const names = goTools
      .filter((tool) => tool.source.module === module)
      .map((tool) => executableName(tool.source.package));
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
  });

  test("every replaced Kubernetes module is the one of the release", () => {
    const text = readFileSync(join(recipeFolder("kubernetes"), "go.mod"), "utf8");
    const replaced = [...text.matchAll(/^\s+(k8s\.io\/\S+) => (\S+) v0\.(\S+)$/gm)];
    expect(replaced.length).toBeGreaterThan(25);
    for (const [, from, to, version] of replaced) {
      expect(to).toBe(from);
      expect(`1.${version}`).toBe(GO_MODULES.kubernetes.version);
    }
  });

  test("the executable of a package whose path ends in a version is called by the element before", () => {
    expect(executableName("go.etcd.io/etcd/server/v3")).toBe("server");
    expect(executableName("k8s.io/kubernetes/cmd/kubelet")).toBe("kubelet");
    expect(executableName("./coredns")).toBe("coredns");
  });
});
