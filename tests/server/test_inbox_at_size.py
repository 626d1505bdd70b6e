"""A page of an inbox, and of an export, costs the same however much there is beside it.

What is counted: statements on both databases, and on SQLite the steps of its virtual machine. How
long it takes is measured in benchmarks/measures/growth.py.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Engine, event

from benchmarks.sending.filling import FEW, fill
from meldpunt.protocol.verify.encoding import decode_base64url, encode_base64url, encode_line_id
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.store import inbox as store_inbox
from meldpunt.server.store.database.sqlite import SqliteStore
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.tables import inbox
from meldpunt.server.usecases.transfer.export_position import ExportStage, Position
from meldpunt.server.usecases.transfer.line_export import _SEARCHED, PAGE_SIZE
from tests.support.answers import malformed
from tests.support.correspondence import Correspondence
from tests.support.hosts import ORIGIN, TestHost
from tests.support.office import Office, first_document
from tests.support.publishing import publish

MIDDLE: Final = encode_base64url(b"\x80" + bytes(15))
PAGES: Final = ("", "&state=received", "&state=closed", f"&cursor={MIDDLE}")
MANY: Final = 2000


class Counted:
    """What an answer takes of the database."""

    def __init__(self) -> None:
        self.statements = 0
        self.steps = 0


@asynccontextmanager
async def counting(host: TestHost) -> AsyncIterator[Counted]:
    """Count look-ups, and on SQLite also each step of the reader: a coarser count has a phase.

    On SQLite some look-ups go past SQLAlchemy, so there the driver counts them all.
    """
    counted = Counted()

    def statement(*_: object) -> None:
        counted.statements += 1

    def traced(text: str) -> None:
        counted.statements += text.startswith("SELECT")

    def step() -> None:
        counted.steps += 1

    store = host.host.store
    reader = store._reader.connection.driver_connection if isinstance(store, SqliteStore) else None
    if reader is None:
        event.listen(Engine, "before_cursor_execute", statement)
        yield counted
        event.remove(Engine, "before_cursor_execute", statement)
        return
    reader.set_progress_handler(step, 1)
    reader.set_trace_callback(traced)
    yield counted
    reader.set_trace_callback(None)
    reader.set_progress_handler(None, 0)


async def cost(host: TestHost, ask: Callable[[], Awaitable[Any]]) -> tuple[int, int]:
    """Return how many statements and steps an answer takes, once everything is remembered."""
    await ask()
    async with counting(host) as counted:
        await ask()
    return counted.statements, counted.steps


def add(host: TestHost, person: int, count: int) -> None:
    """Put closed reports into an inbox."""
    store = host.host.store
    assert isinstance(store, SqliteStore)
    database = store._reader.engine.url.database
    assert database is not None
    fill(Path(database), host.office.people[person].id, count)


@pytest.mark.parametrize("query", PAGES)
async def test_a_page_takes_the_same_steps_of_many_as_of_few(
    file_host: TestHost, query: str
) -> None:
    for _ in range(FEW):
        await file_host.report()
    add(file_host, 0, 200)  # so that there is a full page of each kind
    caller = file_host.handler(0)

    async def ask() -> int:
        return len((await caller.read(file_host.office.inbox + query))["entries"])

    entries, few = await ask(), await cost(file_host, ask)
    add(file_host, 0, MANY)
    add(file_host, 1, MANY)
    assert abs(await ask() - entries) <= 10  # the middle of random ids is where it is
    statements, steps = await cost(file_host, ask)
    assert statements == few[0] == 2  # who calls, and the page
    assert steps <= 1.5 * few[1]


async def test_one_page_is_one_statement_whatever_it_holds(host: TestHost) -> None:
    caller = host.handler(0)

    async def ask() -> int:
        return len((await caller.read(host.office.inbox))["entries"])

    empty = await cost(host, ask)
    for _ in range(25):
        await host.report()
    assert await ask() == 20
    assert (await cost(host, ask))[0] == empty[0] == 2


async def test_one_report_is_found_in_the_same_steps(file_host: TestHost) -> None:
    talk = await file_host.report()
    caller = file_host.handler(0)
    for path in (talk.entry(0), f"{talk.entry(0)}/messages"):
        few = await cost(file_host, partial(caller.read, path))
        add(file_host, 0, MANY)
        many = await cost(file_host, partial(caller.read, path))
        assert many == few


async def test_the_state_in_the_inbox_follows_every_message(host: TestHost) -> None:
    talk = await host.report()
    for person, tag, state in (
        (0, Tag.ACKNOWLEDGEMENT, "acknowledged"),
        (1, Tag.FEEDBACK, "feedback-given"),
        (0, Tag.CLOSING, "closed"),
        (1, Tag.REOPENING, "feedback-given"),
    ):
        await talk.handler_says(person, tag)
        for reader in (0, 1):
            found = (await host.handler(reader).read(f"{host.office.inbox}&state={state}"))[
                "entries"
            ]
            assert [entry["state"] for entry in found] == [state]
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=False)
    assert await states(host) == {"withdrawn"}
    await talk.reporter_says()  # taken back
    assert await states(host) == {"feedback-given"}
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    assert await states(host) == {"withdrawn"}


async def states(host: TestHost) -> set[str]:
    place = [column.name for column in inbox.columns].index("state")
    return {row[place] for row in (await host.rows())["inbox"]}


async def another_line(host: TestHost) -> Office:
    """Publish another line, of the same people with the same keys."""
    office = Office.make()
    people = tuple(replace(person, line=office.line) for person in host.office.people)
    office = replace(office, people=people, document=first_document(office.line, people))
    await publish(host.http, ORIGIN, office, host.invites[1])
    return office


async def test_one_key_on_two_lines_has_an_inbox_on_each(host: TestHost) -> None:
    office = await another_line(host)
    for _ in range(15):
        await host.report()
        there = Correspondence(office, host.http, ORIGIN, lambda: host.time.day, office.readers(0))
        await there.submit()
    caller = host.handler(0)
    for each in (host.office, office):
        page = await caller.read(each.inbox)
        lines = {entry["lineId"] for entry in page["entries"]}
        assert lines == {encode_line_id(each.line)}
        assert len(page["entries"]) == 15
        assert "cursor" not in page
    assert (await cost(host, lambda: caller.read(host.office.inbox)))[0] == 2


async def export(host: TestHost, cursor: str | None = None) -> dict[str, Any]:
    query = "" if cursor is None else f"?cursor={cursor}"
    owner = host.caller(host.office.line_key)
    page: dict[str, Any] = await owner.read(f"{host.office.path}/export{query}")
    return page


async def test_an_export_goes_past_what_others_export_page_by_page(
    file_host: TestHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is second in every report has nothing of their own: the search still ends."""
    talk = await file_host.report(0, 1)
    first, second = sorted(talk.office.people[:2], key=lambda person: person.id)
    people = file_host.office.people
    add(file_host, people.index(first), MANY)

    def share(tx: Transaction) -> None:
        tx.exec_driver_sql(
            "INSERT INTO inbox (handler_id, state, entry, report, message_count)"
            " SELECT ?, state, randomblob(16), report, 0 FROM inbox WHERE handler_id = ?"
            " AND report NOT IN (SELECT report FROM inbox WHERE handler_id = ?)",
            (second.id, first.id, second.id),
        )

    await file_host.host.store.write(share)
    monkeypatch.setattr(store_inbox, "_LOOKED_AT", 16)
    pages: list[dict[str, Any]] = []
    cursor: str | None = Position(ExportStage.REPORTS, second.id).cursor
    while cursor is not None:
        async with counting(file_host) as counted:
            pages.append(await export(file_host, cursor))
        assert counted.statements <= 2 * PAGE_SIZE / _SEARCHED + 5
        cursor = pages[-1].get("cursor")
    assert [page["records"] for page in pages] == [[], []]


async def test_a_cursor_leads_to_no_other_line(host: TestHost) -> None:
    """A cursor is the caller's own text: who may export one line gets nothing of the next."""
    talk = await host.report()
    other = Office.make()
    owner = host.caller(other.line_key)
    await owner.put(other.path, other.put(invite=host.invites[1]))
    for person in host.office.people[:2]:
        place = host.office.people.index(person)
        entry = decode_base64url(talk.entry(place).rpartition("/")[2]).ljust(32, b"\0")
        for position in (
            Position(ExportStage.REPORTS, person.id),
            Position(ExportStage.REPORTS, person.id, entry, 1),
            Position(ExportStage.REPORTS, other.people[0].id, entry, 1),
            Position(ExportStage.BOX_KEYS, person.id),
        ):
            answer = await owner.get(f"{other.path}/export?cursor={position.cursor}")
            if position.handler == person.id:
                malformed(answer, Reason.FIELDS)
            else:
                assert answer.json()["records"] == []
