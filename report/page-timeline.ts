import { formatSeconds } from "./durations";
import { type Markup, html } from "./html";
import type { PageData } from "./page-data";
import type { Slot } from "./schedule";

const seconds = ({ from, to }: Slot): number => (to - from) / 1000;

/** "14:03:10", the same in any place. */
const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** "2026-11-28 14:03:10" */
const moment = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");

const percent = (part: number): string => (part * 100).toFixed(2);

interface Bar {
  slot: Slot;
  kind?: "critical" | "away";
}

interface Lane {
  name: string;
  note: string;
  bars: Bar[];
}

/** From the first begin to the last end; undefined where nothing ran. */
export function spanOf(data: PageData): Slot | undefined {
  const all = data.chapters.flatMap(({ steps }) => steps.flatMap(({ slot }) => slot ?? []));
  if (all.length === 0) return undefined;
  return { from: Math.min(...all.map(({ from }) => from)), to: Math.max(...all.map(({ to }) => to)) };
}

function row({ name, note, bars }: Lane, whole: Slot): Markup {
  const length = Math.max(1, whole.to - whole.from);
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="number">${note}</td>
    <td>
      <div class="lane">
        ${bars.map(
          ({ slot, kind }) =>
            html`<span
              class="${kind ?? "work"}"
              style="left:${percent((slot.from - whole.from) / length)}%;width:${percent((slot.to - slot.from) / length)}%"
            ></span>`,
        )}
      </div>
    </td>
  </tr>`;
}

function chapterLanes({ chapters }: PageData): Lane[] {
  return chapters.flatMap(({ number, title, steps }) => {
    const bars = steps.flatMap(({ slot, critical }) =>
      slot ? [{ slot, ...(critical && { kind: "critical" as const }) }] : [],
    );
    if (bars.length === 0) return [];
    const from = Math.min(...bars.map(({ slot }) => slot.from));
    const to = Math.max(...bars.map(({ slot }) => slot.to));
    return [{ name: `${number}. ${title}`, note: `${clock(from)}, ${formatSeconds((to - from) / 1000)}`, bars }];
  });
}

function outageLanes({ outages }: PageData): Lane[] {
  return outages.flatMap(({ application, slot, measuredSeconds }) => {
    if (!slot) return [];
    const measured =
      measuredSeconds === undefined ? "" : `; stopped for ${formatSeconds(measuredSeconds)} by the program's own clock`;
    return [
      {
        name: `${application} away`,
        note: `${clock(slot.from)}, ${formatSeconds(seconds(slot))}${measured}`,
        bars: [{ slot, kind: "away" as const }],
      },
    ];
  });
}

/** When which phase ran, what the end waited for, and which service was away for how long. */
export function timeline(data: PageData): Markup {
  const whole = spanOf(data);
  if (!whole) return html`<p>No step has run, or when they ran is not known.</p>`;
  const critical = data.chapters
    .flatMap(({ steps }) => steps)
    .filter((step) => step.critical && step.slot)
    .sort((a, b) => a.slot!.from - b.slot!.from);
  const open = data.outages.filter(({ slot }) => !slot).map(({ application }) => application);
  return html`<p>
      From ${moment(whole.from)} to ${moment(whole.to)}: ${formatSeconds(seconds(whole))}. Times are UTC.
      ${data.beginsEstimated && "Pulumi records when a step ended: as its begin is shown when the last that it waited for had ended."}
    </p>
    <p class="faint">
      <span class="key"></span> step <span class="key critical"></span> step that the end waited for
      <span class="key away"></span> service away
    </p>
    <table class="bars">
      <thead>
        <tr>
          <th scope="col">Phase or service</th>
          <th scope="col">From, for</th>
          <th scope="col">${clock(whole.from)} to ${clock(whole.to)}</th>
        </tr>
      </thead>
      <tbody>
        ${[...chapterLanes(data), ...outageLanes(data)].map((lane) => row(lane, whole))}
      </tbody>
    </table>
    ${open.length > 0 && html`<p>Not begun, or not back yet: ${open.join(", ")}.</p>`}
    <details>
      <summary>Critical path <span class="count">${critical.length} steps</span></summary>
      <div>
        <ol>
          ${critical.map(({ id, slot }) => html`<li>${id} <span class="faint">${clock(slot!.from)}, ${formatSeconds(seconds(slot!))}</span></li>`)}
        </ol>
      </div>
    </details>`;
}
