"""The operator limits the new reports of one line for a time, after a flood.

The limit says nothing about who reports, and closes nothing that is there: replies, answers and
files go on. The places of an hour are for everybody, also for whoever floods the line.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from meldpunt.protocol.verify import ids
from meldpunt.server.host import Host
from meldpunt.server.store import line_limits
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.line_limits import LineLimit
from meldpunt.server.store.lines import find_line
from meldpunt.server.store.reports import find_report_by_key


class UnknownLineError(Exception):
    """The operator named a line that is not on this host."""

    def __str__(self) -> str:
        """Say so."""
        return "This host has no such line. Nothing was changed."


async def limit_line(host: Host, line: ids.LineId, *, per_hour: int, days: int) -> LineLimit:
    """Limit the new reports of a line, from today for some days; returns the limit.

    Raises:
        UnknownLineError: The line is not on this host.
    """
    limit = LineLimit(line, per_hour, _day_after(host.clock.today(), days))

    def work(tx: Transaction) -> None:
        if find_line(tx, line) is None:
            raise UnknownLineError
        line_limits.replace_limit(tx, limit)

    await host.store.write(work)
    return limit


def _day_after(today: date, days: int) -> date:
    return today + timedelta(days=days)


async def lift_limit(host: Host, line: ids.LineId) -> bool:
    """Lift the limit of a line; returns whether there was one."""
    return await host.store.write(lambda tx: line_limits.delete_limit(tx, line))


async def list_limits(host: Host) -> Sequence[LineLimit]:
    """Return the limits that hold today."""
    today = host.clock.today()
    return await host.store.read(lambda tx: line_limits.list_limits(tx, today))


@dataclass(slots=True)
class Place:
    """A place for one new report."""

    is_used: bool = False


@asynccontextmanager
async def place_of(host: Host, line: ids.LineId, key: bytes) -> AsyncIterator[Place]:
    """Hold a place for a new report, and give it back unless it was used.

    A report that the host has already needs no place: its reporter did not get the answer.

    Args:
        host: The host.
        line: The line of the report.
        key: The reporter's signing key (32 bytes).

    Raises:
        LineLimitedError: The line has taken as many new reports in this hour as it may.
    """
    place = Place()
    limit = await _find_limit(host, line)
    if limit is None or await _is_here(host, key):
        yield place
        return
    hour = host.new_reports.take(line, limit)
    try:
        yield place
    except Exception:  # but who only stops waiting has sent a report, and it may be stored
        host.new_reports.give_back(line, hour)
        raise
    if not place.is_used:
        host.new_reports.give_back(line, hour)


async def _find_limit(host: Host, line: ids.LineId) -> int | None:
    """Return the limit of a line, from an answer at most ten seconds old."""
    if line in host.limits:
        return host.limits.get(line)
    today = host.clock.today()
    limit = await host.store.look_up(lambda tx: line_limits.find_limit(tx, line, today))
    host.limits[line] = limit
    return limit


async def _is_here(host: Host, key: bytes) -> bool:
    return await host.store.look_up(lambda tx: find_report_by_key(tx, key)) is not None
