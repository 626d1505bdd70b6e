"""The host's checks of a new message: everything that needs no key to decrypt (section 7).

The host never refuses an honest client here. The checks keep a faulty or hostile client from
storing messages that its readers would have to refuse.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import GRACE, LineDocument
from meldpunt.protocol.verify.log.header import Handover, Header, Tag, VerifiedHeader, verify_author
from meldpunt.protocol.verify.sealed import SealedMessage, Wrap, check_body, check_wraps
from meldpunt.server.host import Host
from meldpunt.server.usecases.access.location import is_elsewhere

MAX_WAITING: Final = timedelta(days=35)
"""Longest time that a consent may give another line to accept the report."""
MAX_OTHER_LINES: Final = 8
"""Other lines that a reporter may ask to take one report. Every reader must verify all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContext:
    """The report and the author of a message, from the host's own records."""

    line: ids.LineId
    report: ids.ReportId
    author: Participant
    signing_key: bytes
    reporter_key: ids.KeyId
    """Id of the reporter's box key in force."""
    other_lines: tuple[ids.LineId, ...] = ()
    """Other lines whose handlers take part, because the reporter gave a consent."""
    author_line: ids.LineId | None = None
    """The line of an author who is a handler."""

    @property
    def lines(self) -> tuple[ids.LineId, ...]:
        """Return every line of the report."""
        return (self.line, *self.other_lines)

    def is_authors(self, document: LineDocument) -> bool:
        """Say whether the author may name a document. A handler names one of their own line."""
        return document.line_id in (self.lines if self.author_line is None else (self.author_line,))


async def check_message(
    host: Host, sealed: SealedMessage, header: Header, context: MessageContext
) -> tuple[VerifiedHeader, LineDocument]:
    """Check a new message. Return its verified header and the document that the header names.

    Args:
        host: The host.
        sealed: The message.
        header: The message's parsed header.
        context: The report and the author that the message must have.

    Raises:
        RefusedError: AUTHOR_UNKNOWN, SIGNATURE, DOCUMENT_DATES for a day too far from today,
            BODY_SIZE, BODY_HASH, WRAP_SIZE, ORDER, OTHER_LINE, OTHER_REPORT, DOCUMENT_UNKNOWN,
            DOCUMENT_EXPIRED for a first message, READER_NOT_ALLOWED for a reader who handles no
            reports, WRAP_READER, NO_READER, HANDOVER.
    """
    today = host.clock.today()
    verified = _check_sealed(sealed, header, context, today)
    document = check_belongs(header, context, await host.documents.find(header.document))
    try:
        await _check_people(host, header, context, document, anew=False)
    except RefusedError:
        await _check_people(host, header, context, document, anew=True)
    if header.admits is not None and document.handler(header.admits) is None:
        raise RefusedError(Reason.READER_NOT_ALLOWED)  # a newcomer of another line
    if header.tag is Tag.REPORT and today > document.expires_on + GRACE + TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_EXPIRED)
    owners = await host.box_key_owners.find(wrap.key_id for wrap in sealed.wraps)
    check_wraps_are_for(
        header.readers, sealed.wraps, owners=owners, reporter_key=context.reporter_key
    )
    if not owners:
        raise RefusedError(Reason.NO_READER)
    return verified, document


async def _check_people(
    host: Host, header: Header, context: MessageContext, document: LineDocument, *, anew: bool
) -> None:
    """Check that the readers, and the readers of a consent, are active handlers today.

    Args:
        host: The host.
        header: The message's parsed header.
        context: The report and the author that the message must have.
        document: The document that the header names.
        anew: Read the newest documents from the database, not from the cache.

    Raises:
        RefusedError: READER_NOT_ALLOWED, NO_READER, HANDOVER.
    """
    today = host.clock.today()
    newest = await _newest_documents(host, header, context, anew=anew)
    check_readers_active(header, [document, *_others(newest.values(), document)], today)
    # A handler may have left since the author last looked: somebody active must read the message.
    active = {h.id for known in newest.values() for h in known.active_handlers(today)}
    if active.isdisjoint(handler_readers(header)):
        raise RefusedError(Reason.NO_READER)
    if header.handover is not None:
        asked = newest.get(header.handover.line_id)
        await _check_asked(host, header.handover, context, asked)


def _others(newest: Iterable[LineDocument], known: LineDocument) -> list[LineDocument]:
    """Return the documents of other lines. For the author's line the document they knew decides."""
    return [document for document in newest if document.line_id != known.line_id]


async def _newest_documents(
    host: Host, header: Header, context: MessageContext, *, anew: bool
) -> dict[ids.LineId, LineDocument]:
    """Return the newest document of each line of a report, and of the line in a new consent."""
    lines = dict.fromkeys(context.lines)
    if header.handover is not None:
        lines[header.handover.line_id] = None
    found = {line: await host.newest.find(line, anew=anew) for line in lines}
    return {line: document for line, document in found.items() if document is not None}


async def _check_asked(
    host: Host, handover: Handover, context: MessageContext, newest: LineDocument | None
) -> None:
    """Check that a line can take a report: it is on this host, and the named readers are active.

    Raises:
        RefusedError: HANDOVER.
    """
    today = host.clock.today()
    document = await host.documents.find(handover.document)
    if newest is None or document is None or document.line_id != handover.line_id:
        raise RefusedError(Reason.HANDOVER)
    active = {handler.id for handler in newest.active_handlers(today)}
    if (
        is_elsewhere(host, newest)
        or not active.issuperset(handover.readers)
        or today > document.expires_on + GRACE + TOLERANCE
        or not today < handover.until <= today + MAX_WAITING
    ):
        raise RefusedError(Reason.HANDOVER)
    lines = {*context.other_lines, handover.line_id} - {context.line}
    if len(lines) > MAX_OTHER_LINES:
        raise RefusedError(Reason.HANDOVER)


def _check_sealed(
    sealed: SealedMessage, header: Header, context: MessageContext, today: date
) -> VerifiedHeader:
    verified = verify_author(header, sealed.header, sealed.signature, context.signing_key)
    if header.author != context.author:
        raise RefusedError(Reason.AUTHOR_UNKNOWN)
    if header.day is not None and abs(header.day - today) > TOLERANCE:
        raise RefusedError(Reason.DOCUMENT_DATES)
    check_body(header, sealed.body)
    check_wraps(sealed.wraps)
    return verified


def check_belongs(
    header: Header, context: MessageContext, document: LineDocument | None
) -> LineDocument:
    """Check that a header names the right line, report and document. Return that document.

    Raises:
        RefusedError: OTHER_LINE, OTHER_REPORT, DOCUMENT_UNKNOWN.
    """
    if header.line_id != context.line:
        raise RefusedError(Reason.OTHER_LINE)
    if header.report_id != context.report:
        raise RefusedError(Reason.OTHER_REPORT)
    if document is None or not context.is_authors(document):
        raise RefusedError(Reason.DOCUMENT_UNKNOWN)
    return document


def handler_readers(header: Header) -> tuple[ids.HandlerId, ...]:
    """Return all readers except the reporter."""
    return tuple(reader for reader in header.readers if not isinstance(reader, str))


def check_readers_active(header: Header, documents: Iterable[LineDocument], today: date) -> None:
    """Check that one of these documents lists each reader as an active handler today.

    Raises:
        RefusedError: READER_NOT_ALLOWED.
    """
    active = {h.id for document in documents for h in document.active_handlers(today)}
    if not active.issuperset(handler_readers(header)):
        raise RefusedError(Reason.READER_NOT_ALLOWED)


def check_wraps_are_for(
    readers: Collection[Participant],
    wraps: Iterable[Wrap],
    *,
    owners: Mapping[ids.KeyId, ids.HandlerId],
    reporter_key: ids.KeyId,
) -> None:
    """Check that every wrap is for a reader.

    Args:
        readers: The participants who may read the message.
        wraps: Wraps of the message.
        owners: Handlers by key id, for the keys that the host knows.
        reporter_key: Id of the reporter's box key.

    Raises:
        RefusedError: WRAP_READER.
    """
    wrapped_for: set[Participant | None] = {
        REPORTER if wrap.key_id == reporter_key else owners.get(wrap.key_id) for wrap in wraps
    }
    if not wrapped_for.issubset(readers):
        raise RefusedError(Reason.WRAP_READER)
