"""What remains of an erased report, and when a client believes that it is erased.

The client believes the host only if the reporter's last message is a withdrawal. Otherwise the
host could hide a report, and every alarm about it, by calling it erased.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

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
    document: LineDocument,
    today: date,
    known: LastKnown | None,
) -> bool:
    """Say whether a report is erased: both the host and the reporter must have said so.

    Args:
        claim: The status that the host claims.
        served: The messages that the host serves.
        document: Gives the term within which a withdrawal can be undone.
        today: The device's day.
        known: What the reader remembers: a withdrawal older than that erases nothing.
    """
    found = _withdrawal(served)
    if not claim.erased or found is None:
        return False
    header = found.header
    withdrawal = Withdrawal(
        message=found.message_id,
        number=header.n,
        received_on=found.received_on,
        immediate=bool(header.immediate),
    )
    return has_erased(withdrawal, known, document, today)


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
