"""Check that the new host has a whole line, before the old host erases it."""

from dataclasses import dataclass
from typing import Final

from meldpunt.client.http.transport import Transport
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.transfer.held_reports import HeldReport, HeldReports, ReportProgress
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.held import held_line_hash, held_report_hash

_ARRIVED: Final = "arrived"
_WITHDRAWN: Final = "withdrawn"
_MISSING: Final = "missing"


@dataclass(frozen=True, slots=True)
class HostComparison:
    """The numbers of reports on the old host, by what the new host has of them."""

    arrived: int
    """Reports of which the new host has everything: every message, file and hash."""
    withdrawn: int
    """Reports that either host has erased, and whose reporters signed a withdrawal."""
    missing: int
    """Reports of which the new host has nothing, or not everything."""
    staying: int
    """Reports that the old host keeps and does not list: another line was asked to take them up."""
    unlisted: int
    """Reports that the new host does not list for the same reason. They may count as missing."""
    held: bytes
    """The hash of what the old host holds (verify/held.py). Only that may be erased."""

    @property
    def reports(self) -> int:
        """How many reports the old host would erase."""
        return self.arrived + self.withdrawn + self.missing


async def compare_hosts(
    old: Transport, new: Transport, keys: LineKeys, progress: ReportProgress
) -> HostComparison:
    """Read everything that both hosts hold of a line, and compare it report by report.

    The new host may have more: messages that arrived after the transfer.

    Raises:
        AnswerError: As `HeldReports`.
        ClientError: As `HeldReports`; NOT_FOUND if a host does not have the line.
    """
    there, here = HeldReports(new, keys), HeldReports(old, keys)
    known: dict[ids.ReportId, HeldReport] = {}
    found: dict[ids.ReportId, str] = {}
    hashes: list[bytes] = []
    async for held in there:
        held.forget_headers()
        known[held.report] = held
        progress(len(known), None)
    async for held in here:
        found[held.report] = _state(held, known.get(held.report))
        hashes.append(held_report_hash(held.report, held.signed))
        progress(len(known) + len(found), None)
    states = list(found.values())
    return HostComparison(
        arrived=states.count(_ARRIVED),
        withdrawn=states.count(_WITHDRAWN),
        missing=states.count(_MISSING),
        staying=here.staying,
        unlisted=there.staying,
        held=held_line_hash(hashes),
    )


def _state(old: HeldReport, new: HeldReport | None) -> str:
    if old.is_gone or (new is not None and new.is_gone):
        return _WITHDRAWN
    return _ARRIVED if new is not None and old.facts <= new.facts else _MISSING
