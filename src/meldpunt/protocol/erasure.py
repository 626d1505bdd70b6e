"""Whether a withdrawal has erased a report (openapi/protocol.md section 8).

A host could replay an old withdrawal, so that a report and all its alarms disappear. So a reader
believes a withdrawal only if it is newer than every message of the reporter that they remember.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.clocks import Milestones, erased_on


@dataclass(frozen=True, slots=True)
class LastKnown:
    """What a reader remembers of the reporter's side of a report."""

    number: int
    """The count `n` of the reporter's newest message that this reader has seen."""
    messages: Collection[ids.MessageId]
    """The newest messages at that time. The reporter's newest message is one of them."""
    withdrawn_on: date | None
    """If that message is a withdrawal: the day of receipt that the host first gave for it."""
    whole_on: date | None
    """The last day on which the host showed this reader the whole report, by the device's clock."""
    document: ids.Hash | None = None
    """The line document whose terms applied to the report then."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The newest message of the reporter that the host shows, if it is a withdrawal."""

    message: ids.MessageId
    number: int
    """Count `n` of the withdrawal."""
    received_on: date
    """The day of receipt that the host gives for it now."""
    immediate: bool


def withdrawn_on(withdrawal: Withdrawal, known: LastKnown | None) -> date | None:
    """Return the day from which a withdrawal counts; None if it does not count.

    It does not count if the reader remembers a newer message of the reporter, or another message
    with the same number.

    Args:
        withdrawal: The withdrawal, as the host shows it.
        known: What the reader remembers; None if they remember nothing.
    """
    if known is None:
        return withdrawal.received_on
    if withdrawal.number < known.number:
        return None
    if withdrawal.number > known.number:
        # The withdrawal did not exist yet when the host last showed the whole report.
        earliest = date.min if known.whole_on is None else known.whole_on - TOLERANCE
        return max(withdrawal.received_on, earliest)
    if withdrawal.message not in known.messages:
        return None
    return known.withdrawn_on or withdrawal.received_on


def has_erased(
    withdrawal: Withdrawal, known: LastKnown | None, document: LineDocument, today: date
) -> bool:
    """Say whether the host may have erased a report by today because of its withdrawal.

    Args:
        withdrawal: The withdrawal, as the host shows it.
        known: What the reader remembers; None if they remember nothing.
        document: The line document whose terms apply.
        today: The device's day.
    """
    day = withdrawn_on(withdrawal, known)
    if day is None:
        return False
    milestones = Milestones(received_on=day, withdrawn_on=day, immediate=withdrawal.immediate)
    return erased_on(milestones, document, {}) <= today + TOLERANCE
