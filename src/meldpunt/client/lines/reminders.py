"""What an office and its handlers must do in time, or reporters stand before a closed door."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.verify.line_document import GRACE
from meldpunt.wire.reports import EntryStatus

NOTICE: Final = timedelta(days=21)
"""How long before its last day a document or the last key is spoken of."""


class ReminderKind(StrEnum):
    """The closed list of reminders."""

    DOCUMENT_ENDING = "document-ending"
    """The line document expires soon."""
    DOCUMENT_EXPIRED = "document-expired"
    """It has expired; reporters are warned, and can still report for a while."""
    DOCUMENT_PAST_GRACE = "document-past-grace"
    """Nobody can report or write any more."""
    KEYS_ENDING = "keys-ending"
    """The handler's last published box key ends soon."""
    KEYS_MISSING = "keys-missing"
    """The handler has no box key for today: nothing new can be sealed to them."""
    SHEET_BEHIND = "sheet-behind"
    """Keys were made that no recovery sheet brings back."""
    KEYS_ENDED = "keys-ended"
    """Keys that have ended are still held: what should be erased can still be opened."""
    UNOPENED = "unopened"
    """A report is erased soon, and no handler has answered what its reporter wrote."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to do, and the day it turns on."""

    kind: ReminderKind
    day: date


def line_reminders(line: VerifiedLine, today: date) -> tuple[Reminder, ...]:
    """Return what is due of a line document."""
    expires_on = line.document.expires_on
    match line.freshness:
        case Freshness.PAST_GRACE:
            return (Reminder(ReminderKind.DOCUMENT_PAST_GRACE, expires_on + GRACE),)
        case Freshness.EXPIRED:
            return (Reminder(ReminderKind.DOCUMENT_EXPIRED, expires_on + GRACE),)
    if is_ending(expires_on, today):
        return (Reminder(ReminderKind.DOCUMENT_ENDING, expires_on),)
    return ()


def unopened_reminder(entries: Iterable[EntryStatus], today: date) -> Reminder | None:
    """Return the first day on which a report is erased with a message that nobody has answered."""
    days = (e.erased_on for e in entries if e.unopened and is_ending(e.erased_on, today))
    day = min(days, default=None)
    return None if day is None else Reminder(ReminderKind.UNOPENED, day)


def is_ending(last_day: date, today: date) -> bool:
    """Say whether a last day is near enough to speak of."""
    return last_day - today <= NOTICE
