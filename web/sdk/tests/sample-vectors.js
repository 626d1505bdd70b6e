// What the sample client makes of vectors: {name: "holds" or a reason}. tests/web/test_sample.py
// copies it beside the sample, and names the folder of vectors.

import { readFileSync } from "node:fs";

import { checkKey, checkSignature, keysOf, makeCode, parseSigned } from "./basics.js";
import { verifyDocument, verifyKeyChain, verifyLine } from "./report.js";

const hex = (value) => Buffer.from(value).toString("hex");
const unhex = (text) => Uint8Array.from(Buffer.from(text, "hex"));
const bytes = (text) => new TextEncoder().encode(text);
const b64 = (value) => Buffer.from(value).toString("base64url");
const lineId = (text) => {
  const digits = BigInt(`0x${text}`).toString(32).padStart(32, "0");
  return digits.replace(/./g, (d) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(d, 32)]);
};

const OPERATIONS = {
  "receipt-make": ({ entropy }) => ({ code: makeCode(unhex(entropy)) }),
  "receipt-keys": async ({ typed, lineId: line }) => {
    const { signingKey, boxKey, report } = await keysOf(typed, unhex(line));
    return { signingKey: hex(signingKey), boxKey: hex(boxKey), reportId: hex(report) };
  },
  "check-public-key": ({ publicKey }) => checkKey(unhex(publicKey)),
  "check-signature": ({ publicKey, label, message, signature }) => {
    checkKey(unhex(publicKey));
    checkSignature(label, unhex(message), unhex(signature), unhex(publicKey));
  },
  "json-signed": ({ data }) => parseSigned(unhex(data)) && undefined,
  "verify-key-chain": ({ lineId: line, firstKey, rotations }) => {
    const travelling = rotations.map(({ statement, oldSignature, newSignature }) => ({
      statement: b64(statement),
      oldSignature: b64(unhex(oldSignature)),
      newSignature: b64(unhex(newSignature)),
    }));
    return { keys: verifyKeyChain(lineId(line), unhex(firstKey), travelling).map(hex) };
  },
  "verify-document": ({ lineId: line, keys, document, signature }) => {
    verifyDocument(bytes(document), unhex(signature), lineId(line), keys.map(unhex));
  },
  "verify-line": ({ lineId: line, served, today }) => {
    const { hash, boxKeys } = verifyLine(JSON.parse(served), lineId(line), today);
    const keys = [...boxKeys].map(([{ id }, key]) => [
      hex(Buffer.from(id, "base64url")),
      hex(key.id),
    ]);
    return { document: hex(hash), boxKeys: Object.fromEntries(keys.sort()) };
  },
};

const found = {};
for (const file of ["receipt", "ed25519", "strict-json", "line"]) {
  const { vectors } = JSON.parse(readFileSync(`${process.argv[2]}/${file}.json`, "utf8"));
  for (const { name, operation, input } of vectors) {
    if (!(operation in OPERATIONS)) continue;
    if ("pin" in input || (operation === "receipt-keys" && input.typed.includes(" "))) continue;
    try {
      found[name] = { output: (await OPERATIONS[operation](input)) ?? {} };
    } catch (error) {
      found[name] = { refused: error.message };
    }
  }
}
process.stdout.write(JSON.stringify(found));
