// A browser for tests in Python: one command of JSON a line. tests/web/browser.py is the other side.

import { openBrowser } from "@meldpunt/kit/browser";
import { serveCommands } from "@meldpunt/kit/commands";

const [engine] = process.argv.slice(2);
const browser = await openBrowser(engine);
const tabs = new Map();

const shown = ({ body, ...request }) => ({ ...request, body: body.toString("latin1") });

await serveCommands({
  /** A window of its own, without a history; the tab's name is for the other commands. */
  async open({ tab, url }) {
    const page = await browser.newPage();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (told) => complaints.push(told.text()));
    tabs.set(tab, { page, complaints });
    await page.goto(url);
  },
  goto: async ({ tab, url }) => void (await tabs.get(tab).page.goto(url)),
  /** The value of a function in the page, given as its text. */
  evaluate: ({ tab, script, given }) =>
    tabs.get(tab).page.evaluate(`(${script})(${JSON.stringify(given)})`),
  click: ({ tab, selector }) => tabs.get(tab).page.locator(selector).click(),
  fill: ({ tab, selector, text }) => tabs.get(tab).page.locator(selector).fill(text),
  press: ({ tab, key }) => tabs.get(tab).page.keyboard.press(key),
  /** Wait for an element, and tell its text. */
  text: async ({ tab, selector }) => {
    const element = await tabs.get(tab).page.waitForSelector(selector);
    return element.evaluate(({ textContent }) => textContent);
  },
  screenshot: async ({ tab, path }) => void (await tabs.get(tab).page.screenshot({ path })),
  /** What the page wrote to its console, and what it threw. */
  complaints: ({ tab }) => tabs.get(tab).complaints,
  requests: () => browser.requests.map(shown),
  profile: () => browser.profile,
});
await browser.close();
process.exit();
