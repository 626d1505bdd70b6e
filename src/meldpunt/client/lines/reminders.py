"""Reminders: what an office and its handlers must do in time, so that reporters can report."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from meldpunt.protocol.line import Freshness, VerifiedLine
from meldpunt.protocol.verify.line_document import GRACE
from meldpunt.wire.reports import EntryStatus

NOTICE: Final = timedelta(days=21)
"""How long before the last day of a document or of the last box key the reminders start."""


class ReminderKind(StrEnum):
    """The closed list of reminders."""

    DOCUMENT_ENDING = "document-ending"
    """The line document expires soon."""
    DOCUMENT_EXPIRED = "document-expired"
    """The line document has expired. Reporters see a warning, and can still report for a while."""
    DOCUMENT_PAST_GRACE = "document-past-grace"
    """The line document is past its grace: nobody can report or write any more."""
    KEYS_ENDING = "keys-ending"
    """The handler's last published box key ends soon."""
    KEYS_MISSING = "keys-missing"
    """The handler has no box key for today: nothing new can be sealed to them."""
    SHEET_BEHIND = "sheet-behind"
    """The handler made keys that no recovery sheet brings back."""
    KEYS_ENDED = "keys-ended"
    """The device still holds ended keys: they can still open what should be erased."""
    UNOPENED = "unopened"
    """A report will be erased soon, and no handler has answered what its reporter wrote."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to do, and the day to which it refers."""

    kind: ReminderKind
    day: date


def line_reminders(line: VerifiedLine, today: date) -> tuple[Reminder, ...]:
    """Return the reminders about a line document."""
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
    """Return a reminder of the first day on which an unanswered report is erased, or None."""
    days = (e.erased_on for e in entries if e.unopened and is_ending(e.erased_on, today))
    day = min(days, default=None)
    return None if day is None else Reminder(ReminderKind.UNOPENED, day)


def is_ending(last_day: date, today: date) -> bool:
    """Say whether a last day is so near that a reminder is due."""
    return last_day - today <= NOTICE
