import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { drawPlan, pictureFile, picturedPlan } from "../../docs/graph";
import { browserFlags, installedChromium, labelsOutside } from "../support/chromium";

test("docs/graph.svg shows the plan as it is; `npm run docs:graph` draws it anew", async () => {
  expect(readFileSync(pictureFile, "utf8")).toBe(await drawPlan(picturedPlan()));
});

test("its labels are inside their boxes, in the font that a browser takes", async () => {
  const browser = await chromium.launch({ executablePath: installedChromium(), args: browserFlags });
  try {
    const page = await browser.newPage();
    await page.setContent(readFileSync(pictureFile, "utf8").replace(/^[\s\S]*?(?=<svg)/, ""));
    expect(await page.locator("svg .node").count()).toBeGreaterThan(30);
    expect(await labelsOutside(page)).toEqual([]);
  } finally {
    await browser.close();
  }
}, 120_000);
