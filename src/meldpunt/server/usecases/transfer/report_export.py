"""Export reports to another host, one record after the other.

One transaction reads everything that is in the database. Afterwards the host reads the bytes of
attachments from the store of pieces.
"""

from dataclasses import dataclass, replace

from meldpunt.protocol.verify import ids
from meldpunt.server.host import Host
from meldpunt.server.store import attachments, entries, inbox, messages, transfer
from meldpunt.server.store.attachments import AttachmentRow
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.reports import ReportRow
from meldpunt.server.store.stored_values import stored_header
from meldpunt.server.usecases.access.readers import held
from meldpunt.server.usecases.attachments.downloads import Fetchable, read_bytes
from meldpunt.server.usecases.reports.report import birth_keys
from meldpunt.server.usecases.transfer.export_position import Position, Step
from meldpunt.wire.transfer import (
    MAX_PART,
    MAX_WRAPS,
    ExportPage,
    MovedEnd,
    MovedMessage,
    MovedPart,
    MovedReport,
    MovedWrap,
    MovedWraps,
    Record,
    Remains,
)


@dataclass(frozen=True, slots=True)
class EmptyPart:
    """A part of an attachment without its bytes. The host reads them outside the transaction."""

    part: MovedPart
    row: AttachmentRow


async def filled(host: Host, page: ExportPage, empty: list[EmptyPart]) -> ExportPage:
    """Return a page with the bytes of its parts. `empty` has the parts in the order of the page."""
    parts = iter([await _read(host, each) for each in empty])
    records = (r if r.part is None else Record(part=next(parts)) for r in page.records)
    return page.model_copy(update={"records": tuple(records)})


async def _read(host: Host, empty: EmptyPart) -> MovedPart:
    part = empty.part
    blocks = read_bytes(host, Fetchable(empty.row), part.offset, part.offset + part_length(part))
    return part.model_copy(update={"data": b"".join([block async for block in blocks])})


def part_length(part: MovedPart) -> int:
    """Return the length in bytes that a part will have."""
    return min(MAX_PART, part.size - part.offset)


class Departing:
    """Read the reports of one handler after another, for one page."""

    def __init__(self, host: Host, tx: Transaction) -> None:
        self._host = host
        self._tx = tx
        self.empty: list[EmptyPart] = []

    def next(self, at: Position) -> Step | None:
        """Return the next step through a handler's reports, or None at their end."""
        if at.number == 0:
            return self._begin(at)
        name = ids.EntryId(at.key[: ids.SHORT_ID_SIZE])
        found = inbox.find_entry(self._tx, [ids.HandlerId(at.handler)], name)
        if found is None or found.report.other_lines:  # erased, or handed over meanwhile
            return None, Position(at.stage, at.handler, at.key)
        report = found.report
        return self._wraps(at, report) or self._part(at, report) or self._message(at, report)

    def _begin(self, at: Position) -> Step | None:
        after = at.key[: ids.SHORT_ID_SIZE]
        found = inbox.find_next_entry(self._tx, ids.HandlerId(at.handler), after)
        if found is None:
            return None
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
        found = transfer.list_wraps_after(self._tx, row, at.wrap, limit=MAX_WRAPS)
        if not found:
            return None
        wraps = tuple(MovedWrap(**dict(w.wrap), maker=w.maker) for w in found)
        moved = MovedWraps(report=report.report_id, message=row.message_id, wraps=wraps)
        return Record(wraps=moved), replace(at, wrap=found[-1].id)

    def _part(self, at: Position, report: ReportRow) -> Step | None:
        """Return the next part of an attachment, after the wraps of its message."""
        message = self._next_message(report, at.number - 1)
        if message is None or message.position != at.number:
            return None
        listed = stored_header(message.header).attachments or ()
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
        self.empty.append(EmptyPart(part, row))
        end = part.offset + part_length(part)
        if end < row.size:
            return Record(part=part), replace(at, attachment=number, offset=end)
        return Record(part=part), replace(at, attachment=number + 1, offset=0)

    def _message(self, at: Position, report: ReportRow) -> Step:
        """Return the next message, or the end record with the report's present values."""
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
        key = report.bulletin_key
        return MovedEnd(
            report=report.report_id,
            message_count=report.message_count,
            remains=remains,
            bulletin_key=None if key is None else self._host.secrets.masked(key, report.report_id),
        )

    def _remains(self, report: ReportRow) -> Remains:
        milestones = report.milestones
        return Remains(
            received_on=milestones.received_on,
            immediate=milestones.immediate,
            handlers=tuple(sorted(entries.list_participants(self._tx, report))),
            erased_on=report.erase_on,
        )
