"""What a report holds before a new message, from one read: repeat, place and rights follow from it.

A transaction that locks the report reads this once. Nothing comes in between.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import VerifiedHeader
from meldpunt.server.store import messages as stored
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.messages import MessageRow
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.stored_values import stored_header


class ReportLog:
    """The messages of a report, without bodies and wraps.

    Args:
        rows: All of them.
    """

    def __init__(self, rows: Sequence[MessageRow]) -> None:
        self.rows: Mapping[ids.MessageId, MessageRow] = {row.message_id: row for row in rows}

    @cached_property
    def headers(self) -> causality.Headers:
        """The headers by message id.

        Raises:
            StoredValueError: A stored header is not what came.
        """
        return {message: stored_header(row.header) for message, row in self.rows.items()}

    def headers_with(self, message: VerifiedHeader) -> causality.Headers:
        """Return the headers together with that of a message which follows them."""
        return {**self.headers, message.message_id: message.header}

    def holds(self, messages: Iterable[ids.MessageId]) -> bool:
        """Say whether the report has all these messages."""
        return self.rows.keys() >= set(messages)

    def newest_of(self, author: Participant) -> MessageRow | None:
        """Return an author's message with the highest number, or None."""
        own = (row for row in self.rows.values() if row.author == author)
        return max(own, key=lambda row: row.n, default=None)


def read_log(tx: Transaction, report: ReportRow) -> ReportLog:
    """Return what a report holds."""
    return ReportLog(stored.list_messages(tx, report.id, after=0, limit=report.message_count))
