"""Oral reports: a handler writes down what a caller says, and hands over the keys (section 9.6).

The handler makes the report under a code of its own and gives it to the caller. The caller's first
visit replaces it (`succession`): from then on the handler can neither read nor write their side.
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
    """Return a handler's signed word that they wrote this report down for somebody."""
    return OralNote(handler=handler, signature=key.sign(ORAL_LABEL, line + report))


def verify_oral_note(
    header: Header, payload: Payload, document: LineDocument
) -> ListedHandler | None:
    """Return who wrote an oral report down, None for a report that is not oral.

    Args:
        header: Of the report's first message.
        payload: Of the same message.
        document: Lists the handlers.

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
    """Return the statement by which a report passes to new keys; the new one signs its message.

    Args:
        keys: The new ones.
        line: The line the report was made on.
        report: The report, named after its first keys.
        replaced: The first signing key, which signs no more after this.
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
