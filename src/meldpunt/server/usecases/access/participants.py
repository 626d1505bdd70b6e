"""Who calls, and in which report: a reporter by key alone, a handler by key and inbox entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.server.errors import NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.inbox import find_entry
from meldpunt.server.store.lines import HandlerRow, list_handlers
from meldpunt.server.store.reports import ReportRow, find_report_by_key

Callers = Mapping[ids.HandlerId, HandlerRow]
"""Whoever signs with one key: one handler, or one on each of several lines."""


async def find_callers(host: Host, caller: bytes) -> Callers:
    """Return the handlers who sign with a key and have not left.

    Any line may list any key: that is its office's word alone, and tells nothing of other lines.

    Raises:
        NotFoundError: No handler of any line here does.
    """
    today = host.clock.today()
    found = await host.store.look_up(lambda tx: list_handlers(tx, caller))
    active = {h.handler_id: h for h in found if h.until is None or h.until > today}
    if not active:
        raise NotFoundError
    return active


@dataclass(frozen=True, slots=True)
class ReportParticipant:
    """One participant of one report."""

    report: ReportRow
    id: Participant
    last_position: int | None = None
    """Of the last message that a handler is shown whose part has ended (9.7)."""

    @property
    def has_ended(self) -> bool:
        """Whether a handler adds nothing any more: nor may limits tell them of what follows."""
        return self.last_position is not None


class FindParticipant(Protocol):
    """Finds the report in which a caller takes part."""

    def __call__(self, tx: Transaction, *, lock: bool = False) -> ReportParticipant:
        """Return it as it is in a transaction.

        Args:
            tx: The transaction.
            lock: Keep others from writing to this report until the transaction ends.

        Raises:
            NotFoundError: The caller takes part in no such report.
        """


def reporter_finder(caller: bytes) -> FindParticipant:
    """Return how to find the report that a reporter's key opens."""

    def find(tx: Transaction, *, lock: bool = False) -> ReportParticipant:
        report = find_report_by_key(tx, caller, lock=lock)
        if report is None:
            raise NotFoundError
        return ReportParticipant(report, REPORTER)

    return find


async def handler_finder(host: Host, caller: bytes, entry: ids.EntryId) -> FindParticipant:
    """Return how to find the report behind an entry of a handler's inbox.

    Raises:
        NotFoundError: The caller is no handler.
    """
    callers = await find_callers(host, caller)

    def find(tx: Transaction, *, lock: bool = False) -> ReportParticipant:
        row = find_entry(tx, callers, entry, lock=lock)
        if row is None:
            raise NotFoundError
        return ReportParticipant(row.report, row.handler_id, row.last_position)

    return find
