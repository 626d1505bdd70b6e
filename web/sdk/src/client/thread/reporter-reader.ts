/** A report's reporter, as its reader. */

import type { ReporterKeys } from "../../protocol/keys.js";
import { verifyReportKeys } from "../../protocol/membership.js";
import { type BoxSeeds, openMessage } from "../../protocol/message.js";
import { hex, same } from "../../protocol/verify/encoding.js";
import { refuse } from "../../protocol/verify/errors.js";
import { reportId } from "../../protocol/verify/ids.js";
import type { Remembered } from "./erasure.js";
import { compareClaims } from "./host-claims.js";
import { type Reading, refusedReading, type VerifiedMessage } from "./message.js";
import { acceptancesOf, type Reader } from "./report.js";

const ME = "reporter";

/** The reader with these keys. */
export const reporterReader = (keys: ReporterKeys, known: Remembered | undefined): Reader => ({
  me: ME,
  known,
  /** After a succession the host names the keys that the report began with. */
  reportKeys({ birthKeys }) {
    const { signing, reportId: report } = keys;
    if (birthKeys === undefined) return { report, signingKey: signing.publicKey };
    const { signingKey, boxKey } = birthKeys;
    return verifyReportKeys(signingKey, boxKey, reportId(signingKey, boxKey));
  },
  part(log) {
    if (!same(log.signingKey, keys.signing.publicKey)) refuse("report-keys");
    const { accepted, consents } = log.access.handed;
    const handover = consents.get(accepted.at(-1) ?? "");
    return { acceptances: acceptancesOf(log), handover, counted: log.known.size };
  },
  read: (message) => read(message, keys),
  compare: compareClaims,
});

function read({ header, verified, body, wraps }: VerifiedMessage, { box }: ReporterKeys): Reading {
  const { author, readers } = header;
  if (!readers.includes(ME)) return { readability: author === ME ? "own" : "not-for-you" };
  if (body === undefined) return { readability: "refused", refusal: "body-hash" };
  // The only key at hand, under every id: it opens no wrap to another.
  const seeds: BoxSeeds = new Map(wraps.map(({ keyId }) => [hex(keyId), box.seed]));
  try {
    return { readability: "opened", ...openMessage(verified, body, wraps, ME, seeds) };
  } catch (error) {
    return refusedReading(error);
  }
}
