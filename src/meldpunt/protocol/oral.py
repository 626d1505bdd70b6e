"""Oral reports: a handler writes down what a caller says, and hands over the keys (section 9.6).

The handler makes the report under a new receipt code and gives that code to the caller. On the
caller's first visit a takeover replaces the code (`succession`). From then on the handler can
neither read nor write with the reporter's keys.
"""

from typing import Final

from meldpunt.protocol.keys import ReporterKeys, SigningKey
from meldpunt.protocol.payload import OralNote, Payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.ed25519 import check_signature
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.line_document import LineDocument, ListedHandler
from meldpunt.protocol.verify.log.header import SUCCESSION_LABEL, Header, Successor

ORAL_LABEL: Final = "mp1/oral"


def sign_oral_note(
    key: SigningKey, *, handler: ids.HandlerId, line: ids.LineId, report: ids.ReportId
) -> OralNote:
    """Return a handler's signed statement that they wrote this report down for a caller."""
    return OralNote(handler=handler, signature=key.sign(ORAL_LABEL, line + report))


def verify_oral_note(
    header: Header, payload: Payload, document: LineDocument
) -> ListedHandler | None:
    """Return the handler who wrote an oral report down; None if the report is not oral.

    Args:
        header: Header of the report's first message.
        payload: Payload of the same message.
        document: The documents that list the handlers.

    Raises:
        RefusedError: ORAL when header and payload differ, the handler is unknown, or the
            signature does not hold.
    """
    note = payload.oral
    if (header.origin == "oral") != (note is not None):
        raise RefusedError(Reason.ORAL)
    if note is None:
        return None
    handler = document.handler(note.handler)
    if handler is None:
        raise RefusedError(Reason.ORAL)
    try:
        statement = header.line_id + header.report_id
        check_signature(ORAL_LABEL, statement, note.signature, handler.signing_key)
    except RefusedError:
        raise RefusedError(Reason.ORAL) from None
    return handler


def make_successor(
    keys: ReporterKeys, *, line: ids.LineId, report: ids.ReportId, replaced: SigningKey
) -> Successor:
    """Return the statement by which a report passes to new keys.

    The replaced key signs the statement. The new key signs the message that carries it.

    Args:
        keys: The new keys.
        line: The line on which the report was made.
        report: The report id, which follows from the first keys.
        replaced: The first signing key. It signs nothing after this statement.
    """
    statement = Successor.statement(
        line=line,
        report=report,
        signing_key=keys.signing.public_key,
        box_key=keys.box.public_key,
    )
    return Successor(
        signing_key=keys.signing.public_key,
        box_key=keys.box.public_key,
        signature=replaced.sign(SUCCESSION_LABEL, statement),
    )
