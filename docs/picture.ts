import { resolve } from "node:path";
import { chromium } from "playwright-core";
import { browserFlags, installedChromium } from "../test/support/chromium";

/** README's picture: the first screen of a report. `npm run docs:picture -- out/rehearsal.html` */
async function draw(page: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: installedChromium(), args: browserFlags });
  try {
    const tab = await browser.newPage({ viewport: { width: 1200, height: 760 } });
    await tab.goto(`file://${resolve(page)}`);
    await tab.screenshot({ path: `${__dirname}/report.png` });
  } finally {
    await browser.close();
  }
}

const [page] = process.argv.slice(2);
if (!page) throw new Error("npm run docs:picture -- <report.html>: name the page, e.g. out/rehearsal.html");
void draw(page);
