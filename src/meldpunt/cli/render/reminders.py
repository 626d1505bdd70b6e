"""The reminders that every command of an office or a handler shows beside its answer.

To publish keys in advance only adds keys, so a handler's daily commands do it by themselves. To
destroy keys (`meldpunt handler rotate`) is a person's decision. No command does it unasked, and the
reminder stays until the person has done it.
"""

from datetime import date
from typing import Final

from meldpunt.cli.terminal.output import Output
from meldpunt.client import (
    HandlerKeys,
    LineOwner,
    Reminder,
    ReminderKind,
    key_reminders,
    line_reminders,
)
from meldpunt.protocol.line import VerifiedLine

OFFICE: Final = {
    ReminderKind.DOCUMENT_ENDING: "The line's document expires on {day}. Renew it before:"
    " meldpunt line renew",
    ReminderKind.DOCUMENT_EXPIRED: "The line's document has expired. Reporters are warned, and from"
    " {day} on nobody can report or write. Now: meldpunt line renew",
    ReminderKind.DOCUMENT_PAST_GRACE: "The line's document is out of date since {day}: nobody can"
    " report or write, and reporters are shown the contact data only. Now: meldpunt line renew",
}
HANDLER: Final = {
    ReminderKind.DOCUMENT_ENDING: "The line's document expires on {day}; its office should renew"
    " it before.",
    ReminderKind.DOCUMENT_EXPIRED: "The line's document has expired. From {day} on nobody can"
    " report or write; its office should renew it now.",
    ReminderKind.DOCUMENT_PAST_GRACE: "The line's document is out of date since {day}: nobody can"
    " report or write until its office renews it.",
    ReminderKind.KEYS_ENDING: "Your last box key ends on {day}. Before:"
    " meldpunt handler publish-keys",
    ReminderKind.KEYS_MISSING: "You have no box key for today, so nothing new can be sealed to you."
    " Now: meldpunt handler publish-keys",
    ReminderKind.SHEET_BEHIND: "Your recovery sheet does not bring your newest keys back. Make a"
    " new one, and destroy the old one: meldpunt handler recovery-sheet",
    ReminderKind.KEYS_ENDED: "A key of yours ended on {day} and is still there: with it, what is"
    " erased could be opened from an old copy. Destroy it: meldpunt handler rotate",
    ReminderKind.UNOPENED: "A report of your inbox is erased on {day}, and no handler has answered"
    " what its reporter wrote. Read it before, and answer, or have it taken up again:"
    " meldpunt handler inbox names it",
}


_NEW_RECEIPT_KEY: Final = (
    "The host signs proofs of receipt with another key than your last document named; the new one"
    " names the new key. If its operator has not told you why, ask them."
)


def remind_office(output: Output, line: VerifiedLine, owner: LineOwner, today: date) -> None:
    """Remind an office of what is due for its line, and of a changed receipt key."""
    for reminder in line_reminders(line, today):
        _tell(output, OFFICE[reminder.kind], reminder)
    if owner.has_new_receipt_key:
        output.remind("receipt-key", _NEW_RECEIPT_KEY)


def remind_handler(output: Output, keys: HandlerKeys, line: VerifiedLine, today: date) -> None:
    """Remind a handler of what is due for the line and for their keys."""
    for reminder in (*line_reminders(line, today), *key_reminders(keys, today)):
        _tell(output, HANDLER[reminder.kind], reminder)


def remind_of_sheet(output: Output) -> None:
    """Remind a handler that their recovery sheet lacks the newest keys."""
    kind = ReminderKind.SHEET_BEHIND
    output.remind(kind.value, HANDLER[kind])


def remind_unopened(output: Output, reminder: Reminder | None) -> None:
    """Remind a handler that a report that nobody has answered will be erased soon."""
    if reminder is not None:
        _tell(output, HANDLER[reminder.kind], reminder)


def _tell(output: Output, text: str, reminder: Reminder) -> None:
    output.remind(reminder.kind.value, text.format(day=reminder.day))
