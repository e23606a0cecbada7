import {
  containsSecret,
  containsUnknown,
  isSecret,
  plain,
  same,
  secret,
  UNKNOWN,
} from "../../../../rehearsal/plugins/rpc/values";

/** Signature of a secret on the wire, https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
const wire = (value: unknown): unknown => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

describe("property values", () => {
  test("a secret is what the engine marks as one", () => {
    expect(isSecret(wire("x"))).toBe(true);
    expect(isSecret({ value: "x" })).toBe(false);
    expect(secret("x")).toEqual(wire("x"));
    expect(secret(wire("x"))).toEqual(wire("x"));
  });

  test("secrets and unknowns are found at any depth, also inside a secret", () => {
    expect(containsSecret({ a: [{ b: wire(1) }] })).toBe(true);
    expect(containsUnknown({ a: wire({ b: [UNKNOWN] }) })).toBe(true);
    expect(containsUnknown({ a: wire("known") })).toBe(false);
  });

  test("plain takes the marks off at any depth", () => {
    expect(plain({ a: wire({ b: wire([1, wire(2)]) }) })).toEqual({ a: { b: [1, 2] } });
  });

  test("the order of keys makes no difference, that of lists does", () => {
    expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same({ a: undefined }, { b: undefined })).toBe(false);
  });
});
