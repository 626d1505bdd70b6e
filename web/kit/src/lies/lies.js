// The lies of a host, as docs/threat-model.md lists them. Each changes what an honest host answers.
//
// A lie has `says`, what the host does; `section`, what a client checks; `act`, what the adapter is asked meanwhile;
// `change`, from an honest answer to the lie; `sends`: whether a message may be sent all the same.

import { boxKey, signingKey } from "@meldpunt/client/protocol/keys";
import { addDays } from "@meldpunt/client/protocol/verify/days";
import { encodeBase64url, encodeLineId } from "@meldpunt/client/protocol/verify/encoding";

import { KitLine, makeHandler, random, statementOf, today } from "../host/line.js";
import { proofOf } from "../host/report.js";
import { accepted, at, elsewhere, line, messages, page, status } from "./changing.js";

const stranger = signingKey(random(32));
/** Another base64url text of the same length. */
const other = (text) => (text[0] === "A" ? "B" : "A") + text.slice(1);
const week = (day) => addDays(day, 7);

const SUBMIT = {
  "line-of-another-key": {
    says: "says that another key made the line",
    section: "5.1",
    change: line((body) => ({ ...body, firstKey: encodeBase64url(stranger.publicKey) })),
  },
  "line-of-another-office": {
    says: "says that another line, whole and valid, is this one",
    section: "5.2",
    change: line(({ firstKey }, { line: real }) => ({
      ...new KitLine(real.origin, real.receiptKey).answer(),
      firstKey,
    })),
  },
  "line-unsigned": {
    says: "shows a line document whose signature is wrong",
    section: "5.2",
    change: line((body) => ({ ...body, signature: other(body.signature) })),
  },
  "handler-swapped": {
    says: "says that somebody else handles reports",
    section: "5.2",
    change: line((body, { line: real }) => {
      const handlers = [makeHandler(real.id, "Noor Bakker"), ...real.handlers.slice(1)];
      const { document } = real.document({ number: 2, previous: real.older.hash, handlers });
      return { ...body, document };
    }),
  },
  "box-key-swapped": {
    says: "gives a key of its own for a handler",
    section: "6.1",
    change: line((body, { line: real }) => {
      const forged = { ...real.handlers[0], box: boxKey(random(32)) };
      const forgery = statementOf(real.id, forged, stranger);
      return { ...body, boxKeys: [forgery, ...body.boxKeys.slice(1)] };
    }),
  },
  "line-rolled-back": {
    says: "says that an older document than the pinned one is the newest",
    section: "5.3",
    change: line((_, { line: real }) => real.answer(real.older)),
  },
  "line-forked": {
    says: "shows another document of the same number as the pinned one",
    section: "5.3",
    change: line((_, { line: real }) =>
      real.answer(
        real.document({
          number: 2,
          previous: real.older.hash,
          handlers: real.handlers.slice(1),
        }),
      ),
    ),
  },
  "line-elsewhere": {
    says: "sends whoever asks for a line on to another origin",
    section: "10.1",
    change: elsewhere("GET", ({ line: real }) => real.path),
  },
  "report-elsewhere": {
    says: "sends a report on to another origin",
    section: "10.1",
    sends: true,
    change: elsewhere("PUT", () => "/v1/report"),
  },
  "no-proof": {
    says: "says that a report arrived, with a false proof",
    section: "10.4",
    sends: true,
    change: accepted((body) => ({ ...body, proof: other(body.proof) })),
  },
  "another-day": {
    says: "says that a report arrives a month from now, and proves it",
    section: "10.4",
    sends: true,
    change: accepted((body, host) => {
      const day = addDays(today(), 30);
      const [report] = [...host.reports.values()].slice(-1);
      return {
        ...body,
        receivedOn: day,
        proof: proofOf(host.line.receiptKey, report.messages.at(-1).id, day),
      };
    }),
  },
  "accepted-without-a-word": {
    says: "says that all is well, in a page of HTML",
    section: "10.3",
    sends: true,
    change: (answer) =>
      answer.method === "PUT" ? { ...answer, body: "<p>Thank you!</p>" } : answer,
  },
};

const VISIT = {
  "visit-elsewhere": {
    says: "sends whoever comes back on to another origin",
    section: "10.1",
    change: elsewhere("GET", () => "/v1/report/messages"),
  },
  "newest-withheld": {
    says: "hides the newest message, and counts it",
    section: "9.2",
    change: messages((list) => list.slice(0, -1)),
  },
  "middle-missing": {
    says: "hides a handler's first message",
    section: "9.2",
    change: page((list) => ({ messages: [list[0], ...list.slice(2)] })),
  },
  "first-missing": {
    says: "hides the report itself",
    section: "9.2",
    change: messages((list) => list.slice(1)),
  },
  "all-missing": {
    says: "says that a report has no messages",
    section: "9.2",
    change: messages(() => []),
  },
  reordered: {
    says: "says that answers came before what they answer",
    section: "9.2",
    change: messages((list) => list.toReversed()),
  },
  "header-changed": {
    says: "shows another header than the author signed",
    section: "7.1",
    change: at(-1, (each) => ({ ...each, header: otherTag(each.header) })),
  },
  "signature-changed": {
    says: "shows a header with a wrong signature",
    section: "7.1",
    change: at(-1, (each) => ({ ...each, signature: other(each.signature) })),
  },
  "body-changed": {
    says: "shows another text than the author sealed",
    section: "7.3",
    change: at(-1, (each) => ({ ...each, body: other(each.body) })),
  },
  "body-missing": {
    says: "hides a text",
    section: "7.3",
    change: at(-1, ({ body, ...each }) => each),
  },
  "wrap-missing": {
    says: "says that a message is not sealed to the reporter",
    section: "7.4",
    change: at(-1, (each) => ({ ...each, wraps: [] })),
  },
  "wrap-changed": {
    says: "shows another wrap than the author made",
    section: "7.4",
    change: at(-1, (each) => ({
      ...each,
      wraps: each.wraps.map(({ keyId, wrap }) => ({ keyId, wrap: other(wrap) })),
    })),
  },
  "another-report": {
    says: "shows the messages of somebody else's report",
    section: "9.1",
    change: messages((_, host) => [...host.reports.values()][0].page().messages),
  },
  "another-line": {
    says: "says that a report belongs to another line",
    section: "9.1",
    change: status((body) => ({ ...body, lineId: encodeLineId(random(20)) })),
  },
  "another-state": {
    says: "says that a report is closed",
    section: "8",
    change: status((body) => ({ ...body, state: "closed" })),
  },
  "no-clocks": {
    says: "says that nothing is due",
    section: "8",
    change: status((body) => ({ ...body, clocks: [] })),
  },
  "another-term": {
    says: "says that a report is erased later",
    section: "8",
    change: status((body) => ({ ...body, erasedOn: week(body.erasedOn) })),
  },
  "another-document": {
    says: "says that other terms apply",
    section: "8",
    change: status((body) => ({ ...body, document: other(body.document) })),
  },
  "another-count": {
    says: "says that there are more messages than it shows",
    section: "9.2",
    change: status((body) => ({ ...body, messageCount: body.messageCount + 1 })),
  },
  "erased-without-a-wish": {
    says: "says that a report was erased, which nobody withdrew",
    section: "8",
    change: status((body) => ({ ...body, erased: true })),
  },
  "proof-changed": {
    says: "shows a false proof of receipt",
    section: "10.4",
    change: at(-1, (each) => ({ ...each, proof: other(each.proof) })),
  },
  "day-changed": {
    says: "says that a message came a month later than its author signed, and proves it",
    section: "9.2",
    change: at(-1, (each, host) => {
      const receivedOn = addDays(each.receivedOn, 30);
      const [, report] = [...host.reports.values()];
      const { id } = report.messages.at(-1);
      return { ...each, receivedOn, proof: proofOf(host.line.receiptKey, id, receivedOn) };
    }),
  },
  "no-end": {
    says: "says that there is always one more page",
    section: "10.1",
    change: page(() => ({ more: true })),
  },
};

const REPLY = {
  "reply-elsewhere": {
    says: "sends a reply on to another origin",
    section: "10.1",
    sends: true,
    change: elsewhere("PUT", () => ""),
  },
  "own-report-hidden": {
    says: "hides the report itself, to somebody who replies",
    section: "9.4",
    change: messages((list) => list.slice(1)),
  },
  "document-swapped": {
    says: "says that somebody else handles reports, to somebody who replies",
    section: "5.2",
    change: SUBMIT["handler-swapped"].change,
  },
  "reply-without-proof": {
    says: "says that a reply arrived, with a false proof",
    section: "10.4",
    sends: true,
    change: accepted((body) => ({ ...body, proof: other(body.proof) })),
  },
};

/** Another tag in a header; its signature does not fit any more. */
function otherTag(header) {
  const text = Buffer.from(header, "base64url").toString();
  return Buffer.from(text.replace('"tag":"message"', '"tag":"feedback"')).toString("base64url");
}

const all = (act, lies) => Object.entries(lies).map(([name, lie]) => ({ name, act, ...lie }));

/** Every lie, in the order in which they are told. */
export const LIES = [...all("submit", SUBMIT), ...all("visit", VISIT), ...all("reply", REPLY)];
