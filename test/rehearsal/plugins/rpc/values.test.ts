import { plain, same } from "../../../../rehearsal/plugins/rpc/values";

/** Signature of a secret on the wire, https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
const wire = (value: unknown): unknown => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

describe("property values", () => {
  test("plain takes the marks off at any depth", () => {
    expect(plain({ a: wire({ b: wire([1, wire(2)]) }) })).toEqual({ a: { b: [1, 2] } });
    expect(plain({ value: "x" })).toEqual({ value: "x" });
  });

  test("the order of keys makes no difference, that of lists does", () => {
    expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(same([1, 2], [2, 1])).toBe(false);
    expect(same({ a: undefined }, { b: undefined })).toBe(false);
  });
});
