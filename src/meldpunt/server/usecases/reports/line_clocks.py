"""An office sees how many reports wait on each clock, and none of the reports.

The line key can export all that the host holds of the line. This answer says much less: it counts,
and names no report and no reader. A count of 1 still shows on which day that report came.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.clocks import clock_statuses, erased_on
from meldpunt.server.host import Host
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.inbox import list_reports, list_waiting
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.usecases.access.owner import check_owner, list_handlers
from meldpunt.wire.lines import LineClocks, UnopenedReports, WaitingClock

_READ_AT_ONCE: Final = 500


async def read_line_clocks(host: Host, caller: bytes, line: ids.LineId) -> LineClocks:
    """Return how many reports of a line wait on which clock until which day.

    Raises:
        NotFoundError: The host has no such line, or the caller is not its line key in force.
    """
    documents = await host.documents.of_line(line)
    today = host.clock.today()

    def find(tx: Transaction) -> list[int]:
        check_owner(tx, caller, line)
        return list_waiting(tx, list_handlers(documents))

    waiting, unopened = Counter[tuple[date, str]](), Counter[date]()
    rows = await host.store.read(find)
    for some in _groups(rows):  # in short transactions: a large line must not stop everybody else
        for report in await host.store.read(partial(list_reports, rows=some)):
            document = documents.get(report.document_hash)
            if document is None or report.erased:  # another line answers it now
                continue
            waiting.update(_running(report, document, today))
            if _is_in_grace(report, document, today):
                unopened[report.erase_on] += 1
    return LineClocks(
        on=today,
        clocks=tuple(
            WaitingClock(name=name, due_on=day, overdue=today > day, reports=count)
            for (day, name), count in sorted(waiting.items())
        ),
        unopened=tuple(
            UnopenedReports(erased_on=day, reports=count) for day, count in sorted(unopened.items())
        ),
    )


def _running(report: ReportRow, document: LineDocument, today: date) -> Iterator[tuple[date, str]]:
    """Return the clocks of an open report that are not met."""
    if report.milestones.closed_on is None and report.milestones.withdrawn_on is None:
        for clock in clock_statuses(report.milestones, document, today):
            if clock.met_on is None:
                yield clock.due_on, clock.name


def _is_in_grace(report: ReportRow, document: LineDocument, today: date) -> bool:
    """Say whether a report is kept past its term, because nobody has opened what came."""
    end = erased_on(report.milestones, document, {})
    return today >= end and report.erase_on > end


def _groups(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(rows), _READ_AT_ONCE):
        yield rows[start : start + _READ_AT_ONCE]
