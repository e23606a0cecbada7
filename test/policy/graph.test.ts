import { Graph, type GraphResource } from "../../policy/graph";
import { UNKNOWN, known } from "../../policy/known";
import { stepOf } from "../../policy/step";

const at = (urn: string): { urn: string } => ({ urn });
const resource = (name: string, more: Partial<GraphResource> = {}): GraphResource => ({
  urn: name,
  type: "t",
  name,
  props: {},
  dependencies: [],
  propertyDependencies: {},
  ...more,
});

function namesBefore(resources: GraphResource[], name: string): string[] {
  const graph = new Graph(resources);
  return [...graph.before(graph.nodes.find((node) => node.name === name)!)].map((node) => node.name).sort();
}

test("order goes through dependencies and inputs, however far", () => {
  const resources = [
    resource("a"),
    resource("b", { dependencies: [at("a")] }),
    resource("c", { propertyDependencies: { stdin: [at("b")] } }),
    resource("z"),
  ];
  expect(namesBefore(resources, "c")).toEqual(["a", "b"]);
});

test("whoever waits for a component waits for all that is in it", () => {
  const resources = [
    resource("inner", { parent: at("group") }),
    resource("group", { parent: at("outer") }),
    resource("outer"),
    resource("last", { dependencies: [at("outer")] }),
  ];
  expect(namesBefore(resources, "last")).toEqual(["group", "inner", "outer"]);
});

test("a child waits for what its parents wait for, not for its siblings", () => {
  const resources = [
    resource("first"),
    resource("group", { dependencies: [at("first")] }),
    resource("child", { parent: at("group") }),
    resource("sibling", { parent: at("group") }),
  ];
  expect(namesBefore(resources, "child")).toEqual(["first"]);
});

test("a circle ends", () => {
  expect(
    namesBefore([resource("a", { dependencies: [at("b")] }), resource("b", { dependencies: [at("a")] })], "a"),
  ).toEqual(["a", "b"]);
});

test("what throws when it is read is unknown, and what stands beside it is not", () => {
  const props = {
    get id(): string {
      throw new Error("unknown");
    },
    nested: [{ name: "x" }],
  };
  expect(known(props)).toEqual({ id: UNKNOWN, nested: [{ name: "x" }] });
});

describe("a step is what node bin/step.js is told under its own name", () => {
  const order = '{"id":"preflight","model":"kubeflow","action":{"kind":"preflight"}}';
  const read = (name: string, interpreter: string[], changed = {}): string | undefined =>
    stepOf("command:local:Command", name, {
      interpreter,
      create: "preflight",
      environment: { CKF_STEP: order },
      ...changed,
    })?.kind;

  test("so it is one", () => expect(read("preflight", ["node", "bin/step.js"])).toBe("preflight"));
  test("not under another name", () => expect(read("other", ["node", "bin/step.js"])).toBeUndefined());
  test("not by another interpreter", () => expect(read("preflight", ["/bin/sh", "-c"])).toBeUndefined());
  test("not with more arguments", () => expect(read("preflight", ["node", "bin/step.js", "--dry"])).toBeUndefined());
  test.each([
    ["when the order is no JSON", { environment: { CKF_STEP: "preflight" } }],
    ["when the order is of another step", { environment: { CKF_STEP: order.replace('"preflight"', '"other"') } }],
    ["when it is called by another name", { create: "other" }],
    ["with the order where it was before", { create: order, environment: {} }],
    ["with a variable that changes what node does", { environment: { CKF_STEP: order, NODE_OPTIONS: "-r ./x" } }],
    ["with an environment that is not known yet", { environment: UNKNOWN }],
    ["with an order that is not known yet", { environment: { CKF_STEP: UNKNOWN } }],
    ["without an environment", { environment: undefined }],
  ])("not %s", (_name, changed) => expect(read("preflight", ["node", "bin/step.js"], changed)).toBeUndefined());
});
