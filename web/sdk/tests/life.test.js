// The worked life (openapi/life.json) again, with these functions: every byte that is not drawn by HPKE.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { sealBody } from "@meldpunt/client/protocol/body";
import { boxKey, reporterKeys, sign, signingKey } from "@meldpunt/client/protocol/keys";
import { verifyLine } from "@meldpunt/client/protocol/line";
import { openMessage } from "@meldpunt/client/protocol/message";
import { makeReceipt, receiptSeed } from "@meldpunt/client/protocol/receipt";
import { signRequest } from "@meldpunt/client/protocol/request-signing";
import {
  bytes,
  decodeBase64url,
  encodeBase64url,
  hex,
  unhex,
} from "@meldpunt/client/protocol/verify/encoding";
import { bodyHash, handlerId, lineId, messageId } from "@meldpunt/client/protocol/verify/ids";
import { verifyHeader } from "@meldpunt/client/protocol/verify/log/header";
import { checkProof } from "@meldpunt/client/protocol/verify/proof";

const life = JSON.parse(readFileSync(new URL("../../../openapi/life.json", import.meta.url)));
const { secrets, messages, acts } = life;
const exchanges = acts.flatMap((act) => act.exchanges);
const fields = (list) =>
  Object.fromEntries(list.map(([name, value]) => [name.toLowerCase(), value]));
const lineKey = signingKey(unhex(secrets.lineSeed));
const line = lineId(lineKey.publicKey);
const reporter = reporterKeys(unhex(secrets.reporterSeed));
const people = secrets.handlers.map(({ signingSeed, boxSeed }) => {
  const signing = signingKey(unhex(signingSeed));
  return { signing, box: boxKey(unhex(boxSeed)), id: hex(handlerId(line, signing.publicKey)) };
});
const signers = [lineKey, reporter.signing, ...people.map(({ signing }) => signing)];
const signerOf = (author) =>
  author === "reporter" ? reporter.signing : people.find(({ id }) => id === author).signing;

test("the code is made of its random bytes, and gives the seed", async () => {
  assert.equal(makeReceipt(unhex(secrets.codeEntropy)), secrets.code);
  assert.equal(hex(await receiptSeed(secrets.code, line)), secrets.reporterSeed);
});

test("every signed request has the fields that its signer makes", () => {
  let count = 0;
  for (const { title, request } of exchanges) {
    const sent = fields(request.fields);
    if (sent.signature === undefined) continue;
    const [, keyId, challenge] = /keyid="([^"]+)";nonce="([^"]+)"/.exec(sent["signature-input"]);
    const made = signRequest({
      method: request.method,
      uri: `https://${sent.host}${request.target}`,
      body: request.json === undefined ? bytes("") : bytes(JSON.stringify(request.json)),
      challenge,
      key: signers.find(({ publicKey }) => encodeBase64url(publicKey) === keyId),
    });
    for (const [name, value] of Object.entries(made)) assert.equal(sent[name], value, title);
    count += 1;
  }
  assert.equal(count, 16);
});

test("every message is sealed and signed to the bytes that were sent", () => {
  const sent = exchanges.map(({ request }) => request.json?.message ?? request.json);
  for (const { author, header, payload, contentKey, messageId: id } of messages) {
    const found = sent.find((each) => each?.header === encodeBase64url(bytes(header)));
    const body = sealBody(bytes(payload), unhex(contentKey));
    assert.equal(encodeBase64url(body), found.body);
    assert.equal(encodeBase64url(bodyHash(body)), JSON.parse(header).body);
    assert.equal(hex(messageId(bytes(header))), id);
    const signature = sign(signerOf(author), "mp1/message", bytes(header));
    assert.equal(encodeBase64url(signature), found.signature);
  }
});

test("every reader opens the message with the wrap that was sent", () => {
  const answer = exchanges.find(({ answer: { json } }) => json?.boxKeys?.length === 2).answer;
  const verified = verifyLine(bytes(JSON.stringify(answer.json)), line, acts[1].day);
  for (const { header, payload, author } of messages) {
    const { request } = exchanges.find(
      (each) =>
        (each.request.json?.message ?? each.request.json)?.header ===
        encodeBase64url(bytes(header)),
    );
    const { signature, body, wraps } = request.json.message ?? request.json;
    const checked = verifyHeader(
      bytes(header),
      decodeBase64url(signature),
      signerOf(author).publicKey,
    );
    const read = wraps.map(({ keyId, wrap }) => ({
      keyId: decodeBase64url(keyId),
      wrap: decodeBase64url(wrap),
    }));
    const seeds = new Map([[hex(reporter.boxKeyId), reporter.box.seed]]);
    for (const { id, box } of people) seeds.set(hex(verified.boxKeys.get(id).keyId), box.seed);
    for (const reader of checked.header.readers) {
      const opened = openMessage(checked, decodeBase64url(body), read, reader, seeds);
      assert.equal(new TextDecoder().decode(opened.plain), payload);
    }
  }
});

test("the host has signed the day of every message", () => {
  const { publicKey } = signingKey(unhex(secrets.hostReceiptSeed));
  const accepted = exchanges.filter(({ answer }) => answer.json?.proof !== undefined);
  assert.equal(accepted.length, messages.length);
  accepted.forEach(({ answer: { json } }, i) => {
    const id = unhex(messages[i].messageId);
    checkProof(id, json.receivedOn, decodeBase64url(json.proof), publicKey);
  });
});
