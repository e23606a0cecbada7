// A unit test has no built tool: the first one would take minutes, and nobody would run the tier before a commit.
jest.mock("../../rehearsal/toolchain/ensure", () => ({
  ...jest.requireActual<object>("../../rehearsal/toolchain/ensure"),
  ensureToolchain: () => {
    throw new Error("A unit test asks for built tools. They would be built first. Name the file *.engine.test.ts");
  },
}));
