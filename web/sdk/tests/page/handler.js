// A handler's page for tests in real browsers: the key file comes in as base64, and goes out the same way.

import { explainToHandler, openHandler } from "@meldpunt/client/handler";

const fromBase64 = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
const toBase64 = (bytes) => btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join(""));

let handler;
let report;
let kept;

/** What a page has of a key file is what its program gave it last. */
async function save(file) {
  kept = file;
  return undefined;
}

const shown = ({ status, messages, alarms, notices }) => ({
  state: status.state,
  alarms,
  notices,
  texts: messages.map(({ text }) => text),
});

const COMMANDS = {
  async open({ file, passphrase }) {
    kept = fromBase64(file);
    const progress = [];
    handler = await openHandler(kept, passphrase, save, {
      onProgress: (done) => void progress.push(done),
    });
    return { id: handler.id, looks: progress.length };
  },
  async inbox() {
    const found = [];
    for await (const { id, state } of handler.inbox()) found.push({ id, state });
    return found;
  },
  async read({ entry }) {
    report = await handler.read(entry);
    return shown(report.thread);
  },
  async acknowledge({ text }) {
    const { notices } = await report.acknowledge({ text, language: "nl" });
    return notices;
  },
  refresh: async () => shown(await report.refresh()),
  file: () => toBase64(kept),
};

globalThis.command = async ({ command, ...given }) => {
  try {
    return { value: (await COMMANDS[command](given)) ?? null };
  } catch (error) {
    return { error: { ...explainToHandler(error, "en") } };
  }
};
