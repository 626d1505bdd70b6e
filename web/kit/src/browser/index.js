// A real browser for a test: a profile of its own, nothing of its own on the network, and every request written down.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { launch } from "puppeteer-core";

import { ENGINES } from "./engines.js";
import { Recorder } from "./recorder.js";

/** Firefox heeds the preference that turns its settings' server off only with this. */
const QUIET = { MOZ_REMOTE_SETTINGS_DEVTOOLS: "1" };

export const ENGINE_NAMES = Object.keys(ENGINES);

/**
 * Start a browser: "chromium", "firefox", or "firefox-safer" (no JIT, no WebAssembly). The programs are `CHROMIUM` and
 * `FIREFOX` of the environment. It reaches this machine alone, and hosts that `allows` names.
 *
 * - `driver`: puppeteer's Browser. `newPage()` opens a page.
 * - `requests`: all that has left the browser, in order.
 * - `profile`: its folder, until `close` removes it.
 */
export async function openBrowser(engine, { allows, ...options } = {}) {
  const recorder = new Recorder(allows);
  const folder = await mkdtemp(join(tmpdir(), "meldpunt-browser-"));
  const profile = join(folder, "profile");
  try {
    const driver = await launch({
      ...ENGINES[engine](await recorder.start()),
      userDataDir: profile,
      env: { ...process.env, ...QUIET, HOME: folder, TMPDIR: folder },
      timeout: 240_000, // milliseconds until it has started: a cold profile on a busy machine
      protocolTimeout: 240_000,
      ...options,
    });
    return new TestBrowser(driver, recorder, folder, profile);
  } catch (error) {
    await recorder.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    throw error;
  }
}

class TestBrowser {
  #recorder;
  #folder;

  constructor(driver, recorder, folder, profile) {
    this.driver = driver;
    this.profile = profile;
    this.#recorder = recorder;
    this.#folder = folder;
  }

  get requests() {
    return this.#recorder.requests;
  }

  /** Let the network go in the middle of a request: as `Recorder.failAt`. */
  failAt(at, how) {
    this.#recorder.failAt(at, how);
  }

  /** Open a page of another origin than any other, in a window without a history. */
  async newPage(url) {
    const context = await this.driver.createBrowserContext();
    const page = await context.newPage();
    if (url !== undefined) await page.goto(url);
    return page;
  }

  /** End it and remove its profile. */
  async close() {
    await this.driver.close().catch(() => this.driver.process()?.kill("SIGKILL"));
    await this.#recorder.stop();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
