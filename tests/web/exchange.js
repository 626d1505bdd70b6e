// One step of a conversation with the Python code: a task on standard input, its answer on
// standard output. tests/web/test_node.py is the other side.

import { text } from "node:stream/consumers";

import { openMessage, OPERATIONS } from "./operations.js";
import * as c from "./protocol/crypto.js";
import { bytes, encodeBase64url, sodium, unhex } from "./protocol/encoding.js";
import { messageId, openOwn, parseHeader } from "./protocol/message.js";

const b64 = encodeBase64url;

async function seal({ draft, payload, seed, recipients }) {
  const contentKey = sodium.randombytes_buf(32);
  const body = c.sealBody(bytes(payload), contentKey);
  const header = bytes(JSON.stringify({ ...draft, body: b64(c.bodyHash(body)) }));
  const { lineId: line, reportId: report } = parseHeader(header);
  openOwn(parseHeader(header), body, contentKey); // nothing is sent that its readers would refuse
  const wraps = recipients.map(async ({ keyId, publicKey }) => {
    const place = { line, report, message: messageId(header), key: unhex(keyId) };
    const wrap = await c.sealWrap(contentKey, unhex(publicKey), place);
    return { keyId: b64(unhex(keyId)), wrap: b64(wrap) };
  });
  return {
    header: b64(header),
    signature: b64(c.sign(c.signingKey(unhex(seed)), "mp1/message", header)),
    body: b64(body),
    wraps: await Promise.all(wraps),
  };
}

const newReceipt = ({ lineId }) => {
  const code = c.makeReceipt(sodium.randombytes_buf(12));
  return { code, seed: b64(c.receiptSeed(code, unhex(lineId))) };
};

const TASKS = {
  open: openMessage,
  seal,
  receipt: newReceipt,
  line: OPERATIONS["verify-line"],
  request: OPERATIONS["sign-request"],
};

const { task, ...given } = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await TASKS[task](given)));
