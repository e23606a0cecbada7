import { type SourceEdit, applyEdit } from "../../../rehearsal/toolchain/edits";

const edit: SourceEdit = {
  name: "longer wait",
  module: "example.com/m",
  file: "wait.go",
  replace: [{ text: "wait(1)", by: "wait($&2)" }],
  executables: ["m"],
};

describe("an edit of a module's file", () => {
  test("replaces its text, whatever is in it", () => {
    expect(applyEdit("a wait(1) b", edit)).toBe("a wait($&2) b");
  });

  test.each([
    [0, "a wait(3) b"],
    [2, "wait(1) wait(1)"],
  ])("is refused where its text is there %s times", (times, source) => {
    expect(() => applyEdit(source, edit)).toThrow(
      new RegExp(`example.com/m/wait.go holds "wait\\(1\\)" ${times} times instead of once, so the edit "longer wait"`),
    );
  });
});
