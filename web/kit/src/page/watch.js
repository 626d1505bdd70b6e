// Drive a page in Chromium against the kit's host, and name what leaves it.

import { openBrowser } from "../browser/index.js";
import { KitHost } from "../host/host.js";
import { formsOf, holds, receiptForms } from "./leaks.js";
import { Walk } from "./walk.js";

const CANARIES = {
  text: "Kanarie “Zwaluwstaart” zong om 04:17 in kamer 9b — éénmalig 😀",
  reply: "Tweede kanarie: de “Boerenzwaluw” vloog weg ünaangekondigd 😀",
};
const SETTLED = 500;

/** All that a page can leave behind in a browser. It runs in the page. */
async function storageOf() {
  const databases = await indexedDB.databases();
  const kept = {
    localStorage: JSON.stringify({ ...localStorage }),
    sessionStorage: JSON.stringify({ ...sessionStorage }),
    cookies: document.cookie,
    indexedDB: databases.map(({ name }) => name).join(),
    caches: (await globalThis.caches?.keys())?.join() ?? "",
    serviceWorker:
      (await navigator.serviceWorker?.getRegistrations())?.map(({ scope }) => scope).join() ?? "",
  };
  return Object.entries(kept).filter(([, value]) => value !== "" && value !== "{}");
}

/** A page between a browser that writes everything down and the kit's host. */
class Watch {
  findings = [];
  #origins;

  constructor(host, browser, url, patience) {
    this.patience = patience;
    this.host = host;
    this.browser = browser;
    this.words = { text: CANARIES.text };
    this.#origins = [host.origin, new URL(url).origin];
  }

  #find(says, where, section) {
    if (!this.findings.some((each) => each.says === says && each.where === where))
      this.findings.push({ says, where, section });
  }

  /** Report, confirm the code, send. */
  async report(page) {
    const receipt = await this.#walk(page, ["receipt"]).until("receipt", ["next", "send"]);
    this.receipt = receipt;
    if (this.host.requests.some(({ method }) => method === "PUT"))
      this.#find("a report is sent before the person has its code", "PUT /v1/report", "protocol 3");
    await this.#walk(page).until("sent", ["send", "next"]);
  }

  #walk(page) {
    return new Walk(page, this.words, this.patience);
  }

  /** Come back with the code, read a handler's answer, and reply. */
  async follow(page) {
    const [report] = [...this.host.reports.values()];
    if (report === undefined) return;
    report.write(this.host.line.handlers[0], "acknowledgement", "We have read it.");
    this.words = { code: this.receipt };
    const shown = await this.#walk(page).until("messages", ["visit", "next", "send"]);
    if (!shown.includes("We have read it.")) {
      this.#find("what a handler wrote is not shown", 'data-kit="messages"', "protocol 7.6");
    }
    const before = this.host.requests.length;
    this.words = { reply: CANARIES.reply };
    const walk = this.#walk(page);
    await walk.until("sent", ["send", "next"]);
    if (!this.host.requests.slice(before).some(({ method }) => method === "PUT"))
      this.#find("a reply is not sent", "data-kit=reply", "protocol 9.4");
  }

  async storage(page, when) {
    for (const [place, value] of await page.evaluate(storageOf)) {
      const what = holds(value, this.#secret())
        ? "plain words or a receipt code are stored"
        : "something is stored";
      this.#find(what, `${place}, ${when}`, "threat model: a malicious frontend");
    }
    const url = await page.evaluate(() => location.href);
    if (holds(url, this.#secret()) || holds(decodeURI(url), this.#secret()))
      this.#find(
        "plain words or a receipt code are in the address",
        url.split(/[?#]/)[0],
        "protocol 3",
      );
    if (holds(await page.title(), this.#secret()))
      this.#find("plain words or a receipt code are in the title", "<title>", "protocol 3");
  }

  #secret() {
    const words = Object.values(CANARIES).flatMap((word) => [...formsOf(word), ...partsOf(word)]);
    return new Set([...words, ...(this.receipt ? receiptForms(this.receipt) : [])]);
  }

  /** What went over the wire, of everything that left the browser. */
  wire() {
    const canaries = new Set(
      Object.values(CANARIES).flatMap((word) => [...formsOf(word), ...partsOf(word)]),
    );
    const codes = this.receipt ? receiptForms(this.receipt) : new Set();
    for (const { method, url, headers, body } of this.browser.requests) {
      const { origin, pathname } = new URL(url);
      const where = `${method} ${origin}${pathname.replace(/[\w-]{32,}/g, "…")}`;
      const whole = [url, JSON.stringify(headers), body.toString("latin1")].join("\n");
      if (holds(whole, canaries))
        this.#find("plain words leave the page", where, "protocol 1, promise 1");
      if (holds(whole, codes)) this.#find("a receipt code leaves the page", where, "protocol 3");
      if (!this.#origins.includes(origin))
        this.#find("a request to a third party", where, "protocol 10.1");
      if (origin !== this.host.origin || method === "OPTIONS") continue;
      if (headers.cookie !== undefined)
        this.#find("a cookie goes to the host", where, "protocol 10.1");
      if (headers.referer !== undefined)
        this.#find("the page's address goes to the host", where, "protocol 10.1");
    }
    for (const { rule, section } of this.host.broken)
      this.#find(rule, "at the host", `protocol ${section}`);
  }
}

/** The words of a canary that turn up nowhere else. */
const partsOf = (text) => (text.match(/\p{L}{8,}/gu) ?? []).flatMap((word) => [...formsOf(word)]);

/**
 * Watch a page. `{line}` in its address stands for the line's. `patience`: milliseconds for each way through it.
 *
 * @throws Error in words if the kit cannot find its way through the page.
 */
export async function watchPage(address, patience) {
  const host = await new KitHost().start();
  const url = address.replaceAll("{line}", encodeURIComponent(host.line.address));
  const browser = await openBrowser("chromium", {
    allows: (name) => name === new URL(url).hostname,
  });
  try {
    const watch = new Watch(host, browser, url, patience);
    for (const act of ["report", "follow"]) {
      const page = await browser.newPage();
      page.setDefaultTimeout(patience);
      await answerLine(page, host.line.address);
      await page.goto(url);
      await watch[act](page);
      await new Promise((done) => setTimeout(done, SETTLED));
      await watch.storage(page, `after the ${act}`);
    }
    watch.wire();
    return watch.findings;
  } finally {
    await browser.close();
    await host.stop();
  }
}

/** Pages that read their line from `line.json` beside them get the kit's. */
async function answerLine(page, line) {
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (!new URL(request.url()).pathname.endsWith("/line.json")) return void request.continue();
    const body = JSON.stringify({ address: line });
    void request.respond({ status: 200, contentType: "application/json", body });
  });
}
