"""Check the records of an export as they come: each is of this line, and no larger than it may be.

A host could send nonsense for ever. A client accepts only what belongs to the line, in order. It
accepts no more than the host said at the start, plus what may have arrived since. The next host
checks every record again, with all rules of the protocol.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from meldpunt.client.http.errors import AnswerError, EndlessListError, ForeignRecordError
from meldpunt.client.http.paging import Paging
from meldpunt.client.keys.line_keys import LineKeys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.box_key import BoxKeyStatement, SignedBoxKey, verify_box_key
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import Participant
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.protocol.verify.line_document import LineDocument, verify_line_document
from meldpunt.protocol.verify.log.header import Header, parse_header, verify_author
from meldpunt.protocol.verify.sizes import BODY_SIZES
from meldpunt.wire.transfer import (
    MAX_PART,
    ExportPage,
    ExportTotal,
    MovedDocument,
    MovedMessage,
    MovedPart,
    MovedReport,
    MovedWraps,
    Record,
)

_MAX_DOCUMENTS: Final = 1_000
_MAX_TEXTS: Final = 10_000
_MAX_BOX_KEYS: Final = 100_000
_MAX_TEXT: Final = 65_536
_WRAPS_OF_A_MESSAGE: Final = 1_024
"""The most wraps of one message: its readers, times the keys and makers of each."""
_FILES_OF_A_MESSAGE: Final = 64
_SMALL_PART: Final = 1 << 16
"""Parts of a file are larger than this many bytes, except the last part."""
_MAX_EMPTY: Final = 200
"""The most pages without a record, besides one for 100 reports.

An export passes over 16,384 entries of other handlers on one page."""
_LATER: Final = 20
"""How much may arrive during an export of little, besides a tenth of what there was."""


def _with_later(count: int) -> int:
    return count + count // 10 + _LATER


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
        self.total: ExportTotal | None = None
        """What the host said on the first page."""
        self._paging: Paging | None = None
        self._documents: list[LineDocument] = []
        self._counts: dict[str, int] = {}
        self._most: dict[str, int] = {}
        self._bytes = self._most_bytes = 0
        self._empty = 0
        self._seen: set[ids.ReportId] = set()
        self._once: set[bytes] = set()
        """Hashes of texts and box keys: each comes once."""
        self._report: _Report | None = None

    @property
    def reports(self) -> int:
        """How many reports have begun."""
        return len(self._seen)

    def add(self, page: ExportPage) -> None:
        """Check the next page.

        Raises:
            ForeignRecordError: A record is not of the line, or too large, or out of order.
            EndlessListError: The pages do not progress, or hold more than the host said.
            AnswerError: The first page does not say how much follows.
        """
        if self._paging is None:
            self.total, self._paging = page.total, self._begin(page)
        self._paging.add(len(page.records), page.cursor)
        self._empty += not page.records
        if self._empty > _MAX_EMPTY + self._most["report"] // 100:
            raise EndlessListError
        for record in page.records:
            try:
                self._add(record)
            except RefusedError:
                raise ForeignRecordError from None

    def _begin(self, page: ExportPage) -> Paging:
        if page.total is None:
            raise AnswerError
        messages = _with_later(page.total.messages)
        self._most = {
            "document": _MAX_DOCUMENTS,
            "text": _MAX_TEXTS,
            "box_key": _MAX_BOX_KEYS,
            "report": _with_later(page.total.reports),
            "message": messages,
            "wraps": messages * _WRAPS_OF_A_MESSAGE,
            "part": page.total.attachment_bytes // _SMALL_PART + messages * _FILES_OF_A_MESSAGE,
            "end": _with_later(page.total.reports),
        }
        self._most_bytes = _with_later(page.total.attachment_bytes) + _LATER * MAX_PART
        items = sum(self._most.values())
        return Paging(2 * items, items, may_be_empty=True)

    def _add(self, record: Record) -> None:
        [kind] = [name for name, value in record if value is not None]
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if self._counts[kind] > self._most[kind]:
            raise RefusedError(Reason.LENGTH)
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
        self._documents.append(document)

    def _text(self, text: bytes) -> None:
        named = (document.text_hashes() for document in self._documents)
        if len(text) > _MAX_TEXT or not any(ids.text_hash(text) in hashes for hashes in named):
            raise RefusedError(Reason.TEXT_HASH)
        self._check_first(ids.text_hash(text))

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
        for document in reversed(self._documents):
            if document.handler(handler) is not None:
                return document
        raise RefusedError(Reason.AUTHOR_UNKNOWN)

    def _begin_report(self, moved: MovedReport) -> None:
        keys, report = moved.keys, moved.first.report
        if ids.report_id(signing_key=keys.signing_key, box_key=keys.box_key) != report:
            raise RefusedError(Reason.REPORT_KEYS)
        if report in self._seen:
            raise RefusedError(Reason.OTHER_REPORT)
        self._seen.add(report)
        self._report = _Report(report, [keys.signing_key])
        self._message(self._report, moved.first)

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
        if len(known) < before + len(moved.wraps) or len(known) > _WRAPS_OF_A_MESSAGE:
            raise RefusedError(Reason.FIELDS)

    def _part(self, report: _Report, part: MovedPart) -> None:
        came, size = report.files.get(part.attachment, (-1, 0))
        end = part.offset + len(part.data)
        self._bytes += len(part.data)
        is_next = part.offset == came and size in (0, part.size) and end <= part.size
        if not is_next or not 0 < len(part.data) <= MAX_PART or self._bytes > self._most_bytes:
            raise RefusedError(Reason.ATTACHMENT_SIZE)
        report.files[part.attachment] = (end, part.size)


def _signs(key: bytes, header: Header, moved: MovedMessage) -> bool:
    try:
        verify_author(header, moved.header, moved.signature, key)
    except RefusedError:
        return False
    return True
