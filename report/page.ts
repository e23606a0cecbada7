import { formatSeconds } from "./durations";
import { Markup, html } from "./html";
import type { PageChapter, PageData } from "./page-data";
import { chapterState, chaptersGraph, classOf, stateOrder, stepsGraph } from "./page-graph";
import { style } from "./page-style";
import { spanOf, timeline } from "./page-timeline";

const state = (name: string): Markup => html`<span class="state ${classOf(name.toLowerCase())}">${name}</span>`;

const sections = ["Phases", "Timeline", "Checks", "Backup", "Storage", "Versions"];

function facts(data: PageData): Markup {
  const steps = data.chapters.flatMap(({ steps: own }) => own);
  const span = spanOf(data);
  const failed = data.checks.filter(({ outcome }) => outcome === "FAILED").length;
  const proven = data.backup.find(({ name }) => name === "Proven")!.value;
  const shown = [
    ["Steps done", `${steps.filter((step) => step.state === "done").length} of ${steps.length}`],
    ["Duration", span ? formatSeconds((span.to - span.from) / 1000) : "not known"],
    [
      "Checks",
      data.checks.length === 0
        ? "not made yet"
        : failed > 0
          ? `${failed} of ${data.checks.length} failed`
          : `${data.checks.filter(({ outcome }) => outcome === "ok").length} ok`,
    ],
    ["Backup", proven.startsWith("yes") ? "proven" : proven.startsWith("UNPROVEN") ? "declared only" : "not proven"],
    ["Data", data.storage.map(({ application, path }) => `${application}: ${path}`).join(", ") || "none moved"],
  ];
  return html`<dl class="facts">
    ${shown.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function standing({ status }: PageData): Markup {
  return html`${
    status.obstacles.length > 0 &&
    html`<h3>In the way</h3>
      <ul>
        ${status.obstacles.map(({ name, told }) => html`<li><strong>${name}</strong>: ${told}</li>`)}
      </ul>`
  }
  ${
    status.risks.length > 0 &&
    html`<h3>At risk</h3>
      <ul>
        ${status.risks.map((risk) => html`<li>${risk}</li>`)}
      </ul>`
  }
  ${
    status.next.length > 0 &&
    html`<h3>Next</h3>
      <pre>${status.next.join("\n")}</pre>`
  }`;
}

async function chapterSection(chapter: PageChapter): Promise<Markup> {
  const { number, title, steps } = chapter;
  const worst = chapterState(chapter);
  const done = steps.filter((step) => step.state === "done").length;
  const unfolded = ["failed", "running", "cut off"].includes(worst);
  const sorted = [...steps].sort((a, b) => stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state));
  const graph = steps.length > 1 ? await stepsGraph(chapter) : undefined;
  return html`<details ${unfolded && new Markup("open")}>
    <summary>
      <strong>${number}. ${title}</strong> ${state(worst)} <span class="count">${done} of ${steps.length} steps</span>
    </summary>
    <div>
      ${graph && html`<div class="scroll" tabindex="0" role="region" aria-label="Graph of ${number}. ${title}">${graph}</div>`}
      <table class="steps">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Step</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          ${sorted.map(
            ({ does, why, slot, said, state: at }) =>
              html`<tr>
                <td>${state(at)}</td>
                <td>${does}<br /><span class="faint">${why}</span>${said !== undefined && html`<pre>${said}</pre>`}</td>
                <td class="number">${slot ? formatSeconds((slot.to - slot.from) / 1000) : ""}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function checks({ checks: all, rehearsal }: PageData): Markup {
  const found = [
    ...(rehearsal?.losses.map((detail) => ["LOST", "", detail]) ?? []),
    ...(rehearsal?.objects.mismatched.map((detail) => ["DIFFERS", "", detail]) ?? []),
    ...(rehearsal?.trials.map(({ name, ok, detail }) => [ok ? "ok" : "FAILED", name, detail]) ?? []),
  ];
  const table = (rows: string[][]): Markup =>
    html`<table class="plain">
      <thead>
        <tr>
          <th scope="col">Outcome</th>
          <th scope="col">What</th>
          <th scope="col">Detail</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([outcome, what, detail]) =>
            html`<tr>
              <td>${state(outcome === "LOST" || outcome === "DIFFERS" ? "FAILED" : outcome)}</td>
              <td>${what}</td>
              <td>${detail}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  return html`${
    all.length > 0
      ? table(all.map(({ outcome, name, invariant, detail }) => [outcome, `(${invariant}) ${name}`, detail]))
      : html`<p>The final verification has not run, or its evidence is not in the stack.</p>`
  }
  ${
    found.length > 0 &&
    html`<h3>Rehearsal: what was tried beside it</h3>
      ${table(found)}`
  }
  ${
    rehearsal &&
    html`<p>
      ${rehearsal.objects.before} objects before, ${rehearsal.objects.after} after. ${rehearsal.databases.before} rows
      of ${rehearsal.databases.tables} tables before, ${rehearsal.databases.after} after. An outsider did not get an
      object for ${formatSeconds(rehearsal.downtimeSeconds)}.
    </p>`
  }`;
}

const pairs = (rows: { name: string; value: string }[]): Markup =>
  html`<dl class="list">
    ${rows.map(
      ({ name, value }) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;

function versions({ versions: all, environment }: PageData): Markup {
  return html`${pairs(environment)}
    <details>
      <summary>Applications <span class="count">${all.length}</span></summary>
      <div>
        <table>
          <thead>
            <tr>
              <th scope="col">Application</th>
              <th scope="col">Before</th>
              <th scope="col">Now</th>
            </tr>
          </thead>
          <tbody>
            ${all.map(
              ({ name, before, after }) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td>${before}</td>
                  <td>${after}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>`;
}

function storage({ storage: all, notes, irreversible }: PageData): Markup {
  return html`${pairs(all.map(({ application, storage: name, path, reason, source }) => ({ name: `${application}/${name}`, value: `${path}, because ${reason}. From claim ${source.claim}, volume ${source.volume}, ${source.capacityMiB} MiB` })))}
  ${
    irreversible.length > 0 &&
    html`<h3>Not undone</h3>
      ${pairs(irreversible.map(({ name, what }) => ({ name, value: what })))}`
  }
  ${
    notes.length > 0 &&
    html`<h3>Notes</h3>
      <ul>
        ${notes.map((note) => html`<li>${note}</li>`)}
      </ul>`
  }`;
}

const section = (name: string, content: Markup): Markup =>
  html`<section aria-labelledby="${name.toLowerCase()}">
    <h2 id="${name.toLowerCase()}">${name}</h2>
    ${content}
  </section>`;

/** The report as one HTML document that loads nothing: its own policy forbids any request. */
export async function renderPage(data: PageData): Promise<string> {
  const chapters = await Promise.all(data.chapters.map(chapterSection));
  const overview = data.chapters.length > 0 ? await chaptersGraph(data) : html``;
  const where = `model ${data.model}, stack ${data.stack}${data.rehearsal ? `, rehearsal of scenario ${data.rehearsal.scenario}` : ""}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <link rel="icon" href="data:," />
        <title>${data.heading}, ${data.model}</title>
        <style>
          ${new Markup(style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">To the content</a>
        <header>
          <h1>${data.heading}</h1>
          <p class="faint">${where}; as of ${data.at}</p>
          <p class="verdict ${data.verdict.tone}">
            ${{ good: "✓", bad: "✗", open: "…" }[data.verdict.tone]} ${data.verdict.text}
          </p>
          <nav aria-label="Sections">
            <ul>
              ${sections.map((name) => html`<li><a href="#${name.toLowerCase()}">${name}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main id="content">
          ${facts(data)} ${standing(data)}
          ${section(
            "Phases",
            html`<details>
                <summary>Graph of the phases</summary>
                <div>
                  <div class="scroll" tabindex="0" role="region" aria-label="Graph of the phases">${overview}</div>
                </div>
              </details>
              ${chapters}`,
          )}
          ${section("Timeline", timeline(data))} ${section("Checks", checks(data))}
          ${section("Backup", pairs(data.backup))} ${section("Storage", storage(data))}
          ${section("Versions", versions(data))}
        </main>
      </body>
    </html> `;
  return page.text;
}
