"""What remains of an erased report, and when a client believes that it is erased.

The client believes the host only if the reporter's last message is a withdrawal, and its term is
over. Otherwise the host could hide a report, and every alarm about it, by calling it erased.

The report itself is not shown any more, so the host says which line answered and which document
applied. It could make a line with a short term just for that. So only a line counts whose document
the reporter's withdrawal names, and the longest of the terms that lead back to the report.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from meldpunt.client.http.transport import Transport
from meldpunt.client.lines.report_lines import ReportLines, find_document
from meldpunt.client.thread.message import VerifiedMessage
from meldpunt.client.thread.status import VerifiedStatus
from meldpunt.protocol.erasure import LastKnown, Withdrawal, has_erased
from meldpunt.protocol.log import Alarm, Log
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.clocks import Milestones
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.reports import ReportStatus

_EXPECTED: Final = frozenset({Reason.GAP, Reason.UNKNOWN_SEEN})
"""Alarms that every erased report raises: the withdrawal asked to erase all earlier messages."""

_Shown = Mapping[ids.MessageId, VerifiedMessage]


def is_erased(
    claim: ReportStatus,
    served: _Shown,
    *,
    documents: Collection[LineDocument],
    today: date,
    known: LastKnown | None,
) -> bool:
    """Say whether a report is erased: both the host and the reporter must have said so.

    Args:
        claim: The status that the host claims.
        served: The messages that the host serves.
        documents: As `fetch_terms`: the terms within which a withdrawal can be undone.
        today: The device's day.
        known: What the reader remembers: a withdrawal older than that erases nothing.
    """
    found = _withdrawal(served)
    if not claim.erased or found is None or not documents:
        return False
    header = found.header
    withdrawal = Withdrawal(
        message=found.message_id,
        number=header.n,
        received_on=found.received_on,
        immediate=bool(header.immediate),
    )
    return all(has_erased(withdrawal, known, document, today) for document in documents)


async def fetch_terms(
    transport: Transport,
    lines: ReportLines,
    claim: ReportStatus,
    served: _Shown,
    known: LastKnown | None,
) -> tuple[LineDocument, ...]:
    """Return the documents whose withdrawal terms must all be over; none if the claim is untraced.

    The reporter's client names the newest document of the line that answers. So the claimed
    document is of that line too, and no newer. A document that the reader remembers settles it.

    Args:
        transport: The way to the host.
        lines: The report's lines.
        claim: The status that the host claims of a report that it calls erased.
        served: The messages that the host serves.
        known: What the reader remembers.

    Raises:
        ClientError: As `Transport.call`.
    """
    withdrawal = _withdrawal(served)
    line = lines.find(claim.answered_by) if claim.answered_by else lines.birth_line
    if withdrawal is None or line is None:
        return ()
    signed = await find_document(transport, line, withdrawal.header.document)
    claimed = await find_document(transport, line, claim.document)
    if signed is None or claimed is None or claimed.number > signed.number:
        return ()
    remembered = None if known is None else known.document
    if remembered == claim.document:
        return (claimed,)
    before = None if remembered is None else await find_document(transport, line, remembered)
    return (claimed, signed) if before is None else (claimed, signed, before)


def erased_status(claim: ReportStatus, served: _Shown) -> VerifiedStatus:
    """Return the status of a report that `is_erased`, from the host's days."""
    withdrawal = _withdrawal(served)
    milestones = Milestones(received_on=claim.received_on)
    if withdrawal is not None:
        milestones = _withdrawn(withdrawal, claim.received_on)
    return VerifiedStatus(milestones, (), claim.erased_on, claim.received_on)


def erased_alarms(log: Log) -> tuple[Alarm, ...]:
    """Return the alarms of a report that `is_erased`."""
    return tuple(alarm for alarm in log.alarms if alarm.reason not in _EXPECTED)


def false_erasure(claim: ReportStatus) -> tuple[Alarm, ...]:
    """Return an alarm if the host calls a report erased that is not: the report was lost."""
    return (Alarm(Reason.GAP, REPORTER),) if claim.erased else ()


def _withdrawal(served: _Shown) -> VerifiedMessage | None:
    """Return the reporter's newest message, of those that the host shows, if it withdraws."""
    own = [s for s in served.values() if s.header.author == REPORTER]
    last = max((s.header.n for s in own), default=0)
    newest = [s for s in own if s.header.n == last]
    withdrawn = len(newest) == 1 and newest[0].header.tag is Tag.WITHDRAWAL
    return newest[0] if withdrawn else None


def _withdrawn(withdrawal: VerifiedMessage, received_on: date) -> Milestones:
    return Milestones(
        received_on=received_on,
        withdrawn_on=withdrawal.received_on,
        immediate=bool(withdrawal.header.immediate),
    )
