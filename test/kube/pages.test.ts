import { newWorld } from "../support/fake-model";
import { KubeError } from "../../kube/client";
import { everyPage } from "../../kube/pages";

beforeEach(() => void newWorld());

const whole = (item: string): string[] => [item];

const pages = (...answers: (object | Error)[]) => {
  const asked: unknown[] = [];
  const page = async (paging: object): Promise<{ items: string[] | null }> => {
    asked.push(paging);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer as { items: string[] | null };
  };
  return { asked, page };
};

test("a long list is read page by page, whichever way its continuation is spelled", async () => {
  const { asked, page } = pages(
    { items: ["a"], metadata: { continue: "one" } },
    { items: ["b"], metadata: { _continue: "two" } },
    { items: ["c"], metadata: { continue: "" } },
  );
  expect(await everyPage("things", page, whole)).toEqual(["a", "b", "c"]);
  expect(asked).toEqual([{ limit: 500 }, { limit: 500, _continue: "one" }, { limit: 500, _continue: "two" }]);
});

test("of each item only what is wanted is kept, and an empty list may be null", async () => {
  const { page } = pages({ items: ["a", "b", "c"], metadata: { continue: "one" } }, { items: null });
  expect(await everyPage("things", page, (item) => (item === "b" ? [] : [`${item}!`]))).toEqual(["a!", "c!"]);
});

test("a continuation that has expired starts the list again, and leaves nothing twice", async () => {
  const { page } = pages({ items: ["a"], metadata: { continue: "one" } }, new KubeError("too old", 410), {
    items: ["a", "b"],
  });
  expect(await everyPage("things", page, whole)).toEqual(["a", "b"]);
});

test("a list that cannot be had is no empty list", async () => {
  await expect(
    everyPage(
      "things",
      pages({ items: ["a"], metadata: { continue: "one" } }, new KubeError("forbidden", 403)).page,
      whole,
    ),
  ).rejects.toThrow("forbidden");
  await expect(
    everyPage("things", pages(...Array.from({ length: 3 }, () => new KubeError("too old", 410))).page, whole),
  ).rejects.toThrow("too old");
});
