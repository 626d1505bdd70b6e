"""What a second look at a report heals, although an honest host never needs one for it.

A message may arrive between two answers, and a report may be erased between them. So a client looks
again before it raises an alarm. But nothing that a host has shown, or counted, disappears from a
report that is still there. Whatever heals all the same stays as a notice.
"""

from collections.abc import Collection, Iterable
from typing import Final

from meldpunt.client.thread.host_claims import count_holds, count_served
from meldpunt.client.thread.report import VerifiedReport
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import Participant

LASTING: Final = frozenset(
    {
        Reason.DOCUMENT_UNKNOWN,
        Reason.FORK,
        Reason.GAP,
        Reason.SUCCEEDED,
        Reason.UNKNOWN_SEEN,
    }
)
"""Alarms that no later message can end: only a host that answers otherwise ends them."""


def leaves_out(report: VerifiedReport) -> bool:
    """Say whether a message names one that the host does not serve."""
    return any(alarm.reason is Reason.UNKNOWN_SEEN for alarm in report.log.alarms)


def is_torn(report: VerifiedReport, me: Participant) -> bool:
    """Say whether two answers of the host do not fit together."""
    if report.claim.erased or not report.messages:
        return True
    return leaves_out(report) or not count_holds(report, me)


def has_healed(first: VerifiedReport, second: VerifiedReport, me: Participant) -> bool:
    """Say whether a second answer heals what was wrong in the first one.

    Not so if the report was erased in between. A host counts messages before it serves them. So
    more messages than it counts may have arrived, but it never serves fewer.

    Args:
        first: An answer that is torn.
        second: The answer of the next look: not one of an erased report.
        me: The reader.
    """
    if second.claim.erased or not second.messages:
        return False  # that is told by itself
    if first.claim.erased or not first.messages:
        return True
    short = count_served(first, me) < first.claim.message_count
    ended = second.terms.participation.ending is not None
    return (short and not ended and count_holds(second, me)) or healed_alarms(
        first.log.alarms, second.log.alarms
    )


def healed_alarms(first: Iterable[Alarm], second: Collection[Alarm]) -> bool:
    """Say whether a lasting alarm of the first look has disappeared."""
    return any(alarm.reason in LASTING for alarm in first if alarm not in second)
