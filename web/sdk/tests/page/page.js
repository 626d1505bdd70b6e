// A page for tests in real browsers: tests/web/real gives it its commands.

import {
  attach,
  download,
  explain,
  LIMITS,
  openLine,
  shownText,
  UnreachableError,
} from "@meldpunt/client";

let line;
let draft;
let visit;
let content;

/** Count what a slow derivation lets the page do: progress that is told, and ticks of a timer in between. */
function watch() {
  const told = [];
  let [ticks, last, longest] = [0, performance.now(), 0];
  const began = last;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    ticks += 1;
  };
  const timer = setInterval(look, 1);
  return {
    onProgress: (done) => told.push([done, ticks]),
    stop() {
      clearInterval(timer);
      look();
      return { told, ticks, longest, took: last - began };
    },
  };
}

const shown = ({ messages, status, alarms, notices, erased }) => ({
  state: status.state,
  alarms,
  notices,
  erased,
  messages: messages.map(({ text, readability }) => shownText(text ?? readability)),
});

const limitsOf = (limits) => (limits === undefined ? {} : { limits: { ...LIMITS, ...limits } });

const COMMANDS = {
  async open({ address, days = 0, limits }) {
    const now = () => Date.now() + 86_400_000 * days;
    line = await openLine(address, { now, ...limitsOf(limits) });
    return { name: line.name("nl"), notices: line.notices };
  },
  async prepare(report) {
    const watched = watch();
    draft = await line.prepare({ language: "nl", ...report, ...watched });
    return { receipt: draft.receipt, ...watched.stop() };
  },
  send: async () => (await draft.send()).notices,
  async visit({ receipt }) {
    const watched = watch();
    visit = await line.visit(receipt, undefined, watched);
    return { ...shown(visit.thread), ...watched.stop() };
  },
  refresh: async () => shown(await visit.refresh()),
  reply: async ({ text }) => (await visit.reply({ text, language: "nl" })).notices,
  /** Make a file of so many bytes. */
  file({ size }) {
    const block = new Blob([Uint8Array.from({ length: 1 << 20 }, (_, i) => i % 251)]);
    content = new Blob(Array(Math.ceil(size / block.size)).fill(block)).slice(0, size);
  },
  async attach() {
    const told = [];
    const file = { name: "a.bin", mediaType: "application/octet-stream", content };
    const attachments = await attach(visit, [file], (done, of) => told.push(done / of));
    await visit.reply({ text: "File", language: "nl", attachments });
    return told;
  },
  async download() {
    const [listed] = visit.thread.messages.flatMap(({ payload }) => payload?.attachments ?? []);
    const told = [];
    const found = await download(visit, listed, (done, of) => told.push(done / of));
    const last = new Uint8Array(await found.slice(-10).arrayBuffer());
    return { told, size: found.size, last: Array.from(last) };
  },
  /** All that a page can leave behind. */
  kept: async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: "caches" in window ? (await caches.keys()).length : 0,
    workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
    address: location.href,
    title: document.title,
    history: history.length,
  }),
};

/** Do a command; an error is what the person and the developer are told. */
globalThis.command = async ({ command, ...given }) => {
  try {
    return { value: (await COMMANDS[command](given)) ?? null };
  } catch (error) {
    const { name, code, kind } = error;
    const isUnreachable = error instanceof UnreachableError;
    return { error: { name, code, kind, isUnreachable, ...explain(error, "nl") } };
  }
};
