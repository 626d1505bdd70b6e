// A handler's client for tests in Python: one command of JSON a line on standard input, one answer a line on standard
// output. tests/web/handler.py is the other side.

import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";

import { attach, download, LIMITS } from "@meldpunt/client";
import { explainToHandler, isUnread, newHandler, openHandler } from "@meldpunt/client/handler";
import { serveCommands } from "@meldpunt/kit/commands";

import { Failing, Tampering } from "./networks.js";

const DAY = 86_400_000;
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

let days = 0;
let handler;
let report;
let draft;
let path;
let saves = 0;
let visit;
const network = new Failing(fetch);
const host = new Tampering(network.fetch);

const environment = () => ({
  fetch: host.fetch,
  now: () => Date.now() + days * DAY,
  limits: { ...LIMITS, delays: [] },
});

/** Replaces the file only if it is the one that was read, as a program must. */
async function save(file, replaced) {
  const there = replaced === "" ? undefined : await readFile(path);
  if (there !== undefined && sha256(there) !== replaced) return there;
  await writeFile(path, file);
  saves += 1;
  return undefined;
}

const shown = ({ status, messages, alarms, knownAlarms, notices, erased, asker, entry }) => ({
  entry,
  status,
  alarms,
  knownAlarms,
  notices,
  erased,
  asker: asker?.handler.name,
  messages: messages.map(({ id, author, tag, n, readability, text, refusal, payload }) => ({
    id,
    author,
    tag,
    n,
    readability,
    text,
    refusal,
    labels: payload?.content.labels,
    files: payload?.attachments?.map(({ name }) => name),
  })),
});

const sent = ({ message, receivedOn, notices, proof }) => ({
  message,
  receivedOn,
  notices,
  proof: hex(proof),
});

const failed = (error) => ({ code: error.code, reason: error.reason, kind: error.kind });

const COMMANDS = {
  async make({ address, file, ...person }) {
    path = file;
    handler = await newHandler(address, person, save, environment());
    return handler.entry;
  },
  async open({ file, passphrase }) {
    path = file;
    handler = await openHandler(await readFile(file), passphrase, save, environment());
    return { id: handler.id, until: handler.keysUntil, address: handler.address };
  },
  save: () => handler.save(),
  saves: () => saves,
  merge: async ({ file, passphrase }) => handler.merge(await readFile(file), passphrase),
  publish: () => handler.publishKeys(),
  async due() {
    const line = await handler.line();
    return { published: await handler.publishWhenDue(line), notice: handler.keyNotice(line) };
  },
  async inbox({ state }) {
    const found = [];
    for await (const each of handler.inbox(state)) {
      found.push({ id: each.id, state: each.state, erased: each.erased });
    }
    return found;
  },
  async absences() {
    const listed = [];
    for await (const { id } of handler.inbox()) listed.push(id);
    const { missing, ended } = handler.absences(listed);
    const foreign = [...handler.foreign];
    return { missing, ended: ended.map(({ entry, ending }) => ({ entry, ending })), foreign };
  },
  news: async () =>
    (await handler.readNewsOfEnds()).map((each) => (isUnread(each) ? each : shown(each))),
  async read({ entry }) {
    report = await handler.read(entry);
    return shown(report.thread);
  },
  async readAll({ entries }) {
    const found = [];
    for await (const each of handler.readAll(entries)) {
      found.push(isUnread(each) ? { failure: failed(each.failure) } : shown(each.thread));
    }
    return found;
  },
  refresh: async () => shown(await report.refresh()),
  act: async ({ act, given }) => sent(await report[act](...given)),
  async seal({ words }) {
    draft = await report.seal(words);
    return { readers: draft.readers, notices: draft.notices };
  },
  send: async () => sent(await draft.send()),
  keep: ({ file }) => writeFile(file, draft.keep()),
  resend: async ({ file }) => sent(await report.resend(await readFile(file))),
  passOn: () => report.passOn(),
  markKnown: () => report.markKnown(),
  async attach({ file, ...listed }) {
    return attach(report, [{ ...listed, content: await openAsBlob(file) }]);
  },
  async download({ file }) {
    const [listed] = report.messages.flatMap(({ payload }) => payload?.attachments ?? []);
    const content = await download(report, listed);
    await writeFile(file, content.stream());
    return { name: listed.name, size: content.size };
  },
  async oral({ written }) {
    draft = await handler.oralReport(written);
    return { receipt: draft.receipt, readers: draft.readers, notices: draft.notices };
  },
  async consult({ address, written }) {
    const asked = await handler.consult(address, written);
    draft = asked.draft;
    return asked.number;
  },
  async consultation({ number }) {
    visit = await handler.consultation(number);
    return visit.thread.messages.map(({ tag, text }) => ({ tag, text }));
  },
  consultations: () => handler.consultations,
  async renew({ giveUp, isPublishing = false }) {
    const told = [];
    let published;
    const onReport = (done, of) => {
      told.push([done, of]);
      if (isPublishing) published ??= handler.publishKeys();
    };
    const { waiting, givenUp, ...found } = await handler.renew({ giveUp, onReport });
    await published;
    const unmoved = ({ failure, ...each }) => ({ ...each, ...failed(failure) });
    return { ...found, waiting: waiting.map(unmoved), givenUp: givenUp.map(unmoved), told };
  },
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

function tell(error) {
  const { name, code, kind } = error;
  return { name, code, kind, ...explainToHandler(error, "en") };
}

await serveCommands(COMMANDS, tell);
