"""What every command of an office or a handler says beside its answer: what is due.

Publishing keys ahead only adds, so commands that a handler uses every day do it by themselves.
Destroying keys (`meldpunt handler rotate`) is never done unasked: a person decides when, and the
reminder stays until they have.
"""

from typing import Final

from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.session import Session
from meldpunt.client import (
    Handler,
    KeysElsewhereError,
    LineOwner,
    ProblemError,
    Reminder,
    ReminderKind,
    key_reminders,
    line_reminders,
    utc_today,
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
}


_NEW_RECEIPT_KEY: Final = (
    "The host signs proofs of receipt with another key than your last document named; the new one"
    " names the new key. If its operator has not told you why, ask them."
)


def remind_office(output: Output, line: VerifiedLine, owner: LineOwner) -> None:
    """Tell an office what is due of its line, and what is another than it was."""
    for reminder in line_reminders(line, utc_today()):
        _tell(output, OFFICE[reminder.kind], reminder)
    if owner.has_new_receipt_key:
        output.remind("receipt-key", _NEW_RECEIPT_KEY)


def remind_handler(output: Output, handler: Handler, line: VerifiedLine | None = None) -> None:
    """Tell a handler what is due of their keys, and of the line where it was fetched."""
    found = key_reminders(handler.keys, handler.today())
    if line is not None:
        found = (*line_reminders(line, handler.today()), *found)
    for reminder in found:
        _tell(output, HANDLER[reminder.kind], reminder)


def _tell(output: Output, text: str, reminder: Reminder) -> None:
    output.remind(reminder.kind.value, text.format(day=reminder.day))


def look_after(output: Output, session: Session, file: HandlerFile, handler: Handler) -> None:
    """Publish keys ahead where that is due, keep what was learned of the line, and remind."""
    line = session.run("Fetching the line", handler.line())
    try:
        session.run("Publishing keys", handler.publish_when_due(line, file.save_keys))
    except KeysElsewhereError as error:
        output.warn(str(error))
    except ProblemError:  # not listed yet, or no more: reading goes on as far as it goes
        output.warn("Your keys could not be published ahead. Try: meldpunt handler publish-keys")
    file.save_history(handler)
    remind_handler(output, handler, line)
    if file.content.is_sheet_behind:
        kind = ReminderKind.SHEET_BEHIND
        output.remind(kind.value, HANDLER[kind])
