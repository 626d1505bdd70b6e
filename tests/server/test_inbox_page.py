"""A page of an inbox, written from columns, has the bytes that its shapes give."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from openapi_schema_validator import OAS31Validator
from sqlalchemy import select

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.log.clocks import Milestones, Pause, State
from meldpunt.server.http.answers import answer
from meldpunt.server.http.contract import contract
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.entries import end_entry
from meldpunt.server.store.inbox import EntryRow, find_entry
from meldpunt.server.store.reports import update_report
from meldpunt.server.store.tables import inbox
from meldpunt.server.usecases.reports.inbox import entry_status
from meldpunt.wire.reports import InboxPage
from tests.support.clock import FIRST_DAY
from tests.support.hosts import TestHost

REPORTS: Final = 26
FIRST_PAGE, FURTHER_PAGE = 20, 50


def some_day(chance: random.Random) -> date | None:
    """Return a day or None."""
    return FIRST_DAY + timedelta(days=chance.randrange(60)) if chance.random() < 0.5 else None


def some_milestones(chance: random.Random) -> Milestones:
    """Return milestones of any report, each of them possible or not."""
    pauses = [day for day in (some_day(chance), some_day(chance)) if day is not None]
    return Milestones(
        received_on=FIRST_DAY + timedelta(days=chance.randrange(3)),
        acknowledged_on=some_day(chance),
        feedback_on=some_day(chance),
        closed_on=some_day(chance),
        withdrawn_on=some_day(chance) if chance.random() < 0.3 else None,
        immediate=chance.random() < 0.3,
        pauses=tuple(Pause(day, day + timedelta(days=9)) for day in sorted(pauses)),
        reopened_on=some_day(chance),
        new_feedback_on=some_day(chance),
        consultation=chance.random() < 0.2,
    )


def change(tx: Transaction, handler: ids.HandlerId, chance: random.Random) -> None:
    """Give every report of an inbox other milestones, and end some entries."""
    for entry in tx.execute(select(inbox.c.entry).where(inbox.c.handler_id == handler)).scalars():
        row = find_entry(tx, [handler], entry)
        assert row is not None
        report = replace(
            row.report,
            milestones=some_milestones(chance),
            erase_on=FIRST_DAY + timedelta(days=chance.randrange(2000)),
            erased=chance.random() < 0.2,
            message_count=chance.randrange(1, 300),
            bulletin_since=some_day(chance),
        )
        update_report(tx, report)
        if chance.random() < 0.15:
            end_entry(tx, report, handler, FIRST_DAY)


async def built(host: TestHost, handler: ids.HandlerId, state: State | None, after: bytes) -> str:
    """Return a page as its shapes give it, from rows as SQLAlchemy reads them."""
    wanted = [inbox.c.state == state.value] if state is not None else []
    size = FURTHER_PAGE if after else FIRST_PAGE

    def work(tx: Transaction) -> list[EntryRow | None]:
        own = select(inbox.c.entry).where(inbox.c.handler_id == handler, inbox.c.entry > after)
        found = tx.execute(own.where(*wanted).order_by(inbox.c.entry)).scalars().all()
        return [find_entry(tx, [handler], entry) for entry in found]

    rows = [row for row in await host.host.store.read(work) if row is not None]
    entries = [await entry_status(host.host, row) for row in rows[:size]]
    cursor = encode_base64url(rows[size - 1].entry) if len(rows) > size else None
    return bytes(answer(InboxPage(entries=tuple(entries), cursor=cursor)).body).decode()


async def test_every_page_has_the_bytes_and_the_shape_of_the_contract(host: TestHost) -> None:
    chance = random.Random(20)  # noqa: S311 (the same rows every time)
    for _ in range(REPORTS):
        await host.report()
    handler = host.office.people[0].id
    schema = {"$ref": "#/components/schemas/InboxPage", "components": contract()["components"]}
    states: set[str] = set()
    for _ in range(3):
        await host.host.store.write(lambda tx: change(tx, handler, chance))
        for state in (None, *State):
            for after in (b"", b"\x60" + bytes(15)):
                query = f"&state={state.value}" if state else ""
                query += f"&cursor={encode_base64url(after)}" if after else ""
                wanted = await built(host, handler, state, after)
                for _ in range(2):  # the second is remembered
                    got = await host.handler(0).get(host.office.inbox + query)
                    assert got.text.rstrip(" ") == wanted
                page = json.loads(wanted)
                OAS31Validator(schema).validate(page)
                InboxPage.from_value(page)
                states |= {entry["state"] for entry in page["entries"]}
        host.time.pass_days(17)
    assert states == {state.value for state in State}


async def test_nothing_is_remembered_across_inboxes(sqlite_host: TestHost) -> None:
    """Or the time of an answer would tell that somebody else has a report like that."""
    host = sqlite_host
    await host.report()
    for person in (0, 1, 0):
        await host.handler(person).get(host.office.inbox)
    assert len(host.host.entry_forms) == 2
