"""Rows of the ORM server as mapped objects. It uses the host's tables."""

from collections.abc import Iterator
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import int8
from meldpunt.protocol.verify.ids import EntryId
from meldpunt.server.store import tables
from meldpunt.server.store.messages import NewMessage
from meldpunt.server.store.row_ids import derived_row_id
from meldpunt.server.store.submissions import NewReport


class Record:
    """A row. The mapper adds the columns to the class of each table."""

    def __init__(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self, name, value)


class ReportRecord(Record):
    """A report."""

    id: int
    message_count: int


class MessageRecord(Record):
    """A message."""

    n: int


class PartRecord(Record):
    """A part of a body."""


class WrapRecord(Record):
    """A wrap."""


class EntryRecord(Record):
    """A report in an inbox."""

    entry: EntryId
    message_count: int


MAPPED: Final = {
    ReportRecord: tables.reports,
    MessageRecord: tables.messages,
    PartRecord: tables.body_parts,
    WrapRecord: tables.wraps,
    EntryRecord: tables.inbox,
}


def records(submission: NewReport) -> Iterator[Record]:
    """Give every row of a new report."""
    report, message = submission.report, submission.message
    milestones = report.milestones
    yield ReportRecord(
        id=report.id,
        report_id=report.report_id,
        line_id=report.line_id,
        signing_key=report.signing_key,
        birth_signing_key=report.birth_signing_key,
        box_key=report.box_key,
        reporter_key_id=report.reporter_key_id,
        document_hash=report.document_hash,
        received_on=milestones.received_on,
        immediate=milestones.immediate,
        reopened_on=milestones.reopened_on,
        new_feedback_on=milestones.new_feedback_on,
        pauses="",
        consultation=milestones.consultation,
        message_count=report.message_count,
        erase_on=report.erase_on,
        erased=report.erased,
    )
    yield from message_records(message)
    for reader in submission.readers:
        entry = ids.inbox_entry(reader, report.report_id)
        yield EntryRecord(
            entry=entry,
            handler_id=reader,
            state=milestones.state.value,
            report=report.id,
            message_count=1,
        )


def message_records(message: NewMessage) -> Iterator[Record]:
    """Give every row of a message."""
    row = message.row
    yield MessageRecord(
        id=row.id,
        message_id=row.message_id,
        report=row.report,
        position=row.position,
        author=b"",
        n=row.n,
        header=row.header,
        signature=row.signature,
        received_on=row.received_on,
    )
    for part, start in enumerate(range(0, len(message.body), tables.PART_SIZE)):
        data = message.body[start : start + tables.PART_SIZE]
        part_id = derived_row_id(row.message_id, int8(part))
        yield PartRecord(id=part_id, report=row.report, message=row.id, part=part, data=data)
    for wrap in message.wraps:
        wrap_id = derived_row_id(row.message_id, wrap.key_id, b"")
        yield WrapRecord(
            id=wrap_id,
            report=row.report,
            message=row.id,
            key_id=wrap.key_id,
            maker=b"",
            wrap=wrap.wrap,
        )
