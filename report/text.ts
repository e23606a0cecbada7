import { createColors } from "picocolors";
import { formatClock, formatSeconds } from "./durations";
import type { Guide, GuideChapter } from "./guide-schema";
import { askedHeads, besideText, rowsOf } from "./rows";
import { plainTable } from "./table";

type Colors = ReturnType<typeof createColors>;

/** Columns of "begins" and "about" with their gap. */
const [clockWidth, durationWidth] = [7, 11];

function chapterText(chapter: GuideChapter, width: number, colors: Colors): string[] {
  const beside = besideText(chapter);
  const about = `from ${formatClock(chapter.from)}, about ${formatSeconds(chapter.to - chapter.from)}${beside ? `, ${beside}` : ""}`;
  const rows = rowsOf(chapter).map(({ from, seconds, why, steps }) => [
    formatClock(from),
    formatSeconds(seconds),
    [
      ...steps.map(({ does, critical }) => (critical ? colors.bold(`${does} *`) : does)),
      colors.dim(`why: ${why}`),
    ].join("\n"),
  ]);
  return [
    colors.bold(colors.cyan(`${chapter.number}. ${chapter.title}`)),
    colors.dim(about),
    plainTable(
      ["begins", "about", "step"].map((name) => colors.dim(name)),
      rows,
      [clockWidth, durationWidth, width - clockWidth - durationWidth - 6],
    ),
    "",
  ];
}

function list(title: string, lines: string[], width: number, colors: Colors): string[] {
  if (lines.length === 0) return [];
  return [
    colors.bold(title),
    plainTable(
      [],
      lines.map((line) => ["-", line]),
      [2, width - 4],
    ),
    "",
  ];
}

/** The guide for a terminal. Coloured only where `color` says so; `width` in columns. */
export function guideText(guide: Guide, { color, width }: { color: boolean; width: number }): string {
  const colors = createColors(color);
  const { chapters, outages } = guide;
  const lines = [
    colors.bold(`Charmed Kubeflow ${guide.from} to ${guide.to}, model ${guide.model}`),
    `${guide.stepCount} steps, about ${formatSeconds(guide.seconds)}`,
    colors.dim(`Durations: ${guide.durations}`),
    "Steps in one row run side by side. A * marks the steps that the end waits for.",
    "",
    ...list(
      "How data comes along",
      guide.storage.map(
        ({ application, storage, path, reason }) => `${application}/${storage}: ${path}, because ${reason}`,
      ),
      width,
      colors,
    ),
    ...(["before", "during"] as const).flatMap((when) => asked(guide, when, width, colors)),
    ...chapters.flatMap((chapter) => chapterText(chapter, width, colors)),
    ...(outages.length > 0
      ? [
          colors.bold("Without service"),
          plainTable(
            ["from", "about", "application", "what people notice"].map((name) => colors.dim(name)),
            outages.map(({ from, seconds, application, notice }) => [
              formatClock(from),
              formatSeconds(seconds),
              application,
              notice,
            ]),
            [7, 11, 28, width - 52],
          ),
          "",
        ]
      : []),
    ...list(
      "Cannot be undone",
      guide.irreversible.map(({ name, what }) => `${name}: ${what}`),
      width,
      colors,
    ),
    ...asked(guide, "after", width, colors),
    ...list("Notes", guide.notes, width, colors),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function asked(guide: Guide, when: keyof typeof askedHeads, width: number, colors: Colors): string[] {
  const lines = guide.asked.filter((one) => one.when === when).map(({ what }) => what);
  return list(`${askedHeads[when]}, people`, lines, width, colors);
}
