"""Stores first messages of reports, many in one transaction: the hot path (group_commit.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import Connection

from meldpunt.protocol.verify import ids
from meldpunt.server.store.entries import insert_entries
from meldpunt.server.store.messages import NewMessage, find_message, insert_messages
from meldpunt.server.store.reports import ReportRow, insert_reports
from meldpunt.server.store.transfer import list_closed


@dataclass(frozen=True, slots=True)
class NewReport:
    """A new report, checked and ready to store."""

    report: ReportRow
    message: NewMessage
    readers: tuple[ids.HandlerId, ...]

    @property
    def size(self) -> int:
        """How many bytes the host stores, except for a few hundred."""
        wraps = sum(len(wrap.wrap) for wrap in self.message.wraps)
        return len(self.message.body) + len(self.message.row.header) + wraps


class Outcome(Enum):
    """The result of a submission."""

    STORED = auto()
    REPEATED = auto()
    """The host already has the same message."""
    CONFLICT = auto()
    """The host already has another report with these keys."""
    ELSEWHERE = auto()
    """The line has moved to another host."""


def insert_submissions(tx: Connection, group: Sequence[NewReport]) -> list[Outcome]:
    """Store a group of submissions; returns an outcome for each, in order."""
    closed = list_closed(tx, {submission.report.line_id for submission in group})
    # One group may hold the same submission twice, because a client did not wait for its answer.
    unique = {s.report.id: s for s in reversed(group) if s.report.line_id not in closed}
    # In one order everywhere: two hosts with the same reports must not wait for each other.
    rows = [unique[key].report for key in sorted(unique)]
    added = insert_reports(tx, rows) if rows else set()
    new = [submission for key, submission in unique.items() if key in added]
    if new:
        insert_messages(tx, [submission.message for submission in new])
        insert_entries(tx, [(s.report, reader) for s in new for reader in s.readers])
    return [_outcome(tx, submission, unique, added) for submission in group]


def _outcome(
    tx: Connection, submission: NewReport, unique: dict[int, NewReport], added: set[int]
) -> Outcome:
    report, message = submission.report, submission.message.row
    if report.id in added and unique[report.id] is submission:
        return Outcome.STORED
    if find_message(tx, report.id, message.message_id) is not None:
        return Outcome.REPEATED
    return Outcome.CONFLICT if report.id in unique else Outcome.ELSEWHERE
