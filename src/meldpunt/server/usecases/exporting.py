"""An office takes its line elsewhere: everything the host holds of it, page by page.

The order (documents, texts, box keys, reports by handler and entry) says nothing about time, and
nothing about other lines: not even how much there is of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.header import parse_header
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.server.errors import ConflictError, NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store import attachments, inboxes, lines, messages, moving, reports
from meldpunt.server.store.attachments import AttachmentRow
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.transaction import Transaction
from meldpunt.server.usecases.export_position import Position, Stage
from meldpunt.server.usecases.fetching import Fetchable, read_bytes
from meldpunt.server.usecases.lines import read_rotations
from meldpunt.server.usecases.pieces import erase_doomed
from meldpunt.server.usecases.reading import held
from meldpunt.server.usecases.reporting import birth_keys
from meldpunt.wire.moving import (
    MAX_PART,
    MAX_WRAPS,
    ExportPage,
    MovedDocument,
    MovedEnd,
    MovedMessage,
    MovedPart,
    MovedPause,
    MovedReport,
    MovedWrap,
    MovedWraps,
    Record,
    Remains,
)

PAGE_SIZE: Final = 1 << 20
"""Bytes of content after which a page ends; one record may pass it."""
_SEARCHED: Final = 1 << 14
"""What a step without a record counts for: a page ends in good time, empty if need be."""
_ERASED_AT_ONCE: Final = 20


Step = tuple[Record | None, Position | None]
"""A record, if there is one, and where to go on."""


async def export_page(
    host: Host, caller: bytes, line: ids.LineId, cursor: str | None
) -> ExportPage:
    """Return a page of everything the host holds of a line.

    Raises:
        NotFoundError: No such line, or the caller is not its key in force.
        RefusedError: The cursor is none of this host's.
    """
    position = Position.parse(cursor)

    documents = await host.documents.of_line(line)

    def work(tx: Transaction) -> tuple[ExportPage, list[_Empty]]:
        _check_owner(tx, caller, line)
        export = _Export(host, tx, line, documents)
        return export.page(position), export.empty

    page, empty = await host.store.read(work)
    return await _filled(host, page, empty)


@dataclass(frozen=True, slots=True)
class _Empty:
    """A part of an attachment whose bytes are still to be read: not in a transaction."""

    part: MovedPart
    row: AttachmentRow


async def _filled(host: Host, page: ExportPage, empty: list[_Empty]) -> ExportPage:
    """Return a page with the bytes of its parts, which come in the same order."""
    parts = iter([await _read(host, each) for each in empty])
    records = (r if r.part is None else Record(part=next(parts)) for r in page.records)
    return page.model_copy(update={"records": tuple(records)})


async def _read(host: Host, empty: _Empty) -> MovedPart:
    part = empty.part
    blocks = read_bytes(host, Fetchable(empty.row), part.offset, part.offset + _length(part))
    return part.model_copy(update={"data": b"".join([block async for block in blocks])})


def _length(part: MovedPart) -> int:
    return min(MAX_PART, part.size - part.offset)


async def erase_moved_reports(host: Host, caller: bytes, line: ids.LineId) -> None:
    """Erase the reports of a line that lives elsewhere: its documents still say where.

    Raises:
        NotFoundError: No such line, or the caller is not its key in force.
        ConflictError: The line lives here.
    """
    named = _handlers(await host.documents.of_line(line))

    def work(tx: Transaction) -> int:
        if not _check_owner(tx, caller, line, lock=True).moved:
            raise ConflictError
        return moving.delete_reports_of(tx, named, limit=_ERASED_AT_ONCE)

    while await host.store.write(work):
        pass
    await erase_doomed(host)


def _check_owner(
    tx: Transaction, caller: bytes, line: ids.LineId, *, lock: bool = False
) -> lines.LineRow:
    row = lines.find_line(tx, line, lock=lock)
    if row is None:
        raise NotFoundError
    keys = verify_key_chain(line, row.first_key, read_rotations(row.rotations))
    if caller != keys[-1]:
        raise NotFoundError
    return row


def _handlers(documents: Mapping[ids.Hash, LineDocument]) -> list[ids.HandlerId]:
    """Return everybody whom a document of the line ever named, in order."""
    named = chain.from_iterable(document.handlers for document in documents.values())
    return sorted({handler.id for handler in named})


class _Export:
    """One page in the making."""

    def __init__(
        self,
        host: Host,
        tx: Transaction,
        line: ids.LineId,
        documents: Mapping[ids.Hash, LineDocument],
    ) -> None:
        self._host = host
        self._tx = tx
        self._line = line
        self._documents = tuple(documents)
        self._handlers = _handlers(documents)
        self._steps = {
            Stage.DOCUMENTS: self._document,
            Stage.TEXTS: self._text,
            Stage.BOX_KEYS: self._box_key,
            Stage.REPORTS: self._report,
        }
        self.empty: list[_Empty] = []

    def page(self, position: Position) -> ExportPage:
        """Return a page.

        Raises:
            RefusedError: FIELDS for a cursor that names somebody of another line.
        """
        if position.stage >= Stage.BOX_KEYS and position.handler not in self._handlers:
            raise RefusedError(Reason.FIELDS)
        records: list[Record] = []
        size = 0
        following: Position | None = position
        while following is not None and size < PAGE_SIZE:
            record, following = self._steps[following.stage](following)
            if record is None:
                size += _SEARCHED
            else:
                records.append(record)
                size += sum(_sizes(record))
        if following is not None:
            return ExportPage(records=tuple(records), cursor=following.cursor)
        staying = inboxes.count_of_two_lines(self._tx, self._handlers)
        return ExportPage(records=tuple(records), staying=staying)

    def _document(self, at: Position) -> Step:
        if at.number >= len(self._documents):
            return None, Position(Stage.TEXTS)
        row = lines.find_document(self._tx, self._documents[at.number])
        if row is None:
            raise NotFoundError
        answer = MovedDocument(document=row.document, signature=row.signature)
        return Record(document=answer), replace(at, number=at.number + 1)

    def _text(self, at: Position) -> Step:
        text = moving.find_next_text(self._tx, self._line, at.key)
        if text is None:
            return None, Position(Stage.BOX_KEYS, self._handlers[0])
        return Record(text=text), replace(at, key=ids.text_hash(text))

    def _box_key(self, at: Position) -> Step:
        found = moving.find_next_box_key(self._tx, ids.HandlerId(at.handler), at.number - 1)
        if found is None:
            after = self._next_handler(at) or Position(Stage.REPORTS, self._handlers[0])
            return None, after
        number, signed = found
        return Record(box_key=signed), replace(at, number=number + 1)

    def _next_handler(self, at: Position) -> Position | None:
        following = next((h for h in self._handlers if h > at.handler), None)
        return None if following is None else Position(at.stage, following)

    def _report(self, at: Position) -> Step:
        if at.number == 0:
            return self._begin(at)
        name = ids.EntryId(at.key[: ids.SHORT_ID_SIZE])
        found = inboxes.find_entry(self._tx, [ids.HandlerId(at.handler)], name)
        if found is None or found.report.other_lines:  # erased, or another line's too meanwhile
            return None, Position(at.stage, at.handler, at.key)
        report = found.report
        return self._wraps(at, report) or self._part(at, report) or self._message(at, report)

    def _begin(self, at: Position) -> Step:
        after = at.key[: ids.SHORT_ID_SIZE]
        found = inboxes.find_next_entry(self._tx, ids.HandlerId(at.handler), after)
        if found is None:
            return None, self._next_handler(at)
        entry, report = found
        here = replace(at, key=entry.ljust(ids.HASH_SIZE, b"\0"))
        if report is None:
            return None, here
        row = self._next_message(report, 0)
        if row is None:
            return None, here
        begin = MovedReport(
            keys=birth_keys(report),
            document=report.document_hash,
            first=self._moved(report, row),
        )
        return Record(report=begin), replace(here, number=row.position)

    def _wraps(self, at: Position, report: ReportRow) -> Step | None:
        row = self._next_message(report, at.number - 1)
        if row is None or row.position != at.number:
            return None
        found = moving.list_wraps_after(self._tx, row, at.wrap, limit=MAX_WRAPS)
        if not found:
            return None
        wraps = tuple(MovedWrap(**dict(w.wrap), maker=w.maker) for w in found)
        moved = MovedWraps(report=report.report_id, message=row.message_id, wraps=wraps)
        return Record(wraps=moved), replace(at, wrap=found[-1].id)

    def _part(self, at: Position, report: ReportRow) -> Step | None:
        """Return the next part of an attachment of the message whose wraps have been read."""
        message = self._next_message(report, at.number - 1)
        if message is None or message.position != at.number:
            return None
        listed = parse_header(message.header).attachments or ()
        number = max(at.attachment, 1)
        if number > len(listed):
            return None
        row = attachments.find_attachment(self._tx, report.report_id, listed[number - 1])
        if row is None or row.message != message.id:  # erased with its report
            return None, replace(at, attachment=number + 1, offset=0)
        part = MovedPart(
            report=report.report_id,
            attachment=row.attachment_id,
            size=row.size,
            offset=min(at.offset, row.size),
            data=b"",
        )
        self.empty.append(_Empty(part, row))
        end = part.offset + _length(part)
        if end < row.size:
            return Record(part=part), replace(at, attachment=number, offset=end)
        return Record(part=part), replace(at, attachment=number + 1, offset=0)

    def _message(self, at: Position, report: ReportRow) -> Step:
        """Return the next message, or the end with what the report is at this same moment."""
        row = self._next_message(report, at.number)
        after = Position(at.stage, at.handler, at.key)
        if row is None:
            return Record(end=self._end(report)), after
        return Record(message=self._moved(report, row)), replace(after, number=row.position)

    def _next_message(self, report: ReportRow, after: int) -> messages.MessageRow | None:
        found = messages.list_messages(self._tx, report.id, after=after, limit=1)
        return found[0] if found else None

    def _moved(self, report: ReportRow, row: messages.MessageRow) -> MovedMessage:
        receipt = held(self._host, row)
        return MovedMessage(
            report=report.report_id,
            position=row.position,
            header=row.header,
            signature=row.signature,
            received_on=row.received_on,
            proof=receipt.proof,
            receipt_key=receipt.receipt_key or self._host.secrets.receipt_key,
            body=messages.list_bodies(self._tx, report.id, [row]).get(row.id),
        )

    def _end(self, report: ReportRow) -> MovedEnd:
        remains = self._remains(report) if report.erased else None
        return MovedEnd(
            report=report.report_id, message_count=report.message_count, remains=remains
        )

    def _remains(self, report: ReportRow) -> Remains:
        progress = report.progress
        return Remains(
            received_on=progress.received_on,
            acknowledged_on=progress.acknowledged_on,
            feedback_on=progress.feedback_on,
            closed_on=progress.closed_on,
            immediate=progress.immediate,
            pauses=tuple(MovedPause(since=p.since, until=p.until) for p in progress.pauses),
            handlers=tuple(sorted(reports.list_participants(self._tx, report))),
            erased_on=report.erase_on,
        )


def _sizes(record: Record) -> Iterator[int]:
    """Return about how many bytes a record is."""
    yield 512
    if record.document is not None:
        yield len(record.document.document)
    if record.text is not None:
        yield len(record.text)
    if record.box_key is not None:
        yield len(record.box_key.statement)
    if record.wraps is not None:
        yield sum(len(wrap.wrap) for wrap in record.wraps.wraps)
    if record.part is not None:
        yield _length(record.part)
    message = record.report.first if record.report is not None else record.message
    if message is not None:
        yield len(message.header) + len(message.body or b"")
