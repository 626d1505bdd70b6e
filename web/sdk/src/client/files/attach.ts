/** Files of a message: uploaded first, listed by a message then (openapi/extensions.md section 7.7). */

import type { SigningKey } from "../../protocol/keys.js";
import type { Entropy } from "../../protocol/message.js";
import { readAttachment } from "../../protocol/payload.js";
import { type Bytes, encodeBase64url, hex } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import type { JsonObject } from "../../protocol/verify/strict-json.js";
import { attachmentApi } from "../http/api.js";
import type { Transport } from "../http/transport.js";
import { SealedFile } from "./sealed-file.js";
import { type FileProgress, upload } from "./upload.js";

/** A file to attach. Clean it of what says who made it first: `@meldpunt/client/cleaning` does so for pictures. */
export interface NewFile {
  /** 1 to 255 bytes, without a path. */
  readonly name: string;
  /** Such as `image/png`, without parameters. */
  readonly mediaType: string;
  readonly content: Blob;
}

/** A file that is uploaded: an entry for `attachments` of a reply. Its key opens the file. */
export interface Attached extends JsonObject {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly key: string;
  readonly digest: string;
}

const ID_SIZE = 16;
/** The most files of a message. */
const MAX_FILES = 64;

/** Ids for files, ascending: a message sorts them, and readers show them in that order. */
const ascendingIds = (count: number, entropy: Entropy) =>
  Array.from({ length: count }, () => entropy(ID_SIZE)).sort((a, b) => (hex(a) < hex(b) ? -1 : 1));

/** A report to which files belong: `Visit` is one. */
export interface ReportPlace {
  readonly transport: Transport;
  /** Signs the requests. */
  readonly key: SigningKey;
  /** 20 bytes: the line that the report was made on. */
  readonly line: Bytes;
  /** 32 bytes. */
  readonly report: Bytes;
  /** The path of the report in an inbox; its reporter needs none. */
  readonly path?: string;
}

/**
 * Upload files for the next message, in their order: name what comes back as its `attachments`. Names and types are
 * checked before the first byte, and their number: a message has 64 at most. A file is read once, and one piece of it is in memory. What no message lists is
 * erased in some days.
 *
 * @throws {@link RefusedError} `payload` for a name or type of another form, `attachments` for too many. {@link ProblemError}
 * `content-too-large`, `report-full`, `storage-full`. {@link UnreachableError} after every attempt.
 *
 * @example
 * ```ts
 * import { attach, openLine } from "@meldpunt/client";
 *
 * const visit = await (await openLine(address)).visit(code);
 * const file = { name: "note.txt", mediaType: "text/plain", content: new Blob(["I saw it."]) };
 * const attachments = await attach(visit, [file]);
 * await visit.reply({ text: "See the file.", language: "en", attachments });
 * ```
 */
export async function attach(
  { place }: { readonly place: ReportPlace },
  files: readonly NewFile[],
  progress?: FileProgress,
): Promise<Attached[]> {
  if (files.length > MAX_FILES) refuse("attachments");
  const { transport, key, line, report, path } = place;
  const { entropy } = transport.environment;
  const ids = ascendingIds(files.length, entropy);
  const planned = files.map((file, i) => {
    const [id, fileKey] = [ids[i] as (typeof ids)[number], entropy(32)];
    const { name, mediaType, content } = file;
    const entry = {
      id: encodeBase64url(id),
      name,
      mediaType,
      size: content.size,
      key: encodeBase64url(fileKey),
      digest: encodeBase64url(new Uint8Array(32)),
    };
    readAttachment(entry);
    return {
      entry,
      sealed: new SealedFile(content, { line, report, attachment: id }, fileKey),
      id,
    };
  });
  const attached: Attached[] = [];
  for (const { entry, sealed, id } of planned) {
    await upload(attachmentApi(transport, key, id, path), sealed, transport.environment, progress);
    attached.push({ ...entry, digest: encodeBase64url(sealed.digest()) });
  }
  return attached;
}
