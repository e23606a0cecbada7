import { type Drawing, drawInline } from "./drawing";
import { Markup } from "./html";
import type { PageChapter, PageData, StepState } from "./page-data";

/** What people look for first. */
export const stateOrder: StepState[] = ["failed", "cut off", "running", "left", "done"];

/** What is worst of a chapter's steps; one that is under way as a whole is running. */
export function chapterState({ steps }: PageChapter): StepState {
  const states = new Set(steps.map(({ state }) => state));
  const worst = stateOrder.find((state) => states.has(state))!;
  return worst === "left" && states.has("done") ? "running" : worst;
}

/** A class of CSS. */
export const classOf = (state: string): string => state.split(" ")[0];

/** Words broken into lines of at most about so many signs; a longer word stays whole. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

/** The chapters of a plan, and which waits for which. */
export async function chaptersGraph({ chapters }: PageData): Promise<Markup> {
  const chapterOf = new Map(chapters.flatMap(({ number, steps }) => steps.map(({ id }) => [id, number])));
  const pairs = new Set(
    chapters.flatMap(({ number, steps }) =>
      steps.flatMap(({ after }) => after.map((id) => `${chapterOf.get(id)} ${number}`)),
    ),
  );
  const drawing: Drawing = {
    id: "chapters",
    direction: "TB",
    background: "transparent",
    nodes: chapters.map((chapter) => {
      const state = chapterState(chapter);
      return {
        name: String(chapter.number),
        label: `${chapter.number}. ${wrap(chapter.title, 28)}\n${state}`,
        classes: classOf(state),
      };
    }),
    edges: [...pairs]
      .map((pair) => pair.split(" "))
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => ({ from, to })),
  };
  return new Markup(
    await drawInline(drawing, "Phases, and which waits for which; the tables below say the same in words"),
  );
}

/** The steps of one chapter. */
export async function stepsGraph({ number, title, steps }: PageChapter): Promise<Markup> {
  const own = new Set(steps.map(({ id }) => id));
  const drawing: Drawing = {
    id: `steps-${number}`,
    direction: "LR",
    background: "transparent",
    nodes: steps.map(({ id, state }) => ({
      name: id,
      label: state === "left" || state === "done" ? id : `${id}\n${state}`,
      classes: classOf(state),
    })),
    edges: steps.flatMap(({ id, after }) => after.filter((one) => own.has(one)).map((from) => ({ from, to: id }))),
  };
  return new Markup(
    await drawInline(drawing, `Steps of ${title}, and which waits for which; the table below has them in words`),
  );
}
