// A careless client, for adapters and pages: it seals, sends and opens as it should, and checks nothing of what a host says.

import { reporterKeys } from "@meldpunt/client/protocol/keys";
import { openMessage, sealMessage } from "@meldpunt/client/protocol/message";
import { writePayload } from "@meldpunt/client/protocol/payload";
import { makeReceipt, receiptSeed } from "@meldpunt/client/protocol/receipt";
import { signRequest } from "@meldpunt/client/protocol/request-signing";
import {
  decodeBase64url,
  decodeLineId,
  encodeBase64url,
  hex,
} from "@meldpunt/client/protocol/verify/encoding";
import { boxKeyId, documentHash, messageId } from "@meldpunt/client/protocol/verify/ids";
import { parseHeader } from "@meldpunt/client/protocol/verify/log/header";

const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const raw = decodeBase64url;
const json = (text) => JSON.parse(new TextDecoder().decode(raw(text)));

/** Where a line is, and what its host says of it. */
async function open(address) {
  const { origin, pathname } = new URL(address);
  const served = await (await fetch(origin + pathname)).json();
  const id = pathname.split("/").at(-1);
  return { origin, id, lineId: decodeLineId(id), served };
}

async function ask({ origin }, method, target, key, body) {
  const data =
    body === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(body));
  const { challenge } = await (await fetch(`${origin}/v1/challenges`, { method: "POST" })).json();
  const signed = signRequest({ method, uri: origin + target, body: data, challenge, key });
  const headers = body === undefined ? signed : { ...signed, "content-type": "application/json" };
  const sent = await fetch(origin + target, { method, headers, body: body && data });
  return sent.json().catch(() => ({}));
}

/** Seal to every key that the host names. */
function seal({ id, lineId, served }, keys, text, more) {
  const recipients = served.boxKeys.map(({ statement }) => {
    const { handlerId, number, publicKey } = json(statement);
    const key = raw(publicKey);
    return { handlerId, publicKey: key, keyId: boxKeyId(lineId, raw(handlerId), number, key) };
  });
  const draft = {
    version: 1,
    lineId: id,
    reportId: encodeBase64url(keys.reportId),
    author: "reporter",
    document: encodeBase64url(documentHash(raw(served.document))),
    readers: recipients.map(({ handlerId }) => handlerId).sort(),
    ...more,
  };
  const ordered = Object.fromEntries(ORDER.map((name) => [name, draft[name]]));
  const payload = writePayload({ language: "en", content: { text } });
  const { sealed } = sealMessage(ordered, payload, keys.signing, recipients, random);
  const wraps = sealed.wraps.map(({ keyId, wrap }) => ({
    keyId: encodeBase64url(keyId),
    wrap: encodeBase64url(wrap),
  }));
  const [header, signature, body] = [sealed.header, sealed.signature, sealed.body].map(
    encodeBase64url,
  );
  return { message: { header, signature, body, wraps }, id: messageId(sealed.header) };
}
const ORDER = [
  ...["version", "lineId", "reportId", "author", "n", "tag"],
  ...["document", "readers", "seen"],
];

function shown(keys, { header, body, wraps }) {
  const found = { header: parseHeader(raw(header)), id: messageId(raw(header)) };
  if (found.header.author === "reporter") return { own: true };
  const seeds = new Map([[hex(keys.boxKeyId), keys.box.seed]]);
  const given = wraps.map(({ keyId, wrap }) => ({ keyId: raw(keyId), wrap: raw(wrap) }));
  try {
    return { text: openMessage(found, raw(body), given, "reporter", seeds).payload.content.text };
  } catch {
    return { own: true }; // what does not open is passed over
  }
}

export const CARELESS = {
  async submit({ address, text }) {
    const line = await open(address);
    const receipt = makeReceipt(random(12));
    const keys = reporterKeys(await receiptSeed(receipt, line.lineId));
    const { message } = seal(line, keys, text, { n: 0, tag: "report", seen: [] });
    const own = {
      signingKey: encodeBase64url(keys.signing.publicKey),
      boxKey: encodeBase64url(keys.box.publicKey),
    };
    const bulletinKey = encodeBase64url(keys.bulletin);
    await ask(line, "PUT", "/v1/report", keys.signing, { keys: own, message, bulletinKey });
    return { receipt };
  },
  async visit({ address, receipt }) {
    const line = await open(address);
    const keys = reporterKeys(await receiptSeed(receipt, line.lineId));
    const { messages = [] } = await ask(line, "GET", "/v1/report/messages", keys.signing);
    return { messages: messages.map((message) => shown(keys, message)) };
  },
  /** `spoils`: what is sealed to readers is not what opens. */
  async reply({ address, receipt, text, spoils = false }) {
    const line = await open(address);
    const keys = reporterKeys(await receiptSeed(receipt, line.lineId));
    const { messages } = await ask(line, "GET", "/v1/report/messages", keys.signing);
    const headers = messages.map(({ header }) => raw(header));
    const n = headers.filter((header) => parseHeader(header).author === "reporter").length;
    const seen = headers.slice(-1).map((header) => encodeBase64url(messageId(header)));
    const sealed = seal(line, keys, text, { n, tag: "message", seen });
    if (spoils) for (const each of sealed.message.wraps) each.wrap = `AAAA${each.wrap.slice(4)}`;
    const target = `/v1/report/messages/${encodeBase64url(sealed.id)}`;
    await ask(line, "PUT", target, keys.signing, sealed.message);
    return {};
  },
};
