"""Consultations: a handler asks the handlers of another line for advice (section 9.8).

For the other line, a consultation is a report with a receipt code of its own; the reporter is the
asker. The consultation note in the payload says who asks. The asker signs it with the key that
their own line lists. Nothing says which report of their own line they ask about.
"""

from datetime import date
from typing import Final

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.payload import ConsultationNote, Payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import check_signature
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.line_document import GRACE, LineDocument, ListedHandler
from meldpunt.protocol.verify.log.header import Header

CONSULTATION_LABEL: Final = "mp1/consultation"


def sign_consultation_note(
    key: SigningKey,
    *,
    handler: ids.HandlerId,
    line: ids.LineId,
    asked: ids.LineId,
    report: ids.ReportId,
) -> ConsultationNote:
    """Return the asker's signed statement that they ask for advice.

    Args:
        key: The asker's signing key on their own line.
        handler: The asker's id on their own line.
        line: The asker's own line.
        asked: The other line, whose handlers shall answer.
        report: The report on the other line that holds the question.
    """
    signature = key.sign(CONSULTATION_LABEL, asked + report + line)
    return ConsultationNote(line_id=line, handler=handler, signature=signature)


def find_consultation_note(header: Header, payload: Payload) -> ConsultationNote | None:
    """Return the note that says who asks, or None if the message is no consultation.

    The note is not verified yet.

    Raises:
        RefusedError: CONSULTATION when header and payload differ.
    """
    note = payload.consultation
    if (header.origin == "consultation") != (note is not None):
        raise RefusedError(Reason.CONSULTATION)
    return note


def verify_consultation_note(
    header: Header, note: ConsultationNote, document: LineDocument, today: date
) -> ListedHandler:
    """Return the asker, as their own line lists them.

    Args:
        header: Header of the first message.
        note: The note from the payload of that message.
        document: The newest document of the asker's own line, verified.
        today: The device's day.

    Raises:
        RefusedError: CONSULTATION when the document is of another line or past its grace, when it
            does not list the asker, when the asker has left, or when the signature does not hold.
    """
    if note.line_id != document.line_id or today > document.expires_on + GRACE:
        raise RefusedError(Reason.CONSULTATION)
    active = {handler.id: handler for handler in document.active_handlers(today)}
    handler = active.get(note.handler)
    if handler is None:
        raise RefusedError(Reason.CONSULTATION)
    try:
        statement = header.line_id + header.report_id + note.line_id
        check_signature(CONSULTATION_LABEL, statement, note.signature, handler.signing_key)
    except RefusedError:
        raise RefusedError(Reason.CONSULTATION) from None
    return handler
