import { pathOf } from "../../plan/path";
import { legs } from "../../releases/line";

const all = (from: string, to: string) => legs(from, to).map((leg) => ({ ...leg, offered: true }));

test("the whole way is one line, with what people do between two hops in brackets", () => {
  const { line, told } = pathOf(all("1.8", "1.11"), { juju: "3.6.11", kubernetes: "v1.28.3" }, "kubeflow");
  expect(line).toBe("1.8 > 1.9 (this run) > [Kubernetes 1.29] > 1.10 > [Kubernetes 1.32] > 1.11");
  expect(told).toEqual([
    "before 1.9 to 1.10: upgrade the cluster to Kubernetes 1.29, one minor after the other, all nodes too",
    "before 1.10 to 1.11: upgrade the cluster to Kubernetes 1.32, one minor after the other, all nodes too",
  ]);
});

test("a controller that the next hop asks for comes with the commands that move the model there", () => {
  const { line, told } = pathOf(all("1.6", "1.11"), { juju: "2.9.42", kubernetes: "1.24.17" }, "kubeflow");
  expect(line).toBe(
    "1.6 > 1.7 (this run) > [Juju 3.4] > 1.8 > [Kubernetes 1.27] > 1.9 > [Juju 3.6, Kubernetes 1.29] > 1.10 > [Kubernetes 1.32] > 1.11",
  );
  expect(told[0]).toMatch(
    /^before 1\.7 to 1\.8: .*`juju bootstrap CLOUD NEW`.*`juju migrate kubeflow NEW`, `juju upgrade-model -m NEW:kubeflow`.*2\.9\.43/,
  );
});

test("what must be done before the first hop is told, too, and a cluster that is too new is no gate that anybody passes", () => {
  expect(pathOf(all("1.9", "1.11"), { juju: "3.6.11", kubernetes: "1.31.2" }, "kubeflow")).toEqual({
    line: "1.9 > [Kubernetes 1.29 at most] > 1.10 (this run) > [Kubernetes 1.32] > 1.11",
    told: [
      "before 1.9 to 1.10: Kubernetes 1.31.2 is later than 1.29, the last that both releases are known on",
      "before 1.10 to 1.11: upgrade the cluster to Kubernetes 1.32, one minor after the other, all nodes too",
    ],
  });
});

test("a hop that this version does not make is told as that", () => {
  const [first, second] = all("1.6", "1.8");
  const { told } = pathOf([first, { ...second, offered: false }], { juju: "3.4.4", kubernetes: "1.24" }, "kubeflow");
  expect(told).toContain("1.7 to 1.8: this version of the program does not make this hop");
});
