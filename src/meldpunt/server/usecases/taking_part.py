"""Who calls, and in which report: a reporter by key alone, a handler by key and inbox entry."""

from dataclasses import dataclass
from typing import Protocol

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.server.errors import NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store.inboxes import find_entry
from meldpunt.server.store.reports import ReportRow, find_report_by_key
from meldpunt.server.store.transaction import Transaction
from meldpunt.server.usecases.handling import find_callers


@dataclass(frozen=True, slots=True)
class Part:
    """One participant's part in one report."""

    report: ReportRow
    participant: Participant
    last_position: int | None = None
    """Of the last message that a handler is shown whose part has ended (9.7)."""

    @property
    def has_ended(self) -> bool:
        """Whether a handler adds nothing any more: nor may limits tell them of what follows."""
        return self.last_position is not None


class FindPart(Protocol):
    """Finds a caller's part in a report."""

    def __call__(self, tx: Transaction, *, lock: bool = False) -> Part:
        """Return it as it is in a transaction.

        Args:
            tx: The transaction.
            lock: Keep others from writing to this report until the transaction ends.

        Raises:
            NotFoundError: The caller takes part in no such report.
        """


def reporters_part(caller: bytes) -> FindPart:
    """Return how to find the report that a reporter's key opens."""

    def find(tx: Transaction, *, lock: bool = False) -> Part:
        report = find_report_by_key(tx, caller, lock=lock)
        if report is None:
            raise NotFoundError
        return Part(report, REPORTER)

    return find


async def handlers_part(host: Host, caller: bytes, entry: ids.EntryId) -> FindPart:
    """Return how to find the report behind an entry of a handler's inbox.

    Raises:
        NotFoundError: The caller is no handler.
    """
    callers = await find_callers(host, caller)

    def find(tx: Transaction, *, lock: bool = False) -> Part:
        row = find_entry(tx, callers, entry, lock=lock)
        if row is None:
            raise NotFoundError
        return Part(row.report, row.handler_id, row.last_position)

    return find
