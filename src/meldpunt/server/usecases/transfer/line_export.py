"""An office exports its line: everything that the host stores of it, page by page.

The order is documents, texts, box keys, then reports by handler and entry. It shows nothing about
time or about other lines, not even how much the host stores of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.server.errors import NotFoundError
from meldpunt.server.host import Host
from meldpunt.server.store import inbox, lines, transfer
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.usecases.access.owner import check_owner, list_handlers
from meldpunt.server.usecases.transfer.export_position import ExportStage, Position, Step
from meldpunt.server.usecases.transfer.report_export import (
    Departing,
    EmptyPart,
    filled,
    part_length,
)
from meldpunt.wire.transfer import ExportPage, ExportTotal, MovedDocument, Record

PAGE_SIZE: Final = 1 << 20
"""Bytes of content after which a page ends. The last record may go past it."""
_SEARCHED: Final = 1 << 14
"""Bytes that a step without a record counts as, so that a page ends soon, even an empty one."""


async def export_page(
    host: Host, caller: bytes, line: ids.LineId, cursor: str | None
) -> ExportPage:
    """Return a page of everything that the host stores of a line.

    Raises:
        NotFoundError: The host has no such line, or the caller is not its line key in force.
        RefusedError: The cursor is not one of this host.
    """
    position = Position.parse(cursor)

    documents = await host.documents.of_line(line)

    def work(tx: Transaction) -> tuple[ExportPage, list[EmptyPart]]:
        check_owner(tx, caller, line)
        export = _Export(host, tx, line, documents)
        page = export.page(position)
        if cursor is None:
            page = page.model_copy(update={"total": export.total()})
        return page, export.departing.empty

    page, empty = await host.store.read(work)
    return await filled(host, page, empty)


class _Export:
    """Build one page of an export."""

    def __init__(
        self,
        host: Host,
        tx: Transaction,
        line: ids.LineId,
        documents: Mapping[ids.Hash, LineDocument],
    ) -> None:
        self._tx = tx
        self._line = line
        self._documents = tuple(documents)
        self._handlers = list_handlers(documents)
        self._steps = {
            ExportStage.DOCUMENTS: self._document,
            ExportStage.TEXTS: self._text,
            ExportStage.BOX_KEYS: self._box_key,
            ExportStage.REPORTS: self._report,
        }
        self.departing = Departing(host, tx)

    def page(self, position: Position) -> ExportPage:
        """Return the page that starts at a position.

        Raises:
            RefusedError: FIELDS for a cursor that names a handler of another line.
        """
        if position.stage >= ExportStage.BOX_KEYS and position.handler not in self._handlers:
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
        staying = inbox.count_of_two_lines(self._tx, self._handlers)
        return ExportPage(records=tuple(records), staying=staying)

    def total(self) -> ExportTotal:
        """Return what the whole export holds."""
        return ExportTotal(**asdict(transfer.count_exported(self._tx, self._handlers)))

    def _document(self, at: Position) -> Step:
        if at.number >= len(self._documents):
            return None, Position(ExportStage.TEXTS)
        row = lines.find_document(self._tx, self._documents[at.number])
        if row is None:
            raise NotFoundError
        answer = MovedDocument(document=row.document, signature=row.signature)
        return Record(document=answer), replace(at, number=at.number + 1)

    def _text(self, at: Position) -> Step:
        text = transfer.find_next_text(self._tx, self._line, at.key)
        if text is None:
            return None, Position(ExportStage.BOX_KEYS, self._handlers[0])
        return Record(text=text), replace(at, key=ids.text_hash(text))

    def _box_key(self, at: Position) -> Step:
        found = transfer.find_next_box_key(self._tx, ids.HandlerId(at.handler), at.number - 1)
        if found is None:
            after = self._next_handler(at) or Position(ExportStage.REPORTS, self._handlers[0])
            return None, after
        number, signed = found
        return Record(box_key=signed), replace(at, number=number + 1)

    def _next_handler(self, at: Position) -> Position | None:
        following = next((h for h in self._handlers if h > at.handler), None)
        return None if following is None else Position(at.stage, following)

    def _report(self, at: Position) -> Step:
        return self.departing.next(at) or (None, self._next_handler(at))


def _sizes(record: Record) -> Iterator[int]:
    """Yield the approximate sizes in bytes of a record's fields."""
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
        yield part_length(record.part)
    message = record.report.first if record.report is not None else record.message
    if message is not None:
        yield len(message.header) + len(message.body or b"")
