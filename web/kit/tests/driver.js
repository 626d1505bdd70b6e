// A browser for tests in Python: one command of JSON a line. tests/web/browser.py is the other side.

import { openBrowser } from "@meldpunt/kit/browser";
import { serveCommands } from "@meldpunt/kit/commands";

const [engine] = process.argv.slice(2);
const browser = await openBrowser(engine);
const tabs = new Map();
let watched;

/** What the memory of a page holds that is not garbage, from time to time. Chromium alone tells. */
async function watchMemory(page) {
  const session = await page.createCDPSession();
  const held = [];
  let isOn = true;
  const look = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
    held.push(usedSize + backingStorageSize);
  };
  await look();
  const watching = (async () => {
    while (isOn) {
      await new Promise((done) => setTimeout(done, 500));
      await look();
    }
  })();
  return async () => {
    isOn = false;
    await watching;
    await session.detach();
    return { grown: Math.max(...held) - held[0], looks: held.length };
  };
}

/** Milliseconds: a browser without a compiler derives a code in 15 seconds where nothing else runs. */
const SLOWEST = 120_000;

const shown = ({ body, ...request }) => ({ ...request, body: body.toString("latin1") });

/** Chromium's own protocol for a tab. What a session has set ends with it, so that there is one as long as the tab. */
async function chromium(tab) {
  const found = tabs.get(tab);
  found.session ??= await found.page.createCDPSession();
  return found.session;
}

/** Let no request through whose address ends like one of these. */
async function block(page, endings) {
  if (endings.length === 0) return;
  await page.setRequestInterception(true);
  page.on("request", (request) =>
    endings.some((ending) => request.url().endsWith(ending)) ? request.abort() : request.continue(),
  );
}

await serveCommands({
  /**
   * A window of its own, without a history. `blocked` are endings of addresses that it cannot reach, `first` is a
   * script that runs before those of the page, and `kept` opens it where the profile keeps what it can.
   */
  async open({ tab, url, blocked = [], first = "", kept = false }) {
    const page = kept ? await browser.driver.newPage() : await browser.newPage();
    page.setDefaultTimeout(SLOWEST);
    await block(page, blocked);
    if (first !== "") await page.evaluateOnNewDocument(first);
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (told) => complaints.push(told.text()));
    tabs.set(tab, { page, complaints });
    await page.goto(url);
  },
  /** Take the network away, or give it back. */
  offline: async ({ tab, is }) => void (await tabs.get(tab).page.setOfflineMode(is)),
  goto: async ({ tab, url }) => void (await tabs.get(tab).page.goto(url)),
  back: async ({ tab }) => void (await tabs.get(tab).page.goBack()),
  forward: async ({ tab }) => void (await tabs.get(tab).page.goForward()),
  /** The value of a function in the page, given as its text. */
  evaluate: ({ tab, script, given }) =>
    tabs.get(tab).page.evaluate(`(${script})(${JSON.stringify(given)})`),
  click: ({ tab, selector }) => tabs.get(tab).page.locator(selector).click(),
  fill: ({ tab, selector, text }) => tabs.get(tab).page.locator(selector).fill(text),
  press: ({ tab, key }) => tabs.get(tab).page.keyboard.press(key),
  type: ({ tab, text }) => tabs.get(tab).page.keyboard.type(text),
  /** Wait for an element, and tell its text. */
  text: async ({ tab, selector }) => {
    const element = await tabs.get(tab).page.waitForSelector(selector);
    return element.evaluate(({ textContent }) => textContent);
  },
  /** A screenshot of the visible part, or of the whole page. */
  screenshot: async ({ tab, path, whole = false }) =>
    void (await tabs.get(tab).page.screenshot({ path, fullPage: whole })),
  resize: async ({ tab, width, height }) =>
    void (await tabs.get(tab).page.setViewport({ width, height })),
  /** What somebody has chosen for every page, such as `prefers-color-scheme`. */
  async prefer({ tab, features }) {
    await (await chromium(tab)).send("Emulation.setEmulatedMedia", { features });
  },
  /** Let Chromium save what is downloaded in a folder; without one it refuses. */
  async downloads({ tab, folder }) {
    const { id } = tabs.get(tab).page.browserContext();
    const how =
      folder === null ? { behavior: "deny" } : { behavior: "allow", downloadPath: folder };
    await (await chromium(tab)).send("Browser.setDownloadBehavior", {
      browserContextId: id,
      ...how,
    });
  },
  /** Leave the page's origin so many bytes of storage in Chromium. */
  async quota({ tab, bytes }) {
    const { origin } = new URL(tabs.get(tab).page.url());
    const given = { origin, quotaSize: bytes };
    await (await chromium(tab)).send("Storage.overrideQuotaForOrigin", given);
  },
  /** Choose files in a field. */
  choose: async ({ tab, selector, paths }) => {
    const field = await tabs.get(tab).page.waitForSelector(selector);
    await field.uploadFile(...paths);
  },
  /** What a screen reader is given: roles and names, in order. */
  async tree({ tab }) {
    const root = await tabs.get(tab).page.accessibility.snapshot({ interestingOnly: true });
    const flat = ({ role, name, children = [] }) => [[role, name ?? ""], ...children.flatMap(flat)];
    return flat(root);
  },
  /** End it as a power cut would: its profile stays until the driver ends. */
  kill: () => void browser.driver.process().kill("SIGKILL"),
  /** What the page wrote to its console, and what it threw. */
  complaints: ({ tab }) => tabs.get(tab).complaints,
  async watchMemory({ tab }) {
    watched = await watchMemory(tabs.get(tab).page);
  },
  memory: () => watched(),
  /** Let the network go in the middle of the request after so many others. */
  failAt: ({ at, how }) => browser.failAt(at, how),
  requests: () => browser.requests.map(shown),
  profile: () => browser.profile,
});
await browser.close();
process.exit();
