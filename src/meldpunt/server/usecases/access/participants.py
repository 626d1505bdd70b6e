"""Find the caller and their report: a reporter by key, a handler by key and entry id."""

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
"""The handlers who sign with one key: one handler, or one on each of several lines."""


async def find_callers(host: Host, caller: bytes) -> Callers:
    """Return the handlers who sign with a key and have not left.

    Any office may list any key. That says nothing about other lines that list the same key.

    Raises:
        NotFoundError: No handler of any line on this host signs with this key.
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
    """Position of the last message shown to a handler whose part has ended (section 9.7)."""

    @property
    def has_ended(self) -> bool:
        """Whether the handler's part has ended, so that they may add nothing more.

        Not even a limit that is reached may tell them about later messages.
        """
        return self.last_position is not None


class FindParticipant(Protocol):
    """A function that finds the report in which a caller takes part."""

    def __call__(self, tx: Transaction, *, lock: bool = False) -> ReportParticipant:
        """Return the participant with the report, as this transaction sees it.

        Args:
            tx: The transaction.
            lock: Keep other transactions from changing this report until this one ends.

        Raises:
            NotFoundError: The caller takes part in no such report.
        """


def reporter_finder(caller: bytes) -> FindParticipant:
    """Return a function that finds the report of a reporter's key."""

    def find(tx: Transaction, *, lock: bool = False) -> ReportParticipant:
        report = find_report_by_key(tx, caller, lock=lock)
        if report is None:
            raise NotFoundError
        return ReportParticipant(report, REPORTER)

    return find


async def handler_finder(host: Host, caller: bytes, entry: ids.EntryId) -> FindParticipant:
    """Return a function that finds the report of an entry in a handler's inbox.

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
