/** Which messages belong to a report: keys, authors, and the succession that counts (openapi/protocol.md sections 9.2 and 9.6). */

import { checkPublicKey } from "./verify/ed25519.js";
import { type Bytes, type Hex, hex, same } from "./verify/encoding.js";
import { type Reason, RefusedError, refuse } from "./verify/errors.js";
import { messageId, reportId } from "./verify/ids.js";
import { ancestors, type Headers, isReporters, seenBy } from "./verify/log/causality.js";
import { allHandlers, type Directory } from "./verify/log/directory.js";
import { parseHeader, type VerifiedHeader, verifyHeader } from "./verify/log/header.js";

/** A report, and the key in force of its reporter. */
export interface ReportKeys {
  /** 32 bytes. */
  readonly report: Bytes;
  readonly signingKey: Bytes;
}

/** A header as a host serves it. */
export interface ServedHeader {
  readonly data: Bytes;
  readonly signature: Bytes;
}

/** Check the keys that a report began with. @throws {@link RefusedError} `public-key`, `report-keys`. */
export function verifyReportKeys(signingKey: Bytes, boxKey: Bytes, report: Bytes): ReportKeys {
  checkPublicKey(signingKey);
  return same(reportId(signingKey, boxKey), report)
    ? { report, signingKey }
    : refuse("report-keys");
}

/** The messages of a log. */
export interface Members {
  readonly known: Headers;
  /** By a replaced key, or successions that do not count: left out of the log. */
  readonly replaced: Headers;
  readonly keys: ReportKeys;
}

/** A served header, and its id. */
interface Numbered extends ServedHeader {
  readonly id: Hex;
}

/** Verify one header: its line, its report, its author, its signature. */
function verifyMember(
  { data, signature }: ServedHeader,
  keys: ReportKeys,
  directory: Directory,
): VerifiedHeader {
  const header = parseHeader(data);
  if (!same(header.lineId, directory.lineId)) refuse("other-line");
  if (!same(header.reportId, keys.report)) refuse("other-report");
  if (header.author === "reporter") return verifyHeader(data, signature, keys.signingKey);
  const handler = allHandlers(directory).find(({ id }) => hex(id) === header.author);
  return verifyHeader(data, signature, (handler ?? refuse("author-unknown")).signingKey);
}

/** What `attempt` gives, or undefined where it refuses for one of these reasons. */
function unless<T>(reasons: readonly Reason[], attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof RefusedError && reasons.includes(error.reason)) return undefined;
    throw error;
  }
}

const inOrder = (a: VerifiedHeader, b: VerifiedHeader): number =>
  a.header.n - b.header.n || (hex(a.id) < hex(b.id) ? -1 : 1);

/** The succession that counts: the first to which the report's first key handed over. */
function findSuccession(
  served: readonly Numbered[],
  parsed: Headers,
  keys: ReportKeys,
  directory: Directory,
): VerifiedHeader | undefined {
  const found = served
    .filter(({ id }) => parsed.get(id)?.header.tag === "succession")
    .map((each) => unless(["succession"], () => verifyMember(each, keys, directory)))
    .filter((message) => message !== undefined);
  const ids = found.map(({ id }) => hex(id));
  const isFirst = (message: VerifiedHeader) => {
    const before = ancestors(seenBy(message), parsed);
    return !ids.some((id) => before.has(id));
  };
  return found.filter(isFirst).sort(inOrder)[0];
}

/**
 * Verify all headers of a log.
 *
 * @throws {@link RefusedError} One bad header refuses them all: an honest host would have refused it.
 */
export function verifyMembers(
  given: readonly ServedHeader[],
  keys: ReportKeys,
  directory: Directory,
): Members {
  const served = given.map((each) => ({ ...each, id: hex(messageId(each.data)) }));
  const parsed = new Map(
    served.map(({ id, data }) => [id, { id: messageId(data), header: parseHeader(data) }]),
  );
  const succession = findSuccession(served, parsed, keys, directory);
  if (succession === undefined) {
    const known = new Map(served.map((each) => [each.id, verifyMember(each, keys, directory)]));
    return { known, replaced: new Map(), keys };
  }
  return membersAfter(succession, served, parsed, keys, directory);
}

/** The reporter's messages before a succession verify under the first key, all others under the new one. */
function membersAfter(
  succession: VerifiedHeader,
  served: readonly Numbered[],
  parsed: Headers,
  keys: ReportKeys,
  directory: Directory,
): Members {
  const current = {
    ...keys,
    signingKey: succession.header.successor?.signingKey ?? keys.signingKey,
  };
  const before = ancestors(seenBy(succession), parsed);
  const known = new Map([[hex(succession.id), succession]]);
  const replaced = new Map<Hex, VerifiedHeader>();
  for (const each of served) {
    const message = parsed.get(each.id) as VerifiedHeader;
    if (known.has(each.id)) continue;
    const isLater = isReporters(message) && !before.has(each.id);
    const holds = isLater
      ? verifiesUnderSuccessor(each, { first: keys, current }, directory)
      : verifyMember(each, keys, directory) !== undefined;
    const counts = holds && message.header.tag !== "succession";
    (counts ? known : replaced).set(each.id, message);
  }
  return { known, replaced, keys: current };
}

/** Whether a message is the new key's; it must at least be the replaced one's. */
function verifiesUnderSuccessor(
  each: ServedHeader,
  { first, current }: { first: ReportKeys; current: ReportKeys },
  directory: Directory,
): boolean {
  const verified = unless(["signature", "succession"], () =>
    verifyMember(each, current, directory),
  );
  if (verified === undefined) verifyMember(each, first, directory);
  return verified !== undefined;
}
