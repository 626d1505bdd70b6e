/** Everything that a host serves of one report at one moment. Nothing of it is verified yet. */

import type { MessagesPage, ReportClaim, ServedMessage } from "../http/api.js";
import { Paging } from "../http/paging.js";

/** Where a report is read: as its reporter, or in an inbox. */
export interface ReportSource {
  status(): Promise<ReportClaim>;
  messages(after: number): Promise<MessagesPage>;
}

/** Status and messages of a report. */
export interface Snapshot {
  readonly claim: ReportClaim;
  /** In the host's order. */
  readonly messages: readonly ServedMessage[];
}

const MOST = { pages: 1000, items: 10_000, bytes: 512 << 20 };

/**
 * Fetch the status of a report, and then every page of its messages.
 *
 * @throws {@link AnswerError} `endless-list` if the pages do not progress, or hold too much.
 */
export async function fetchSnapshot(api: ReportSource): Promise<Snapshot> {
  const claim = await api.status();
  const messages: ServedMessage[] = [];
  const paging = new Paging(MOST);
  for (let after = 0; ; ) {
    const page = await api.messages(after);
    const size = page.messages.reduce(
      (sum, { header, body }) => sum + header.length + (body?.length ?? 0),
      0,
    );
    paging.add(page.messages.length, size, page.more ? page.cursor : undefined);
    messages.push(...page.messages);
    if (!page.more) return { claim, messages };
    after = page.cursor;
  }
}
