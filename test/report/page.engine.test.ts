import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";
import { renderPage } from "../../report/page";
import { pageData } from "../../report/page-data";
import { failedSource, goodSource, halfWaySource, rehearsedSource, samplePlan } from "../support/reports";
import { browserFlags, installedChromium, labelsOutside } from "../support/chromium";

const sources = { good: goodSource, failed: failedSource, "half-way": halfWaySource };
type Name = keyof typeof sources;

jest.setTimeout(180_000);

const folder = mkdtempSync(join(tmpdir(), "report-"));
let browser: Browser;
const requests: string[] = [];

// With room for the installation of the browser.
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: installedChromium(), args: browserFlags });
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(name: Name | "rehearsed", { width = 1280, dark = false } = {}): Promise<Page> {
  const source = name === "rehearsed" ? rehearsedSource(false) : sources[name]();
  const file = join(folder, `${name}.html`);
  writeFileSync(file, await renderPage(pageData(source)));
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: dark ? "dark" : "light" });
  requests.length = 0;
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`file://${file}`);
  return page;
}

/** Serious breaches of WCAG 2.2 A and AA that axe finds, each with where it is. */
async function breaches(page: Page): Promise<string[]> {
  // The page's own policy lets no script in; a test may.
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate<
    string[]
  >(`axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target + " " + failureSummary)))`);
}

describe("the page in a browser", () => {
  test.each([
    ["good", "✓ Done and verified"],
    ["failed", "✗ Stopped: prove-objects failed"],
    ["half-way", "… Pulumi is at work: ann@admin-1"],
  ] as [Name, string][])("%s: begins with the verdict, and asks for nothing", async (name, verdict) => {
    const page = await open(name);
    expect(await page.locator(".verdict").innerText()).toContain(verdict);
    expect(requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
    expect(requests.filter((url) => url.startsWith("file:"))).toHaveLength(1);
    expect(await page.locator("h2").allInnerTexts()).toEqual([
      "Phases",
      "Timeline",
      "Checks",
      "Backup",
      "Storage",
      "Versions",
    ]);
    expect(await page.locator("table.steps tbody tr").count()).toBe(samplePlan.steps.length);
    await page.close();
  });

  test.each(["good", "failed", "half-way"] as Name[])(
    "%s: breaches no rule of accessibility, light or dark, unfolded",
    async (name) => {
      for (const dark of [false, true]) {
        const page = await open(name, { dark });
        await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
        expect(await breaches(page)).toEqual([]);
        await page.close();
      }
    },
    120_000,
  );

  test("on a phone nothing is wider than the screen", async () => {
    const page = await open("failed", { width: 360 });
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
    await page.close();
  });

  test("labels of the graphs are inside their boxes", async () => {
    const page = await open("half-way");
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
    expect(await labelsOutside(page)).toEqual([]);
    expect(await page.locator("svg .node").count()).toBeGreaterThan(samplePlan.steps.length);
    await page.close();
  });

  test("phases are folded by keyboard; those that failed or run are unfolded", async () => {
    const page = await open("failed");
    const unfolded = await page.locator("details[open] > summary").allInnerTexts();
    expect(unfolded).toHaveLength(1);
    expect(unfolded[0]).toContain("Prove that everything is there");
    await page.locator("summary", { hasText: "Back up" }).focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("details[open] > summary").count()).toBe(2);
    await page.close();
  });

  test("on paper every phase is unfolded", async () => {
    const page = await open("good");
    const shown = (): Promise<boolean> =>
      page
        .locator("table.steps tbody tr")
        .first()
        .evaluate((row) => row.checkVisibility());
    expect(await shown()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await shown()).toBe(true);
    await page.close();
  });

  test("a rehearsal's findings are shown, and a name of theirs is no markup", async () => {
    const page = await open("rehearsed");
    expect(await page.locator(".verdict").innerText()).toContain("The rehearsal failed: 3 findings");
    expect(await page.locator("#checks ~ table").last().innerText()).toContain("profile alice is gone");
    expect(await page.locator("main b").count()).toBe(0);
    await page.close();
  });
});

describe("what a page is made of", () => {
  test("a step that ended, failed, runs or is left is shown as that", () => {
    const states = (source: typeof goodSource): Record<string, number> => {
      const all = pageData(source()).chapters.flatMap(({ steps }) => steps.map(({ state }) => state));
      return Object.fromEntries([...new Set(all)].map((state) => [state, all.filter((one) => one === state).length]));
    };
    expect(states(goodSource)).toEqual({ done: samplePlan.steps.length });
    expect(states(failedSource)).toMatchObject({ failed: 1 });
    expect(states(halfWaySource).running).toBeGreaterThan(1);
    const cutOff = halfWaySource();
    cutOff.status.exitCode = 3;
    expect(
      pageData(cutOff)
        .chapters.flatMap(({ steps }) => steps)
        .some(({ state }) => state === "running"),
    ).toBe(false);
  });

  test("the backup has its place, size, digest and what was restored on trial", () => {
    expect(Object.fromEntries(pageData(goodSource()).backup.map(({ name, value }) => [name, value]))).toEqual({
      Place: "claim ckf-upgrade-backup of namespace kubeflow",
      Proven: "yes: read back without a difference",
      Content: "20480 objects, 4096.0 MiB",
      "Digest (SHA-256)": "5f0c1a".padEnd(64, "7"),
      "Restored on trial": "64 objects, 9.0 MiB, read back the same",
    });
  });

  test("a service that is not back yet has no end", () => {
    const { outages } = pageData(halfWaySource());
    expect(outages.find(({ application }) => application === "minio")!.slot).toBeUndefined();
    const minio = pageData(goodSource()).outages.find(({ application }) => application === "minio")!;
    expect(minio.slot!.to).toBeGreaterThan(minio.slot!.from);
    expect(minio.measuredSeconds).toBe(381.5);
  });

  test("what a charm said is text, whatever is in it", async () => {
    const page = await renderPage(pageData(failedSource()));
    expect(page).toContain("&lt;b&gt;run&lt;/b&gt;");
    expect(page).not.toContain("<b>run");
  });
});
