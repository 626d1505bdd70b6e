// A line of the kit's own: an office, two handlers, and the signed documents that a host serves of it.

import { boxKey, sign, signingKey } from "@meldpunt/client/protocol/keys";
import { addDays, dayOf } from "@meldpunt/client/protocol/verify/days";
import { bytes, encodeBase64url, encodeLineId } from "@meldpunt/client/protocol/verify/encoding";
import {
  boxKeyId,
  documentHash,
  handlerId,
  lineId,
  textHash,
} from "@meldpunt/client/protocol/verify/ids";
import { dumpJson } from "@meldpunt/client/protocol/verify/strict-json";

import { TEXTS } from "./texts.js";

export const today = () => dayOf(Date.now());
export const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const newKey = () => signingKey(random(32));

/** A handler: keys, and the statement about the box key that reporters seal to. */
export function makeHandler(line, name) {
  const [signing, box] = [newKey(), boxKey(random(32))];
  const id = handlerId(line, signing.publicKey);
  return { name, id, signing, box, keyId: boxKeyId(line, id, 0, box.publicKey) };
}

/** What a handler signs about a box key; `signer` is somebody else where a host lies. */
export function statementOf(line, { id, box, signing }, signer = signing) {
  const statement = dumpJson({
    version: 1,
    lineId: encodeLineId(line),
    handlerId: encodeBase64url(id),
    number: 0,
    publicKey: encodeBase64url(box.publicKey),
    notBefore: addDays(today(), -1),
    notAfter: addDays(today(), 45),
  });
  return signed("mp1/box-key", "statement", statement, signer);
}

const signed = (label, name, statement, key) => ({
  [name]: encodeBase64url(statement),
  signature: encodeBase64url(sign(key, label, statement)),
});

const listed = ({ id, name, signing }) => ({
  id: encodeBase64url(id),
  name,
  role: "adviser",
  signingKey: encodeBase64url(signing.publicKey),
  from: addDays(today(), -30),
});

/** A line on an origin, whose proofs `receiptKey` signs. */
export class KitLine {
  constructor(origin, receiptKey) {
    this.office = newKey();
    this.id = lineId(this.office.publicKey);
    this.origin = origin;
    this.receiptKey = receiptKey;
    this.handlers = ["Noor Bakker", "Sam Visser"].map((name) => makeHandler(this.id, name));
    this.older = this.document({ number: 1, signedOn: addDays(today(), -20) });
    this.newest = this.document({ number: 2, previous: this.older.hash });
  }

  /** The path of the line on every host. */
  get path() {
    return `/v1/lines/${encodeLineId(this.id)}`;
  }

  /** The address, with a pin to the newest document. */
  get address() {
    return `${this.origin}${this.path}#2-0-${encodeBase64url(this.newest.hash)}`;
  }

  /** A document that the office signs. */
  document({
    number,
    previous,
    signedOn = today(),
    expiresOn = addDays(signedOn, 80),
    handlers = this.handlers,
  }) {
    const data = dumpJson({
      version: 1,
      lineId: encodeLineId(this.id),
      number,
      previous: previous && encodeBase64url(previous),
      keyNumber: 0,
      signedOn,
      expiresOn,
      origins: [this.origin],
      receiptKey: encodeBase64url(this.receiptKey.publicKey),
      languages: ["en", "nl"],
      names: [{ language: "en", text: "Line of the kit" }],
      contact: [{ language: "en", text: "There is nobody: this line tests pages." }],
      ...Object.fromEntries(
        Object.entries(TEXTS).map(([name, text]) => [name, encodeBase64url(textHash(bytes(text)))]),
      ),
      texts: [],
      clocks: [
        { name: "acknowledge", startsAt: "received", term: "P7D", metBy: "acknowledgement" },
        {
          name: "feedback",
          startsAt: "acknowledged",
          term: "P3M",
          metBy: "feedback",
          startsNoLaterThan: "P7D",
        },
      ],
      retention: "P2M",
      maximumTerm: "P5Y",
      withdrawalTerm: "P14D",
      readerCount: 2,
      handlers: handlers.map(listed),
    });
    return {
      data,
      hash: documentHash(data),
      ...signed("mp1/line-document", "document", data, this.office),
    };
  }

  /** The answer of an honest host about the line, or of one that has `document`. */
  answer({ document, signature } = this.newest) {
    return {
      firstKey: encodeBase64url(this.office.publicKey),
      rotations: [],
      document,
      signature,
      boxKeys: this.handlers.map((handler) => statementOf(this.id, handler)),
    };
  }
}
