// One step of a conversation with the Python code: a task on standard input, its answer on
// standard output. tests/web/test_node.py is the other side.

import { text } from "node:stream/consumers";

import { signingKey } from "@meldpunt/client/protocol/keys";
import { sealMessage } from "@meldpunt/client/protocol/message";
import { makeReceipt, receiptSeed } from "@meldpunt/client/protocol/receipt";
import { encodeBase64url as b64, bytes, unhex } from "@meldpunt/client/protocol/verify/encoding";

import { cleanPictures } from "./cleaning.js";
import { OPERATIONS, openMessage } from "./operations.js";

const entropy = (size) => crypto.getRandomValues(new Uint8Array(size));

function seal({ draft, payload, seed, recipients }) {
  const to = recipients.map(({ keyId, publicKey }) => ({
    keyId: unhex(keyId),
    publicKey: unhex(publicKey),
  }));
  const own = sealMessage(draft, bytes(payload), signingKey(unhex(seed)), to, entropy);
  const { header, signature, body, wraps } = own.sealed;
  return {
    header: b64(header),
    signature: b64(signature),
    body: b64(body),
    wraps: wraps.map(({ keyId, wrap }) => ({ keyId: b64(keyId), wrap: b64(wrap) })),
  };
}

async function receipt({ lineId }) {
  const code = makeReceipt(entropy(12));
  return { code, seed: b64(await receiptSeed(code, unhex(lineId))) };
}

const TASKS = {
  open: openMessage,
  clean: cleanPictures,
  seal,
  receipt,
  line: OPERATIONS["verify-line"],
  request: OPERATIONS["sign-request"],
};

const { task, ...given } = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await TASKS[task](given)));
