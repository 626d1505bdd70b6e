// A client of level 1: verify a line, seal a report, send it. No log, no visit, no handover.
// Read it beside ../protocol.md, whose sections it names; basics.js has sections 2, 3 and 7.2 to 7.4.
// It checks the fields that it uses. A whole client checks the form of every field (2.4) and that
// documents lead to a pin (5.3), and asks for the receipt code before it sends.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes as concat, bytesToHex as hex } from "@noble/hashes/utils.js";
import {
  after,
  b64,
  checkKey,
  checkSignature,
  H,
  integer,
  isUsable,
  keysOf,
  lp,
  makeCode,
  need,
  openBody,
  parseSigned,
  random,
  sealBody,
  sealWrap,
  signed,
  symbols,
  unb64,
  utf8,
} from "./basics.js";

// 5.1 The key chain
export function verifyKeyChain(lineId, firstKey, rotations) {
  checkKey(firstKey);
  const id = symbols(H(20, "mp1/line-id", firstKey), 32, "abcdefghijklmnopqrstuvwxyz234567");
  need(id === lineId, "first-key");
  const keys = [firstKey];
  for (const { statement, oldSignature, newSignature } of rotations) {
    const rotation = parseSigned(unb64(statement), 1024);
    const [oldKey, newKey] = [keys.at(-1), unb64(rotation.newKey, 32)];
    need(rotation.lineId === lineId, "other-line");
    need(rotation.number === keys.length && rotation.oldKey === b64(oldKey), "rotation");
    checkKey(newKey);
    checkSignature("mp1/line-rotation", unb64(statement), unb64(oldSignature), oldKey);
    checkSignature("mp1/line-rotation", unb64(statement), unb64(newSignature), newKey);
    keys.push(newKey);
  }
  return keys;
}

// 5.2 The line document
export function verifyDocument(bytes, signature, lineId, keys) {
  const { version, number, previous, keyNumber, ...document } = parseSigned(bytes);
  const { signedOn, expiresOn, handlers } = document;
  need(version === 1, "fields");
  need(document.lineId === lineId, "other-line");
  need(signedOn <= expiresOn && expiresOn <= after(signedOn, 90), "document-dates");
  need((number === 1) === (previous === undefined), "document-previous");
  const named = [document.receiptKey, ...handlers.map(({ signingKey }) => signingKey)];
  for (const key of named) checkKey(unb64(key, 32));
  const line = H(20, "mp1/line-id", keys[0]);
  const handlerId = (key) => b64(H(16, "mp1/handler-id", line, unb64(key)));
  need(
    handlers.every(({ id, signingKey }) => id === handlerId(signingKey)),
    "handler-id",
  );
  need(new Set(handlers.map(({ id }) => id)).size === handlers.length, "handler-duplicate");
  need(keys[keyNumber], "key-number");
  checkSignature("mp1/line-document", bytes, signature, keys[keyNumber]);
  return { ...document, keyNumber };
}

// 6.1 Box keys, 5.3 the whole answer: who may be written to today, and with which key
function verifyBoxKey({ statement, signature }, { lineId, handlers }, line) {
  const { handlerId, number, notBefore, notAfter, ...key } = parseSigned(unb64(statement), 4096);
  const handler = handlers.find(({ id }) => id === handlerId);
  need(key.lineId === lineId, "box-key-other-line");
  need(handler, "box-key-other-handler");
  need(notBefore <= notAfter && notAfter <= after(notBefore, 60), "box-key-dates");
  checkSignature("mp1/box-key", unb64(statement), unb64(signature), unb64(handler.signingKey));
  const publicKey = unb64(key.publicKey, 1216);
  const id = H(16, "mp1/box-key-id", line, unb64(handlerId), integer(number, 8), publicKey);
  return { id, publicKey, number, handler, notBefore, notAfter };
}
export function verifyLine(served, lineId, today) {
  const keys = verifyKeyChain(lineId, unb64(served.firstKey), served.rotations ?? []);
  const bytes = unb64(served.document);
  const document = verifyDocument(bytes, unb64(served.signature), lineId, keys);
  need(document.keyNumber === keys.length - 1, "key-number");
  need(document.signedOn <= after(today, 2), "document-dates");
  need(today <= after(document.expiresOn, 30), "document-expired");
  const line = H(20, "mp1/line-id", keys[0]);
  const isActive = ({ from, until }) => from <= after(today, 2) && !(until <= today);
  const readers = document.handlers.filter(isActive);
  const boxKeys = new Map();
  for (const key of (served.boxKeys ?? []).map((each) => verifyBoxKey(each, document, line))) {
    const { handler, number } = key;
    const isNow = after(key.notBefore, -2) <= today && today <= after(key.notAfter, 2);
    const isNewest = number > (boxKeys.get(handler)?.number ?? -1);
    const counts = isNow && isNewest && number >= (handler.firstBoxKey ?? 0);
    if (counts && readers.includes(handler)) boxKeys.set(handler, key);
  }
  for (const [handler, key] of boxKeys) if (!isUsable(key.publicKey)) boxKeys.delete(handler);
  return { document, hash: H(32, "mp1/line-document", bytes), line, readers, boxKeys };
}

// 7.1 The header, 7.5 the payload. Readers are drawn by lot, with or without a key (9.4).
export function sealReport({ document, hash, line, readers, boxKeys }, keys, language, text) {
  const payload = utf8(JSON.stringify({ version: 1, language, content: { text } }));
  need(/^[a-z]{2,3}(-[a-zA-Z0-9]{1,8}){0,3}$/.test(language), "payload-language");
  need(text !== "", "payload-text");
  const lot = readers.map((handler) => [hex(random(16)), handler]).sort();
  const chosen = lot.slice(0, document.readerCount ?? 2).map(([, handler]) => handler);
  const ck = random(32);
  const sealed = sealBody(payload, ck);
  parseSigned(openBody(sealed, ck)); // 7.5: as a reader will
  const header = utf8(
    JSON.stringify({
      version: 1,
      lineId: document.lineId,
      reportId: b64(keys.report),
      author: "reporter",
      n: 0,
      tag: "report",
      document: b64(hash),
      readers: chosen.map(({ id }) => id).sort(),
      seen: [],
      body: b64(H(32, "mp1/body", sealed)),
    }),
  );
  const id = H(32, "mp1/message-id", header);
  const wraps = chosen
    .filter((handler) => boxKeys.has(handler))
    .map((handler) => {
      const key = boxKeys.get(handler);
      const info = concat(...[utf8("mp1/wrap"), line, keys.report, id, key.id].map(lp));
      return { keyId: b64(key.id), wrap: b64(sealWrap(ck, key.publicKey, info)) };
    });
  need(wraps.length > 0, "no-reader");
  const signature = ed25519.sign(signed("mp1/message", header), keys.signing);
  const message = { header: b64(header), signature: b64(signature), body: b64(sealed), wraps };
  const publicKeys = { signingKey: b64(keys.signingKey), boxKey: b64(keys.boxKey) };
  return { id, body: { keys: publicKeys, message } };
}

// 10.2 Signing a request
const ask = (url, init) => fetch(url, { redirect: "error", ...init });
const base64 = (value) => Buffer.from(value).toString("base64");
async function put(uri, body, { signing, signingKey }) {
  const challenges = new URL("/v1/challenges", uri);
  const { challenge } = await (await ask(challenges, { method: "POST" })).json();
  need(/^[\w-]{1,256}$/.test(challenge), "challenge");
  const digest = `sha-256=:${base64(sha256(utf8(body)))}:`;
  const parameters =
    '("@method" "@target-uri" "content-digest")' +
    `;keyid="${b64(signingKey)}";nonce="${challenge}";alg="ed25519";tag="meldpunt-1"`;
  const base =
    `"@method": PUT\n"@target-uri": ${uri}\n"content-digest": ${digest}\n` +
    `"@signature-params": ${parameters}`;
  const headers = {
    "content-type": "application/json",
    "content-digest": digest,
    "signature-input": `sig=${parameters}`,
    signature: `sig=:${base64(ed25519.sign(utf8(base), signing))}:`,
  };
  const answer = await ask(uri, { method: "PUT", headers, body });
  need(![401, 429, 500, 503].includes(answer.status), "not now");
  return { ok: answer.ok, ...(await answer.json()) };
}

// From line to receipt
async function main(address, language, file) {
  const [, origin, lineId] = /^(https?:\/\/[^/]+)\/v1\/lines\/([a-z2-7]{32})$/.exec(address) ?? [];
  need(lineId, "line-id");
  const today = new Date().toISOString().slice(0, 10);
  const line = verifyLine(await (await ask(address)).json(), lineId, today);
  need(line.document.origins.includes(origin), "the line has moved");
  const code = makeCode(random(12));
  const keys = await keysOf(code, line.line);
  const { id, body } = sealReport(line, keys, language, readFileSync(file, "utf8"));
  console.log(`Your receipt code: ${code}. It opens the answers. Write it down.`);
  const bytes = JSON.stringify(body);
  let answer; // 10.3: the same bytes, until they are answered
  for (let pause = 1; !answer && pause < 100; pause *= 2)
    answer = await put(`${origin}/v1/report`, bytes, keys).catch(() => sleep(1000 * pause));
  need(answer?.ok, answer?.type ?? "no answer");
  const [received, receiptKey] = [utf8(answer.receivedOn), unb64(line.document.receiptKey)];
  checkSignature("mp1/receipt-proof", concat(id, received), unb64(answer.proof), receiptKey);
  console.log(`Received on ${answer.receivedOn}.`); // 10.4: the host has signed that day
}
if (process.argv[1]?.endsWith("report.js")) await main(...process.argv.slice(2));
