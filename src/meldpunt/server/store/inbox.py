"""Reads inboxes for their handlers, page by page. A page costs the same in a large inbox."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, Subquery, bindparam, func, select, union_all

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.server.store.lookup import Lookup
from meldpunt.server.store.reports import REPORT_COLUMNS, ReportRow, as_report
from meldpunt.server.store.tables import inbox, reports


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A report in one handler's inbox."""

    entry: ids.EntryId
    handler_id: ids.HandlerId
    message_count: int
    report: ReportRow
    last_position: int | None = None
    """If the entry has ended: position of the last message that the host shows this handler.

    An entry ends when the report goes to another line.
    """
    ended_on: date | None = None
    """The day on which the entry ended."""


class ListedEntry(NamedTuple):
    """An entry on a page of an inbox, with values as the driver gives them."""

    entry: ids.EntryId
    message_count: int
    signing_key: bytes
    """The reporter's first signing key."""
    box_key: bytes
    ended_on: object
    alike: Hashable
    """All columns on which the rest of what a handler is shown depends, and the handler's id."""
    row: Sequence[Any]

    def read(self) -> EntryRow:
        """Return the whole entry.

        Raises:
            StoredValueError: A stored value is not what came.
        """
        return _entry(_PAGES[None].typed(self.row))


_COLUMNS: Final = (
    inbox.c.entry,
    inbox.c.handler_id,
    inbox.c.message_count.label("readable"),
    inbox.c.last_position,
    inbox.c.ended_on,
)
_ENTRY: Final = (
    select(*_COLUMNS, *REPORT_COLUMNS)
    .join(reports, reports.c.id == inbox.c.report)
    .where(
        inbox.c.handler_id.in_(bindparam("handlers", expanding=True)),
        inbox.c.state.in_([state.value for state in State]),  # each state is one look into the key
        inbox.c.entry == bindparam("entry"),
    )
)
_ENTRY_LOCKED: Final = _ENTRY.with_for_update(of=reports)


def _following(*states: State) -> Subquery:
    """Return the part of a query that finds a page of one inbox.

    The key sorts by state before entry. So each state gives its first entries, and the page is the
    first of these together. The cost does not depend on the size of the inbox, or on how few of its
    entries match. Each state has its own limit, because PostgreSQL without fresh statistics would
    sort whole inboxes.
    """
    found = union_all(*(select(_first(state)) for state in states))
    return found.order_by("entry").limit(bindparam("limit")).subquery()


def _first(state: State) -> Subquery:
    return (
        select(*_COLUMNS, inbox.c.report)
        .where(
            inbox.c.handler_id == bindparam("handler"),
            inbox.c.state == state.value,
            inbox.c.entry > bindparam("after"),
        )
        .order_by(inbox.c.entry)
        .limit(bindparam("limit"))
        .subquery()
    )


def _with_report(page: Subquery) -> Select[Any]:
    return (
        select(page, *REPORT_COLUMNS)
        .join(reports, reports.c.id == page.c.report)
        .order_by(page.c.entry)
    )


_NEXT: Final = _following(*State)
_PAGE: Final = _with_report(_NEXT)
_PAGE_IN: Final = {state: _with_report(_following(state)) for state in State}
_PAGES: Final = {None: Lookup(_PAGE)} | {s: Lookup(page) for s, page in _PAGE_IN.items()}
_NAMES: Final = tuple(_PAGE.selected_columns.keys())
_SHOWN: Final = ("entry", "readable", "birth_signing_key", "box_key", "ended_on")
_DIFFERENT: Final = frozenset(
    {"report", "report_id", "signing_key", "reporter_key_id", "message_count", "bulletin_key"}
    | {*_SHOWN}
)
"""Columns that differ from report to report."""
_shown: Final[Callable[[Sequence[Any]], tuple[Any, Any, Any, Any, Any]]] = itemgetter(
    *map(_NAMES.index, _SHOWN)
)
_alike: Final = itemgetter(*(i for i, name in enumerate(_NAMES) if name not in _DIFFERENT))
_OTHERS: Final = inbox.alias()
_FIRST_READER: Final = (
    _with_report(_NEXT)
    .where(
        reports.c.other_lines.is_(None),
        ~select(_OTHERS.c.entry)
        .where(_OTHERS.c.report == _NEXT.c.report, _OTHERS.c.handler_id < _NEXT.c.handler_id)
        .exists(),
    )
    .limit(1)
)
_LAST: Final = select(_NEXT.c.entry).order_by(_NEXT.c.entry.desc()).limit(1)
_OVER: Final = frozenset({State.WITHDRAWN, State.HANDED_OVER})
_LOOKED_AT: Final = 256
"""How many entries one step of an export looks at."""


def _entry(row: Any) -> EntryRow:  # noqa: ANN401 (a row of _COLUMNS and REPORT_COLUMNS)
    return EntryRow(
        row.entry, row.handler_id, row.readable, as_report(row), row.last_position, row.ended_on
    )


def find_entry(
    tx: Connection, handlers: Iterable[ids.HandlerId], entry: ids.EntryId, *, lock: bool = False
) -> EntryRow | None:
    """Return an entry of these handlers' own inboxes, or None."""
    statement = _ENTRY_LOCKED if lock else _ENTRY
    row = tx.execute(statement, {"handlers": list(handlers), "entry": entry}).one_or_none()
    return None if row is None else _entry(row)


def list_entries(
    tx: Connection,
    handler: ids.HandlerId,
    *,
    state: State | None,
    after: ids.EntryId | None,
    limit: int,
) -> list[ListedEntry]:
    """Return a page of a handler's inbox in the order of entry ids.

    Args:
        tx: The transaction.
        handler: The handler whose inbox this reads.
        state: Return only entries in this state; None for all states.
        after: The last entry of the page before; None for the first page.
        limit: How many entries at most.
    """
    rows = _PAGES[state].rows(tx, handler=handler, after=after or b"", limit=limit)
    return [ListedEntry(*_shown(row), _alike(row), row) for row in rows]


def count_of_two_lines(tx: Connection, handlers: Iterable[ids.HandlerId]) -> int:
    """Count the reports in these handlers' inboxes that another line was asked to take."""
    statement = (
        select(func.count(inbox.c.report.distinct()))
        .join(reports, reports.c.id == inbox.c.report)
        .where(inbox.c.handler_id.in_(list(handlers)), reports.c.other_lines.is_not(None))
    )
    return tx.execute(statement).scalar_one()


def find_next_entry(
    tx: Connection, handler: ids.HandlerId, after: bytes
) -> tuple[ids.EntryId, ReportRow | None] | None:
    """Return the next entry whose report has no handler with a lower id than this handler.

    So an export finds every report once, however many readers it has. It skips reports that the
    reporter asked another line to take, because they stay on this host. An entry without a report
    says how far the search has come; the next call continues there. None is the end of the inbox.
    """
    given = {"handler": handler, "after": after, "limit": _LOOKED_AT}
    row = tx.execute(_FIRST_READER, given).one_or_none()
    if row is not None:
        return row.entry, as_report(row)
    last = tx.execute(_LAST, given).scalar_one_or_none()
    return None if last is None else (last, None)


def list_waiting(tx: Connection, handlers: Iterable[ids.HandlerId]) -> list[int]:
    """Return the rows of the reports that these handlers take part in and that are not over.

    A closed report counts too: it may have a message that no handler has opened.
    """
    states = [state.value for state in State if state not in _OVER]
    statement = select(inbox.c.report).where(
        inbox.c.handler_id.in_(handlers), inbox.c.state.in_(states)
    )
    return sorted(set(tx.execute(statement).scalars()))


def list_reports(tx: Connection, rows: Collection[int]) -> list[ReportRow]:
    """Return these reports."""
    statement = select(*REPORT_COLUMNS).where(reports.c.id.in_(rows))
    return [as_report(row) for row in tx.execute(statement)]
