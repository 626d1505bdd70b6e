"""A line with reports in every state, and the rows in which a host holds it."""

from collections.abc import Awaitable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Select, select

from meldpunt.client import (
    MemoryFile,
    ProblemError,
    Writer,
)
from meldpunt.server.host import Host
from meldpunt.server.store.tables import (
    attachments,
    body_parts,
    box_keys,
    handlers,
    inbox,
    line_documents,
    messages,
    reports,
    texts,
    wraps,
)
from meldpunt.wire.problems import ProblemType
from tests.client.world import TEXT, World

TABLES = (
    *(line_documents, texts, handlers, box_keys, reports, messages, body_parts, wraps, inbox),
    attachments,
)


async def refused(work: Awaitable[object]) -> ProblemType:
    with pytest.raises(ProblemError) as refused:
        await work
    return refused.value.kind


async def rows_of(host: Host) -> dict[str, set[tuple[object, ...]]]:
    """Return all rows, but for what is a host's own: the proof of an earlier one."""
    rows: dict[str, set[tuple[object, ...]]] = {}
    for table in TABLES:
        columns = [column for column in table.c if column.name != "earlier_proof"]
        read = partial(_read, select(*columns))
        rows[table.name] = await host.store.read(read)
    return rows


def _read(statement: Select[Any], tx: Connection) -> set[tuple[object, ...]]:
    return {tuple(row) for row in tx.execute(statement)}


async def lively_line(world: World) -> dict[str, str]:
    """Open a line with reports in every state; returns the receipts."""
    await world.open_line()
    first = world.handlers[0]
    open_one = await world.submit()
    await first.acknowledge(await world.only_entry(first), "Received.", language="en")
    await first.admit(await world.only_entry(first), world.id_of(2), "Chris.", language="en")
    until = world.clock.today().replace(day=20)
    await first.pause(await world.only_entry(first), "Holiday.", language="en", until=until)
    world.clock.pass_days(1)
    visit = await world.visit(open_one)
    await visit.reply("Without Bram.", language="en", left_out=[world.id_of(1)])
    files = (await world.visit(open_one)).files()
    photo = await files.seal(MemoryFile(b"photo"), name="photo.jpg", media_type="image/jpeg")
    await files.upload(photo)
    await visit.refresh()
    listed = [photo.attachment]
    await visit.send(await visit.seal("A photo.", language="en", attachments=listed))
    withdrawn = await world.submit("Never mind.", readers=(1, 2))
    await (await world.visit(withdrawn)).withdraw(language="en", immediate=True)
    pending = await world.submit("Perhaps not.", readers=(1,))
    await (await world.visit(pending)).withdraw(language="en")
    return {
        "open": open_one.receipt,
        "withdrawn": withdrawn.receipt,
        "pending": pending.receipt,
        "oral": await _taken_over(world),
    }


async def _taken_over(world: World) -> str:
    reporter = world.reporter()
    line = await reporter.line()
    readers = [world.id_of(0), world.id_of(1)]
    given = await reporter.prepare(
        line,
        TEXT,
        language="en",
        readers=readers,
        written_by=Writer("oral", world.handlers[0].keys),
    )
    await reporter.send(given)
    visit = await world.reporter().open(given.receipt)
    takeover = await visit.take_over(language="en")
    await visit.send_takeover(takeover)
    await visit.reply("Now it is me.", language="en")
    return takeover.receipt
