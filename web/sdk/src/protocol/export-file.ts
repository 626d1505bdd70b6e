/** Exports of a line: the file with which it moves to another host (openapi/files.md section 3). */

import { SIGNED_DOCUMENT } from "./report-proof.js";
import { SIGNED_BOX_KEY } from "./verify/box-key.js";
import { isSignature, signedBytes } from "./verify/ed25519.js";
import { type Bytes, same } from "./verify/encoding.js";
import { refuse } from "./verify/errors.js";
import * as f from "./verify/fields.js";
import { hash } from "./verify/hashing.js";
import { WRAP_SIZE } from "./wrap.js";

const ANY = Number.POSITIVE_INFINITY;
const HEADER_SIZE = 512;
const PAGE_SIZE = 16 * 1024 * 1024;

const MESSAGE = f.record({
  report: f.raw(32),
  position: f.integer(1),
  header: f.raw(),
  signature: f.raw(64),
  receivedOn: f.day,
  proof: f.raw(64),
  receiptKey: f.raw(32),
  body: f.optional(f.raw()),
});

const REMAINS = f.record({
  receivedOn: f.day,
  immediate: f.flag,
  handlers: f.ascending(f.handler, 1, 64, (handler) => handler),
  erasedOn: f.day,
});

const WRAP = f.record({ keyId: f.raw(16), wrap: f.raw(WRAP_SIZE), maker: f.participant });

const RECORD = f.record({
  document: f.optional(SIGNED_DOCUMENT),
  text: f.optional(f.raw()),
  boxKey: f.optional(SIGNED_BOX_KEY),
  report: f.optional(
    f.record({
      keys: f.record({ signingKey: f.raw(32), boxKey: f.raw(1216) }),
      document: f.raw(32),
      first: MESSAGE,
    }),
  ),
  message: f.optional(MESSAGE),
  wraps: f.optional(
    f.record({ report: f.raw(32), message: f.raw(32), wraps: f.list(WRAP, 1, 64) }),
  ),
  part: f.optional(
    f.record({
      report: f.raw(32),
      attachment: f.raw(16),
      size: f.integer(1),
      offset: f.integer(0),
      data: f.raw(),
    }),
  ),
  end: f.optional(
    f.record({
      report: f.raw(32),
      messageCount: f.integer(1),
      remains: f.optional(REMAINS),
      bulletinKey: f.optional(f.raw(16)),
    }),
  ),
});

/** A record is of one kind. */
const record: f.Read<ReturnType<typeof RECORD>> = (value) => {
  const found = RECORD(value);
  return Object.keys(value).length === 1 ? found : refuse("fields");
};

const TOTAL = f.record({
  reports: f.integer(0),
  messages: f.integer(0),
  attachmentBytes: f.integer(0),
});
const PAGE = {
  records: f.list(record, 0, ANY),
  cursor: f.optional(f.sized(0, ANY)),
  total: f.optional(TOTAL),
  staying: f.optional(f.integer(0)),
};
const HEADER = { format: f.oneOf("meldpunt-line-export"), version: f.version, lineId: f.lineId };
const END = { end: f.raw(32), signature: f.raw(64) };

/**
 * Check the whole file of a line's export under the line's keys: how many pages it has, and its hash.
 *
 * @throws {@link RefusedError} `other-line`, `length`, `signature`, or of a form.
 */
export function checkExport(
  data: Uint8Array,
  line: Uint8Array,
  keys: readonly Bytes[],
): { pages: number; hash: Bytes } {
  const lines = linesOf(data);
  const next = (): Uint8Array => lines.shift() ?? refuse("length");
  const header = next();
  if (!same(f.readSigned(header, HEADER, HEADER_SIZE).lineId, line)) refuse("other-line");
  let value = hash(32, "mp1/export-file", header);
  let pages = 0;
  for (let cursor: string | undefined = ""; cursor !== undefined; pages += 1) {
    const page = next();
    cursor = f.readSigned(page, PAGE, PAGE_SIZE).cursor;
    value = hash(32, "mp1/export-file", value, page);
  }
  const end = f.readSigned(next(), END, HEADER_SIZE);
  if (lines.length > 0) refuse("length");
  const signed = signedBytes("mp1/line-export", value);
  const holds = keys.some((key) => isSignature(signed, end.signature, key));
  return same(end.end, value) && holds ? { pages, hash: value } : refuse("signature");
}

/** The lines of a file, the last one undefined if it does not end. */
function linesOf(data: Uint8Array): (Uint8Array | undefined)[] {
  const found: (Uint8Array | undefined)[] = [];
  let start = 0;
  for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
    found.push(data.slice(start, end));
    start = end + 1;
  }
  if (start < data.length) found.push(undefined);
  return found;
}
