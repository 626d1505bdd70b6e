// An office's program for tests in Python: one command of JSON a line on standard input, one answer a line on standard
// output. tests/web/client.py is the other side.

import { readFile, writeFile } from "node:fs/promises";

import { LIMITS } from "@meldpunt/client";
import {
  auditLine,
  createLineKeys,
  explainOffice,
  LineOwner,
  lineContent,
  lineIdOf,
  lineSecrets,
  NONCE_SIZE,
  newKeyFile,
  openKeyFile,
  SALT_SIZE,
  withFirstBoxKey,
  withHandlers,
  withoutHandler,
  writeKeyFile,
} from "@meldpunt/client/office";
import { encodeLineId } from "@meldpunt/client/protocol/verify/encoding";

import { serveCommands } from "@meldpunt/kit/commands";
import { Failing } from "./networks.js";

const entropy = (size) => crypto.getRandomValues(new Uint8Array(size));
const bytes = (text) => new TextEncoder().encode(text);
const day = () => new Date().toISOString().slice(0, 10);

const network = new Failing(fetch);
const environment = { fetch: network.fetch, limits: { ...LIMITS, delays: [] } };
let path;
let file;
let owner;

async function save(secrets) {
  const data = writeKeyFile(file, lineContent(secrets), entropy(NONCE_SIZE));
  await writeFile(path, data, { mode: 0o600 });
}

function begin(secrets) {
  owner = new LineOwner(secrets, save, environment);
  return encodeLineId(lineIdOf(secrets.keys));
}

const told = ({ document, keys }) => ({
  number: document.number,
  keys: keys.length,
  handlers: document.handlers.map(({ name, until, firstBoxKey }) => ({ name, until, firstBoxKey })),
});

/** Publish a change of the plan that is published. */
async function change(how) {
  return told(await owner.publish(how(await owner.plan(await owner.line()))));
}

let kept;

const COMMANDS = {
  async create(given) {
    path = given.path;
    file = await newKeyFile(given.passphrase, entropy(SALT_SIZE), { memoryKib: 65_536, passes: 1 });
    const secrets = { origin: given.origin, keys: createLineKeys(entropy) };
    await save(secrets);
    return begin(secrets);
  },
  async openFile(given) {
    path = given.path;
    file = await openKeyFile(new Uint8Array(await readFile(path)), given.passphrase);
    return begin(lineSecrets(file.content));
  },
  async publish({ plan, texts, entries, invite }) {
    const { form, guide, procedure } = texts;
    const made = {
      ...plan,
      handlers: [],
      texts: { form: bytes(form), guide: bytes(guide), procedure: bytes(procedure) },
    };
    const line = lineIdOf(owner.secrets.keys);
    return told(await owner.publish(withHandlers(made, line, entries, day()), invite));
  },
  renew: async (given) => told(await owner.renew(given)),
  rotate: async () => told(await owner.rotate()),
  add: ({ entries }) =>
    change((plan) => withHandlers(plan, lineIdOf(owner.secrets.keys), entries, day())),
  remove: ({ handler }) => change((plan) => withoutHandler(plan, handler, day())),
  firstBoxKey: ({ handler, number }) => change((plan) => withFirstBoxKey(plan, handler, number)),
  clocks: ({ clocks }) => change((plan) => ({ ...plan, clocks })),
  hasNewReceiptKey: () => owner.hasNewReceiptKey,
  async audit({ address }) {
    const { findings, bulletins, documents } = await auditLine(address, { ...environment, kept });
    kept = bulletins;
    return { findings, documents: documents.length };
  },
  fail({ at, how }) {
    network.failAt(at, how);
    return null;
  },
};

await serveCommands(COMMANDS, (error) => {
  const { name, code, kind } = error;
  return { name, code, kind, ...explainOffice(error, "en") };
});
process.exit();
