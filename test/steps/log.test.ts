import { LINE_BYTES, log } from "../../steps/log";

describe("what a step prints for people", () => {
  const printed = (text: string): string[] => {
    const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      log(text);
      return write.mock.calls.map(([chunk]) => String(chunk));
    } finally {
      write.mockRestore();
    }
  };

  test("is printed as it is, with a newline", () => {
    expect(printed("a\nb")).toEqual(["a\nb\n"]);
  });

  test.each(["x", "é", "€", "😀"])("has no line that the plugin for commands cannot read, of %s", (character) => {
    const [text] = printed(`first\n${character.repeat(70_000)}\nlast`);
    const lines = text.split("\n");
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(LINE_BYTES);
    expect([lines[0], lines[2]]).toEqual(["first", "last"]);
    expect(lines[1]).toMatch(
      new RegExp(`^${character}{1000}.* \\.\\.\\. \\(${Buffer.byteLength(character) * 70_000} bytes in all\\)$`, "u"),
    );
  });

  test("is cut far below the 64 KiB that are read", () => {
    expect(LINE_BYTES).toBeLessThan(64 * 1024);
  });
});
