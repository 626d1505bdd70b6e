"""Consultations: a handler asks the handlers of another line for advice (section 9.8).

To the other line it is a report whose reporter is a handler, under a receipt of its own. The note
inside says who asks, signed by the key that their own line lists; nothing says about which report.
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
    """Return a handler's signed word that they ask for advice.

    Args:
        key: The handler's signing key on their own line.
        handler: Their id there.
        line: Their own line.
        asked: The line whose handlers are asked.
        report: The report there that holds the question.
    """
    signature = key.sign(CONSULTATION_LABEL, asked + report + line)
    return ConsultationNote(line_id=line, handler=handler, signature=signature)


def find_consultation_note(header: Header, payload: Payload) -> ConsultationNote | None:
    """Return who claims to ask, None for a message that is no consultation.

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
    """Return the handler who asks, as their own line names them.

    Args:
        header: Of the first message.
        note: From its payload.
        document: The newest document of the asking handler's line, verified.
        today: The device's day.

    Raises:
        RefusedError: CONSULTATION for another line's document, or one long out of date; for a
            handler whom it does not name, or who has left; when the signature does not hold.
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
