import { formatClock, formatSeconds } from "./durations";
import type { Guide, GuideChapter } from "./guide-schema";
import { askedHeads, besideText, rowsOf } from "./rows";

/** Text in a cell or paragraph: no sign of Markdown or HTML counts as one. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, (sign) => `\\${sign}`).replaceAll("\n", " ");
}

function table(head: string[], rows: string[][]): string[] {
  const row = (cells: string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...rows.map(row), ""];
}

function chapterMarkdown(chapter: GuideChapter): string[] {
  const beside = besideText(chapter);
  return [
    `## ${chapter.number}. ${chapter.title}`,
    "",
    `From ${formatClock(chapter.from)}, about ${formatSeconds(chapter.to - chapter.from)}${beside ? `, ${beside}` : ""}.`,
    "",
    ...table(
      ["Begins", "About", "Step", "Why"],
      rowsOf(chapter).map(({ from, seconds, why, steps }) => [
        formatClock(from),
        formatSeconds(seconds),
        steps.map(({ does, critical }) => (critical ? `**${escape(does)}**` : escape(does))).join("<br>"),
        escape(why),
      ]),
    ),
  ];
}

function list(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, "", ...lines.map((line) => `- ${escape(line)}`), ""];
}

/** The guide as Markdown, to paste into a change request. */
export function guideMarkdown(guide: Guide): string {
  const asked = (when: keyof typeof askedHeads): string[] =>
    list(
      `${askedHeads[when]}, people`,
      guide.asked.filter((one) => one.when === when).map(({ what }) => what),
    );
  const lines = [
    `# Charmed Kubeflow ${guide.from} to ${guide.to}, model ${escape(guide.model)}`,
    "",
    `${guide.stepCount} steps, about ${formatSeconds(guide.seconds)}. Durations: ${escape(guide.durations)}. ` +
      "Steps in one row run side by side; the end waits for those in bold.",
    "",
    ...list(
      "How data comes along",
      guide.storage.map(
        ({ application, storage, path, reason }) => `${application}/${storage}: ${path}, because ${reason}`,
      ),
    ),
    ...asked("before"),
    ...asked("during"),
    ...(guide.outages.length > 0
      ? [
          "## Without service",
          "",
          ...table(
            ["From", "About", "Application", "What people notice"],
            guide.outages.map(({ from, seconds, application, notice }) => [
              formatClock(from),
              formatSeconds(seconds),
              escape(application),
              escape(notice),
            ]),
          ),
        ]
      : []),
    ...guide.chapters.flatMap(chapterMarkdown),
    ...list(
      "Cannot be undone",
      guide.irreversible.map(({ name, what }) => `${name}: ${what}`),
    ),
    ...asked("after"),
    ...list("Notes", guide.notes),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}
