// The browsers that a page is tried in: programs, arguments and preferences. None of them asks the network by itself.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Chromium sends what it likes to Google unless each of these is off. */
const CHROMIUM_ARGUMENTS = [
  "--no-sandbox", // tests run as root too; the pages are our own
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-default-browser-check",
  "--no-first-run",
  "--no-pings",
  "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
];

const FIREFOX_PREFERENCES = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.newtabpage.enabled": false,
  "browser.safebrowsing.downloads.remote.enabled": false,
  "browser.search.update": false,
  "browser.sessionstore.interval": 1000, // what it keeps of a page is there at once
  "browser.startup.page": 0,
  "datareporting.policy.dataSubmissionEnabled": false,
  "dom.push.connection.enabled": false,
  "extensions.getAddons.cache.enabled": false,
  "extensions.systemAddon.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "toolkit.telemetry.server": "data:,",
};

/** What Tor Browser's level Safer turns off, and its resistance to fingerprinting. */
const SAFER_PREFERENCES = {
  "javascript.options.ion": false,
  "javascript.options.baselinejit": false,
  "javascript.options.native_regexp": false,
  "javascript.options.asmjs": false,
  "javascript.options.wasm": false,
  "mathml.disabled": true,
  "gfx.font_rendering.graphite.enabled": false,
  "gfx.font_rendering.opentype_svg.enabled": false,
  "privacy.resistFingerprinting": true,
};

/** Hosts that Chromium asks by itself, whatever it is told. They are led nowhere. */
const GOOGLE = [
  "*.gvt1.com",
  "accounts.google.com",
  "android.clients.google.com",
  "clients2.google.com",
  "clients4.google.com",
  "clientservices.googleapis.com",
  "mtalk.google.com",
  "optimizationguide-pa.googleapis.com",
  "safebrowsing.googleapis.com",
  "safebrowsingohttpgateway.googleapis.com",
  "update.googleapis.com",
];

/** Everything goes through one proxy, also what goes to this machine. */
const chromiumThrough = (port) => [
  `--proxy-server=http://127.0.0.1:${port}`,
  `--proxy-bypass-list=${["<-loopback>", ...GOOGLE].join(";")}`,
  `--host-resolver-rules=${GOOGLE.map((host) => `MAP ${host} ~NOTFOUND`).join(",")}`,
];
const firefoxThrough = (port) => ({
  "network.proxy.type": 1,
  "network.proxy.http": "127.0.0.1",
  "network.proxy.http_port": port,
  "network.proxy.ssl": "127.0.0.1",
  "network.proxy.ssl_port": port,
  "network.proxy.no_proxies_on": "",
  "network.proxy.allow_hijacking_localhost": true,
  "network.proxy.failover_direct": false,
});

/** The program that the environment names, or the first of these names on the PATH. */
function find(variable, ...names) {
  if (process.env[variable]) return process.env[variable];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(runs);
  if (found === undefined) throw new Error(`No ${names[0]} here: install it, or set ${variable}.`);
  return found;
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const chromium = (port) => ({
  browser: "chrome",
  executablePath: find("CHROMIUM", "chromium", "chromium-browser", "google-chrome"),
  args: [...CHROMIUM_ARGUMENTS, ...chromiumThrough(port)],
});
const firefox = (port, more = {}) => ({
  browser: "firefox",
  executablePath: find("FIREFOX", "firefox-esr", "firefox"),
  extraPrefsFirefox: { ...FIREFOX_PREFERENCES, ...firefoxThrough(port), ...more },
});

/** By name: what puppeteer starts, with a proxy on this port. */
export const ENGINES = {
  chromium,
  firefox: (port) => firefox(port),
  "firefox-safer": (port) => firefox(port, SAFER_PREFERENCES),
};
