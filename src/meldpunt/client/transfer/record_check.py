"""Check the records of an export as they come: each is of this line, and no larger than it may be.

A host could send nonsense for ever. A client accepts only what belongs to the line, in order. It
accepts no more than the host said at the start, plus what may have arrived since. The next host
checks every record again, with all rules of the protocol.

A line may live on while it is copied. A record that does not fit the line as it was at the start
may fit the line as it is now. Then the client adds what it fetched itself (`ExportPages`).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from meldpunt.client.http.errors import (
    ForeignRecordError,
    LaterRecordError,
)
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.client.transfer.export_limits import WRAPS_OF_A_MESSAGE, ExportLimits
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BoxKeyStatement, SignedBoxKey, verify_box_key
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.protocol.verify.line_document import LineDocument, verify_line_document
from meldpunt.protocol.verify.log.header import Header, parse_header, verify_author
from meldpunt.protocol.verify.sizes import BODY_SIZES, TEXT_SIZE
from meldpunt.wire.transfer import (
    MAX_PART,
    ExportPage,
    MovedDocument,
    MovedMessage,
    MovedPart,
    MovedReport,
    MovedWraps,
    Record,
)

_LATER_REASONS: Final = frozenset(
    {
        Reason.ATTACHMENT_SIZE,
        Reason.AUTHOR_UNKNOWN,
        Reason.DOCUMENT_UNKNOWN,
        Reason.LENGTH,
        Reason.TEXT_HASH,
    }
)
"""Refusals that a change of the line since the first page may explain."""


@dataclass(slots=True)
class _Report:
    """The report whose records come now."""

    report: ids.ReportId
    reporter_keys: list[bytes]
    position: int = 0
    wraps: dict[ids.MessageId, set[tuple[ids.KeyId, Participant]]] = field(default_factory=dict)
    """The keys and makers of the wraps that came of each message."""
    files: dict[ids.AttachmentId, tuple[int, int]] = field(default_factory=dict)
    """Bytes that came of each listed file, and bytes that it has; 0 before its first part."""


class RecordCheck:
    """Checks an export page by page. A client that continues begins with the pages it has.

    Args:
        keys: The line's keys.
    """

    def __init__(self, keys: LineKeys) -> None:
        self._line = keys.line_id
        self._keys = verify_key_chain(keys.line_id, keys.first_key, keys.rotations)
        self.begin_again()

    def begin_again(self) -> None:
        """Forget every page."""
        self.limits = ExportLimits()
        self._documents: dict[ids.Hash, LineDocument] = {}
        """In the order of their numbers."""
        self._seen: set[ids.ReportId] = set()
        self._once: set[bytes] = set()
        """Hashes of texts and box keys: each comes once."""
        self._explained: set[bytes] = set()
        """Hashes of the texts that this client added. The host may send them too."""
        self._done: int | None = None
        """How many records of the present page are checked: it goes on there after a change."""
        self._report: _Report | None = None

    @property
    def reports(self) -> int:
        """How many reports have begun."""
        return len(self._seen)

    @property
    def newest(self) -> tuple[int, ids.Hash | None]:
        """The number and hash of the newest document that came."""
        return len(self._documents), next(reversed(self._documents), None)

    def lacks(self, text: ids.Hash) -> bool:
        """Say whether a text has not come."""
        return text not in self._once

    def add(self, page: ExportPage) -> None:
        """Check the next page.

        Raises:
            LaterRecordError: A record does not fit. If the line has changed since the first page,
                `explain` the change, and call this again with the same page.
            ForeignRecordError: A record is not of the line, or too large, or out of order.
            EndlessListError: The pages do not progress, or hold more than the host said.
            AnswerError: The first page does not say how much follows.
        """
        if self._done is None:
            self.limits.turn(page)
            self._done = 0
        for record in page.records[self._done :]:
            try:
                self._add(record)
            except RefusedError as refused:
                later = refused.reason in _LATER_REASONS
                raise (LaterRecordError if later else ForeignRecordError) from None
            self._done += 1
        self._done = None

    def explain(self, page: ExportPage) -> None:
        """Take in what the line has got since the first page: documents, texts, a new total.

        Args:
            page: Made by this client, which fetched it from the host beside the export.

        Raises:
            ForeignRecordError: It does not continue what came.
        """
        try:
            for record in page.records:
                self._take_own(record)
        except RefusedError:
            raise ForeignRecordError from None
        if page.total is not None:
            self.limits.allow(page.total)

    def _take_own(self, record: Record) -> None:
        if record.document is not None:
            self._document(record.document)
        elif record.text is not None:
            self._text(record.text)
            self._explained.add(ids.text_hash(record.text))
        else:
            raise RefusedError(Reason.FIELDS)

    def _add(self, record: Record) -> None:
        [kind] = [name for name, value in record if value is not None]
        if self.limits.is_full(kind):
            raise RefusedError(Reason.LENGTH)
        self._take(record)
        self.limits.count(kind)

    def _take(self, record: Record) -> None:
        if record.document is not None:
            self._document(record.document)
        elif record.text is not None:
            self._text(record.text)
        elif record.box_key is not None:
            self._box_key(record.box_key)
        elif record.report is not None:
            self._begin_report(record.report)
        elif record.message is not None:
            self._message(self._current(record.message.report), record.message)
        elif record.wraps is not None:
            self._wraps(self._current(record.wraps.report), record.wraps)
        elif record.part is not None:
            self._part(self._current(record.part.report), record.part)
        elif record.end is not None:
            self._current(record.end.report)
            self._report = None

    def _document(self, served: MovedDocument) -> None:
        document = verify_line_document(served.document, served.signature, self._line, self._keys)
        if document.number != len(self._documents) + 1:
            raise RefusedError(Reason.DOCUMENT_PREVIOUS)
        self._documents[ids.document_hash(served.document)] = document

    def _text(self, text: bytes) -> None:
        named = (document.text_hashes() for document in self._documents.values())
        name = ids.text_hash(text)
        if len(text) > TEXT_SIZE or not any(name in hashes for hashes in named):
            raise RefusedError(Reason.TEXT_HASH)
        if name in self._explained:
            self._explained.remove(name)
        else:
            self._check_first(name)

    def _box_key(self, signed: SignedBoxKey) -> None:
        handler = BoxKeyStatement.from_signed(signed.statement).handler_id
        verify_box_key(signed, self._naming(handler))
        self._check_first(hashlib.sha256(signed.statement).digest())

    def _check_first(self, name: bytes) -> None:
        if name in self._once:
            raise RefusedError(Reason.FIELDS)
        self._once.add(name)

    def _naming(self, handler: ids.HandlerId) -> LineDocument:
        """Return the newest document that names a handler."""
        for document in reversed(self._documents.values()):
            if document.handler(handler) is not None:
                return document
        raise RefusedError(Reason.AUTHOR_UNKNOWN)

    def _begin_report(self, moved: MovedReport) -> None:
        keys, report = moved.keys, moved.first.report
        if ids.report_id(signing_key=keys.signing_key, box_key=keys.box_key) != report:
            raise RefusedError(Reason.REPORT_KEYS)
        if report in self._seen:
            raise RefusedError(Reason.OTHER_REPORT)
        if moved.document not in self._documents:
            raise RefusedError(Reason.DOCUMENT_UNKNOWN)
        begun = _Report(report, [keys.signing_key])
        self._message(begun, moved.first)
        self._seen.add(report)
        self._report = begun

    def _current(self, report: ids.ReportId) -> _Report:
        if self._report is None or self._report.report != report:
            raise RefusedError(Reason.OTHER_REPORT)
        return self._report

    def _message(self, report: _Report, moved: MovedMessage) -> None:
        header = parse_header(moved.header)
        if header.report_id != report.report or header.line_id != self._line:
            raise RefusedError(Reason.OTHER_REPORT)
        if moved.position <= report.position or len(moved.body or b"") > BODY_SIZES[-1]:
            raise RefusedError(Reason.GAP)
        if header.document not in self._documents:
            raise RefusedError(Reason.DOCUMENT_UNKNOWN)
        self._verify(report, header, moved)
        report.position = moved.position
        report.wraps[ids.message_id(moved.header)] = set()
        report.files.update(dict.fromkeys(header.attachments or (), (0, 0)))

    def _verify(self, report: _Report, header: Header, moved: MovedMessage) -> None:
        if isinstance(header.author, str):  # the reporter
            keys = report.reporter_keys
        else:
            handler = self._naming(header.author).handler(header.author)
            keys = [handler.signing_key] if handler is not None else []
        if not any(_signs(key, header, moved) for key in keys):
            raise RefusedError(Reason.SIGNATURE)
        if header.successor is not None:
            report.reporter_keys.append(header.successor.signing_key)

    def _wraps(self, report: _Report, moved: MovedWraps) -> None:
        if moved.message not in report.wraps:
            raise RefusedError(Reason.OTHER_REPORT)
        known = report.wraps[moved.message]
        before = len(known)
        known.update((wrap.key_id, wrap.maker) for wrap in moved.wraps)
        if len(known) < before + len(moved.wraps) or len(known) > WRAPS_OF_A_MESSAGE:
            raise RefusedError(Reason.FIELDS)

    def _part(self, report: _Report, part: MovedPart) -> None:
        came, size = report.files.get(part.attachment, (-1, 0))
        length = len(part.data)
        end = part.offset + length
        is_next = part.offset == came and size in (0, part.size) and end <= part.size
        has_room = self.limits.has_room(length)
        if not is_next or not 0 < length <= MAX_PART or not has_room:
            raise RefusedError(Reason.ATTACHMENT_SIZE)
        self.limits.fill(length)
        report.files[part.attachment] = (end, part.size)


def _signs(key: bytes, header: Header, moved: MovedMessage) -> bool:
    try:
        verify_author(header, moved.header, moved.signature, key)
    except RefusedError:
        return False
    return True
