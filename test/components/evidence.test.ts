import { canonicalJson } from "../../components/canonical";
import { fact } from "../../components/evidence";

test("keys are ordered at every depth, lists are not", () => {
  expect(canonicalJson({ b: 1, a: { d: [3, 1], c: null } })).toBe('{"a":{"c":null,"d":[3,1]},"b":1}');
});

test("a fact that is there is handed on", () => {
  expect(fact("find", { claim: "c" }, "claim")).toBe("c");
});

test.each([[{}], [{ claim: "" }], [{ claim: 7 }]])("evidence %j without the fact stops what needs it", (evidence) => {
  expect(() => fact("find", evidence, "claim")).toThrow(
    'the evidence of step "find" has no "claim"; nothing that needs it is made',
  );
});
