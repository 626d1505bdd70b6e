// A report on the kit's host: its log, what its handlers read and write, and what a host tells of it.

import { sign } from "@meldpunt/client/protocol/keys";
import { openMessage, sealMessage } from "@meldpunt/client/protocol/message";
import { writePayload } from "@meldpunt/client/protocol/payload";
import {
  bytes,
  concat,
  encodeBase64url,
  encodeLineId,
  hex,
} from "@meldpunt/client/protocol/verify/encoding";
import { reporterKeyId } from "@meldpunt/client/protocol/verify/ids";
import { readDocument } from "@meldpunt/client/protocol/verify/line-document";
import { reportClocks } from "@meldpunt/client/protocol/verify/log/clocks";
import { verifyHeader } from "@meldpunt/client/protocol/verify/log/header";

import { random, today } from "./line.js";

/** The host's word that it received a message on a day. */
export const proofOf = (key, id, day) =>
  encodeBase64url(sign(key, "mp1/receipt-proof", concat(id, bytes(day))));

/** A report: the reporter's public keys, and the messages in the order of their arrival. */
export class KitReport {
  messages = [];

  constructor(line, id, { signingKey, boxKey }) {
    this.line = line;
    this.id = id;
    this.signingKey = signingKey;
    this.boxKey = { keyId: reporterKeyId(id, boxKey), publicKey: boxKey };
  }

  find = (id) => this.messages.find((message) => hex(message.id) === hex(id));

  /** Keep a message whose header is verified. */
  add(sealed, { header, id }) {
    const receivedOn = today();
    const proof = proofOf(this.line.receiptKey, id, receivedOn);
    this.messages.push({ sealed, header, id, receivedOn, proof });
    return this.messages.at(-1);
  }

  /** What a handler reads of a message. @throws RefusedError as every reader does. */
  open({ sealed, header, id }, handler) {
    const seeds = new Map([[hex(handler.keyId), handler.box.seed]]);
    return openMessage({ header, id }, sealed.body, sealed.wraps, hex(handler.id), seeds);
  }

  /** Let a handler write to everybody who reads the report. */
  write(handler, tag, text) {
    const { line } = this;
    const own = encodeBase64url(handler.id);
    const readers = this.messages.at(-1).header.readers.filter((each) => each !== "reporter");
    const [first] = this.messages;
    const draft = {
      version: 1,
      lineId: encodeLineId(line.id),
      reportId: encodeBase64url(this.id),
      author: own,
      n: this.messages.filter(({ header }) => header.author === hex(handler.id)).length,
      tag,
      document: encodeBase64url(first.header.document),
      day: today(),
      readers: [
        ...readers.map((each) => encodeBase64url(Buffer.from(each, "hex"))),
        "reporter",
      ].sort(),
      seen: this.messages
        .map(({ id }) => id)
        .filter(
          (id) =>
            !this.messages.some(({ header }) => header.seen.some((seen) => hex(seen) === hex(id))),
        )
        .map((id) => encodeBase64url(id))
        .sort(),
    };
    const payload = writePayload({ language: "en", content: { text } });
    const to = line.handlers.filter(({ id }) => readers.includes(hex(id)));
    const recipients = [
      this.boxKey,
      ...to.map(({ keyId, box }) => ({ keyId, publicKey: box.publicKey })),
    ];
    const { sealed, header, id } = sealMessage(draft, payload, handler.signing, recipients, random);
    verifyHeader(sealed.header, sealed.signature, handler.signing.publicKey);
    return this.add(sealed, { header, id });
  }

  /** State and clocks, as an honest host counts them. */
  status() {
    const { line, messages } = this;
    const [first, ...rest] = messages;
    const place = new Map(messages.map(({ id }, i) => [hex(id), i]));
    const steps = rest.map(({ header, receivedOn }) => ({
      seen: header.seen.flatMap((id) => place.get(hex(id)) ?? []),
      author: header.author,
      tag: header.tag,
      day: receivedOn,
      until: header.until,
      immediate: header.immediate,
    }));
    const found = reportClocks(readDocument(line.newest.data), first.receivedOn, steps, today());
    return {
      lineId: encodeLineId(line.id),
      document: encodeBase64url(first.header.document),
      state: found.state,
      receivedOn: first.receivedOn,
      clocks: found.clocks,
      erasedOn: found.erasedOn,
      erased: false,
      unopened: false,
      messageCount: messages.length,
      bulletinSince: first.receivedOn,
    };
  }

  /** The messages as their reporter gets them. */
  page() {
    const own = hex(this.boxKey.keyId);
    const messages = this.messages.map(({ sealed, receivedOn, proof }) => ({
      header: encodeBase64url(sealed.header),
      signature: encodeBase64url(sealed.signature),
      body: encodeBase64url(sealed.body),
      wraps: sealed.wraps
        .filter(({ keyId }) => hex(keyId) === own)
        .map(({ keyId, wrap }) => ({ keyId: encodeBase64url(keyId), wrap: encodeBase64url(wrap) })),
      receivedOn,
      proof,
    }));
    return { messages, cursor: messages.length, more: false };
  }
}
