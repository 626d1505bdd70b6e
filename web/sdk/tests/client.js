// A reporter's client for tests in Python: one command of JSON a line on standard input, one answer a line on
// standard output. tests/web/client.py is the other side.

import { createWriteStream, openAsBlob } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { attach, download, explain, isFinal, LIMITS, openLine, takeOver } from "@meldpunt/client";
import { serveCommands } from "@meldpunt/kit/commands";

import { acts } from "./acts.js";
import { browserFetch, Failing, Tampering } from "./networks.js";

const DAY = 86_400_000;
const hex = (bytes) => Buffer.from(bytes).toString("hex");

let days = 0;
let line;
let draft;
let bulletins;
let visit;
let takeover;
let network = new Failing(fetch);
let host = new Tampering(network.fetch);

function environment({ page, delays = [], limits = {} }) {
  network = new Failing(page === undefined ? fetch : browserFetch(page));
  const now = () => Date.now() + days * DAY;
  host = new Tampering(network.fetch);
  return { fetch: host.fetch, now, limits: { ...LIMITS, delays, ...limits } };
}

const shown = ({ status, messages, alarms, notices, erased }) => ({
  status,
  alarms,
  notices,
  erased,
  messages: messages.map(({ author, tag, n, readability, text, refusal, confirmed }) => ({
    author,
    tag,
    n,
    readability,
    text,
    refusal,
    confirmed,
  })),
});

const sent = ({ message, receivedOn, notices, proof }) => ({
  message,
  receivedOn,
  notices,
  proof: hex(proof),
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/**
 * What the memory holds that is not garbage, in bytes. The engine frees the bytes of buffers beside its work, and
 * on a busy machine late: the second collection waits for the first one's.
 */
function held() {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Do something, and see by how many bytes more is held meanwhile. */
async function growing(work) {
  const before = held();
  const looks = [before];
  const timer = setInterval(() => looks.push(held()), 200);
  const found = await work();
  clearInterval(timer);
  return { ...found, grown: Math.max(...looks) - before, looks: looks.length };
}

const COMMANDS = {
  ...acts({ visit: () => visit, draft: () => draft, environment: () => environment({}), sent }),
  async open({ address, ...options }) {
    line = await openLine(address, environment(options));
    const { handlers, notices, address: pinned } = line;
    return { name: line.name("nl"), handlers, notices, address: pinned };
  },
  async prepare({ report }) {
    draft = await line.prepare(report);
    const { receipt, readers, notices } = draft;
    return { receipt, readers, notices };
  },
  confirms: ({ typed }) => draft.confirms(typed),
  send: async () => sent(await draft.send()),
  async look() {
    bulletins = await line.look();
    const { first, last, unknown, isNamed } = bulletins;
    return { first, last, unknown, isNamed, days: bulletins.days.map(({ day }) => day) };
  },
  news: ({ receipt }) => line.news(receipt, bulletins),
  async visit({ receipt }) {
    visit = await line.visit(receipt, bulletins);
    return shown(visit.thread);
  },
  refresh: async () => shown(await visit.refresh()),
  reply: async ({ reply }) => sent(await visit.reply(reply)),
  reopen: async ({ reply }) => sent(await visit.reopen(reply)),
  withdraw: async ({ immediate }) => sent(await visit.withdraw("nl", { immediate })),
  async takeOver() {
    takeover = await takeOver(visit, { language: "nl" });
    return takeover.receipt;
  },
  sendTakeover: async () => sent(await takeover.send()),
  async attach({ files }) {
    const told = [];
    const given = await Promise.all(
      files.map(async ({ path, ...file }) => ({ ...file, content: await openAsBlob(path) })),
    );
    const attachments = await attach(visit, given, (done, of) => told.push([done, of]));
    return { attachments, told };
  },
  async download({ path }) {
    const [listed] = visit.thread.messages.flatMap(({ payload }) => payload?.attachments ?? []);
    const content = await download(visit, listed);
    await writeFile(path, content.stream());
    return { name: listed.name, mediaType: listed.mediaType, size: content.size };
  },
  /** As `attach` and `download`, with the bytes that were held more meanwhile, at most. */
  attachLarge: (given) => growing(() => COMMANDS.attach(given)),
  downloadLarge: ({ path, pieces }) =>
    growing(async () => {
      const [listed] = visit.thread.messages.flatMap(({ payload }) => payload?.attachments ?? []);
      const told = [];
      let count = 0;
      const keep = async (piece) => {
        count += 1;
        const name = join(pieces, `${count}`);
        await writeFile(name, piece);
        return openAsBlob(name);
      };
      const content = await download(visit, listed, (...done) => told.push(done), keep);
      await pipeline(content.stream(), createWriteStream(path));
      return { told };
    }),
  text: async ({ name }) => Buffer.from(await line.text(line.document[name])).toString(),
  wait(given) {
    days = given.days;
    return days;
  },
  fail({ at, how }) {
    network.failAt(at, how);
    return null;
  },
  tamper({ how, times = 0 }) {
    host.tamper(how, times);
    return null;
  },
  requests: () => network.requests,
};

await serveCommands(COMMANDS, (error) => {
  const { name, code, kind, retryAfter } = error;
  return { name, code, kind, retryAfter, isFinal: isFinal(error), ...explain(error, "en") };
});
process.exit();
