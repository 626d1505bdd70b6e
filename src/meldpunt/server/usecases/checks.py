"""What the host checks of a message on arrival: all that needs no key to decrypt (section 7).

An honest client meets none of these refusals. They keep a faulty or hostile client from storing
what its readers would have to refuse.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.header import Header, VerifiedHeader, verify_header
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.sealed import SealedMessage, Wrap, check_body, check_wraps


def check_sealed(
    sealed: SealedMessage, *, author: Participant, signing_key: bytes, today: date
) -> VerifiedHeader:
    """Verify header, body and wrap sizes of a message that a caller says is theirs.

    Raises:
        RefusedError: A header reason, AUTHOR_UNKNOWN, SIGNATURE, DOCUMENT_DATES for a day that is
            not today's, BODY_SIZE, BODY_HASH, WRAP_SIZE, ORDER.
    """
    verified = verify_header(sealed.header, sealed.signature, signing_key)
    header = verified.header
    if header.author != author:
        raise RefusedError(Reason.AUTHOR_UNKNOWN)
    if header.day is not None and abs(header.day - today) > TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_DATES)
    check_body(header, sealed.body)
    check_wraps(sealed.wraps)
    return verified


def check_belongs(
    header: Header, *, line: ids.LineId, report: ids.ReportId, document: LineDocument | None
) -> LineDocument:
    """Check that a header names this report, its line, and a document of that line.

    Raises:
        RefusedError: OTHER_LINE, OTHER_REPORT, DOCUMENT_UNKNOWN.
    """
    if header.line_id != line:
        raise RefusedError(Reason.OTHER_LINE)
    if header.report_id != report:
        raise RefusedError(Reason.OTHER_REPORT)
    if document is None or document.line_id != line:
        raise RefusedError(Reason.DOCUMENT_UNKNOWN)
    return document


def handler_readers(header: Header) -> tuple[ids.HandlerId, ...]:
    """Return the readers who are handlers."""
    return tuple(reader for reader in header.readers if not isinstance(reader, str))


def check_readers_active(header: Header, document: LineDocument, today: date) -> None:
    """Check that every reader handles reports under the document the author knew.

    Raises:
        RefusedError: READER_NOT_ALLOWED.
    """
    active = {handler.id for handler in document.active_handlers(today)}
    if not active.issuperset(handler_readers(header)):
        raise RefusedError(Reason.READER_NOT_ALLOWED)


def check_wrap_owners(
    readers: Collection[Participant],
    wraps: Iterable[Wrap],
    *,
    owners: Mapping[ids.KeyId, ids.HandlerId],
    reporter_key: ids.KeyId,
) -> None:
    """Check that every wrap is for a reader, and one at least for a handler.

    Args:
        readers: Who may read the message.
        wraps: Wraps to this message.
        owners: Handlers by key id, as far as the host knows the keys.
        reporter_key: Id of the reporter's box key.

    Raises:
        RefusedError: WRAP_READER; NO_READER.
    """
    wrapped_for = {owners.get(wrap.key_id) for wrap in wraps if wrap.key_id != reporter_key}
    if any(wrap.key_id == reporter_key for wrap in wraps) and REPORTER not in readers:
        raise RefusedError(Reason.WRAP_READER)
    if not wrapped_for:
        raise RefusedError(Reason.NO_READER)
    if not wrapped_for.issubset(readers):
        raise RefusedError(Reason.WRAP_READER)
