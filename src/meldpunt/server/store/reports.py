"""Reports: their keys, and the days of their milestones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Connection, bindparam, delete, func, select, update

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.clocks import Milestones, Pause
from meldpunt.server.errors import StoredValueError
from meldpunt.server.store.insertion import Change, Insert
from meldpunt.server.store.lookup import Lookup
from meldpunt.server.store.row_ids import row_id
from meldpunt.server.store.stored_day import read_day
from meldpunt.server.store.tables import inbox, reports


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A report as the host knows it."""

    report_id: ids.ReportId
    line_id: ids.LineId
    signing_key: bytes
    """The reporter's signing key in force."""
    birth_signing_key: bytes
    box_key: bytes
    """The first box key. The report id is the hash of this key and the birth signing key."""
    reporter_key_id: ids.KeyId
    """The id of the box key in force."""
    document_hash: ids.Hash
    milestones: Milestones
    message_count: int
    erase_on: date
    erased: bool = False
    other_lines: tuple[ids.LineId, ...] = ()
    """Lines that the reporter asked to take the report, without the line on which it was made."""
    answer_by: date | None = None
    """Last day on which the line that was asked, and has not answered, may answer."""
    bulletin_key: bytes | None = None
    """The bulletin key (16 bytes), masked; see `HostSecrets.masked`."""
    bulletin_since: date | None = None
    """First day whose bulletin can hold a tag of the report."""

    @property
    def id(self) -> int:
        """The row id."""
        return row_id(self.report_id)


REPORT_COLUMNS: Final = (
    reports.c.report_id,
    reports.c.line_id,
    reports.c.signing_key,
    reports.c.birth_signing_key,
    reports.c.box_key,
    reports.c.reporter_key_id,
    reports.c.document_hash,
    reports.c.message_count,
    reports.c.erase_on,
    reports.c.erased,
    reports.c.received_on,
    reports.c.acknowledged_on,
    reports.c.feedback_on,
    reports.c.closed_on,
    reports.c.withdrawn_on,
    reports.c.immediate,
    reports.c.pauses,
    reports.c.reopened_on,
    reports.c.new_feedback_on,
    reports.c.other_lines,
    reports.c.answer_by,
    reports.c.consultation,
    reports.c.bulletin_key,
    reports.c.bulletin_since,
)
_OF_KEY: Final = select(*REPORT_COLUMNS).where(
    reports.c.signing_key == bindparam("key"),
    reports.c.message_count > 0,  # whole: nobody may read a report while it arrives
)
_BY_KEY: Final = Lookup(_OF_KEY)
_BY_KEY_LOCKED: Final = Lookup(_OF_KEY.with_for_update())
_MESSAGE_COUNT: Final = Lookup(
    select(reports.c.message_count).where(reports.c.signing_key == bindparam("key"))
)


def as_report(row: Any) -> ReportRow:  # noqa: ANN401 (SQLAlchemy has no name for such a row)
    """Return the report from a row that has REPORT_COLUMNS."""
    return ReportRow(
        report_id=row.report_id,
        line_id=row.line_id,
        signing_key=row.signing_key,
        birth_signing_key=row.birth_signing_key,
        box_key=row.box_key,
        reporter_key_id=row.reporter_key_id,
        document_hash=row.document_hash,
        message_count=row.message_count,
        erase_on=row.erase_on,
        erased=row.erased,
        other_lines=_read_lines(row.other_lines or b""),
        answer_by=row.answer_by,
        bulletin_key=row.bulletin_key,
        bulletin_since=row.bulletin_since,
        milestones=Milestones(
            received_on=row.received_on,
            acknowledged_on=row.acknowledged_on,
            feedback_on=row.feedback_on,
            closed_on=row.closed_on,
            withdrawn_on=row.withdrawn_on,
            immediate=row.immediate,
            pauses=_read_pauses(row.pauses),
            reopened_on=row.reopened_on,
            new_feedback_on=row.new_feedback_on,
            consultation=bool(row.consultation),
        ),
    )


def _read_lines(data: bytes) -> tuple[ids.LineId, ...]:
    size = ids.LINE_ID_SIZE
    return tuple(ids.LineId(data[i : i + size]) for i in range(0, len(data), size))


def _read_pauses(text: str) -> tuple[Pause, ...]:
    pairs = (pause.partition("/") for pause in text.split())
    return tuple(Pause(read_day(since), read_day(until)) for since, _, until in pairs)


def _milestone_values(milestones: Milestones) -> dict[str, object]:
    return {
        "acknowledged_on": milestones.acknowledged_on,
        "feedback_on": milestones.feedback_on,
        "closed_on": milestones.closed_on,
        "withdrawn_on": milestones.withdrawn_on,
        "immediate": milestones.immediate,
        "pauses": " ".join(f"{pause.since}/{pause.until}" for pause in milestones.pauses),
        "reopened_on": milestones.reopened_on,
        "new_feedback_on": milestones.new_feedback_on,
        "consultation": milestones.consultation,
    }


def find_report_by_key(
    tx: Connection, signing_key: bytes, *, lock: bool = False
) -> ReportRow | None:
    """Return the report whose reporter signs with this key, or None.

    Args:
        tx: The transaction.
        signing_key: 32 bytes.
        lock: Stop others from writing to this report until the transaction ends.
    """
    row = (_BY_KEY_LOCKED if lock else _BY_KEY).find(tx, key=signing_key)
    return None if row is None else as_report(row)


def count_reports(tx: Connection) -> int:
    """Return how many reports there are."""
    return tx.execute(select(func.count()).select_from(reports)).scalar_one()


def count_messages(tx: Connection, signing_key: bytes) -> int:
    """Return the number of messages of the report with this reporter's key.

    It is 0 if there is no report, and while the report arrives.
    """
    (count,) = next(iter(_MESSAGE_COUNT.rows(tx, key=signing_key)), (0,))
    return int(count)


def find_succeeded_report(tx: Connection, birth_signing_key: bytes) -> ReportRow | None:
    """Return the report whose first signing key was this key, if a succession replaced it."""
    statement = select(*REPORT_COLUMNS).where(
        reports.c.birth_signing_key == birth_signing_key,
        reports.c.signing_key != birth_signing_key,
        reports.c.message_count > 0,
    )
    row = tx.execute(statement).one_or_none()
    return None if row is None else as_report(row)


def is_known_key(tx: Connection, signing_key: bytes) -> bool:
    """Say whether this key is the signing key of a report, or was before a succession."""
    named = (reports.c.signing_key == signing_key) | (reports.c.birth_signing_key == signing_key)
    return tx.execute(select(reports.c.id).where(named).limit(1)).first() is not None


_INSERT: Final = Insert(reports, keep=True)


def insert_reports(tx: Connection, rows: Sequence[ReportRow]) -> set[int]:
    """Add the reports that do not exist yet; returns the row ids of the added reports."""
    values = [
        {
            "id": row.id,
            "report_id": row.report_id,
            "line_id": row.line_id,
            "signing_key": row.signing_key,
            "birth_signing_key": row.birth_signing_key,
            "box_key": row.box_key,
            "reporter_key_id": row.reporter_key_id,
            "document_hash": row.document_hash,
            "received_on": row.milestones.received_on,
            "message_count": row.message_count,
            "erase_on": row.erase_on,
            "erased": row.erased,
            "bulletin_key": row.bulletin_key,
            "bulletin_since": row.bulletin_since,
            **_milestone_values(row.milestones),
        }
        for row in rows
    ]
    return _INSERT.add_new(tx, values)


_UNCHANGING: Final = frozenset({"id", "report_id", "line_id", "birth_signing_key", "box_key"})
_UPDATE: Final = Change(
    update(reports).where(reports.c.id == bindparam("row")),
    [column.name for column in reports.c if column.name not in _UNCHANGING],
)
_FILE_UNDER: Final = (
    update(inbox)
    .where(
        inbox.c.report == bindparam("row"),
        inbox.c.state != bindparam("now"),
        inbox.c.ended_on.is_(None) | bindparam("erased", type_=Boolean),
    )
    .values(state=bindparam("now"))
)


def update_report(tx: Connection, row: ReportRow, *, files_anew: bool = True) -> None:
    """Write a report's milestones and count of messages, and its state in every inbox.

    Args:
        tx: The transaction.
        row: The report.
        files_anew: Whether inboxes may still have another state of it.
    """
    values = {
        "signing_key": row.signing_key,
        "reporter_key_id": row.reporter_key_id,
        "document_hash": row.document_hash,
        "received_on": row.milestones.received_on,
        "message_count": row.message_count,
        "erase_on": row.erase_on,
        "erased": row.erased,
        "other_lines": b"".join(row.other_lines) or None,
        "answer_by": row.answer_by,
        "bulletin_key": row.bulletin_key,
        "bulletin_since": row.bulletin_since,
        **_milestone_values(row.milestones),
    }
    _UPDATE.make(tx, [{"row": row.id, **values}])
    if files_anew:
        state = row.milestones.state.value
        tx.execute(_FILE_UNDER, {"row": row.id, "now": state, "erased": row.erased})


def list_due(tx: Connection, today: date, *, limit: int, broken: set[int]) -> list[ReportRow]:
    """Return reports whose content or remains are due for erasure, and lock their rows.

    So a reporter who cancels a withdrawal at this moment comes first. Nobody can add to a report
    during its erasure. This skips rows that somebody else has locked, until the next time.

    Args:
        tx: The transaction.
        today: The day.
        limit: The most rows.
        broken: Rows that cannot be read. This leaves them out, and adds to them.
    """
    return _list_readable(tx, reports.c.erase_on <= today, limit, broken)


def list_unanswered(
    tx: Connection, today: date, *, limit: int, broken: set[int]
) -> list[ReportRow]:
    """Return reports whose last day for an answer to the reporter's consent has passed.

    `broken` is as for `list_due`.
    """
    return _list_readable(tx, reports.c.answer_by < today, limit, broken)


def _list_readable(
    tx: Connection, is_wanted: ColumnElement[bool], limit: int, broken: set[int]
) -> list[ReportRow]:
    """Read reports one by one: a row that cannot be read must not keep all others."""
    statement = select(reports.c.id).where(is_wanted, reports.c.id.not_in(broken)).limit(limit)
    found = []
    for row in tx.execute(statement.with_for_update(skip_locked=True)).scalars().all():
        try:
            one = tx.execute(select(*REPORT_COLUMNS).where(reports.c.id == row)).one()
            found.append(as_report(one))
        except StoredValueError:
            broken.add(row)
    return found


def delete_report(tx: Connection, row: ReportRow) -> None:
    """Delete a report and its inbox entries."""
    tx.execute(delete(inbox).where(inbox.c.report == row.id))
    tx.execute(delete(reports).where(reports.c.id == row.id))
