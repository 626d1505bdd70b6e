"""A line with a report in every state, and the rows that the host keeps of it."""

from collections.abc import Awaitable
from functools import partial
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Select, select

from meldpunt.client import (
    MemoryFile,
    NewFile,
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
from tests.client.hosted_line import TEXT, HostedLine

TABLES = (
    *(line_documents, texts, handlers, box_keys, reports, messages, body_parts, wraps, inbox),
    attachments,
)


async def refusal_of(work: Awaitable[object]) -> ProblemType:
    with pytest.raises(ProblemError) as caught:
        await work
    return caught.value.kind


OWN: Final = {"earlier_proof", "bulletin_key", "bulletin_since"}
"""Columns that each host fills for itself: the proof of an earlier host, a mask of its own."""


async def rows_of(host: Host) -> dict[str, set[tuple[object, ...]]]:
    """Return all rows, without the columns that are a host's own."""
    rows: dict[str, set[tuple[object, ...]]] = {}
    for table in TABLES:
        columns = [column for column in table.c if column.name not in OWN]
        read = partial(_read, select(*columns))
        rows[table.name] = await host.store.read(read)
    return rows


async def bulletin_keys_of(host: Host) -> dict[bytes, bytes]:
    """Return the bulletin key of each report that has one, by report id."""
    columns = (reports.c.report_id, reports.c.bulletin_key)
    wanted = select(*columns).where(reports.c.bulletin_key.is_not(None))
    found = await host.store.read(partial(_read, wanted))
    return {report: host.secrets.masked(key, report) for report, key in found}  # type: ignore[arg-type,misc]


def _read(statement: Select[Any], tx: Connection) -> set[tuple[object, ...]]:
    return {tuple(row) for row in tx.execute(statement)}


async def open_line_with_every_state(hosted: HostedLine) -> dict[str, str]:
    """Open a line with reports in every state; returns the receipts."""
    await hosted.open_line()
    first = hosted.handlers[0]
    open_one = await hosted.submit()
    await first.acknowledge(await hosted.only_entry(first), "Received.", language="en")
    await first.admit(await hosted.only_entry(first), hosted.id_of(2), "Chris.", language="en")
    until = hosted.clock.today().replace(day=20)
    await first.pause(await hosted.only_entry(first), "Holiday.", language="en", until=until)
    hosted.clock.pass_days(1)
    visit = await hosted.visit(open_one)
    await visit.reply("Without Bram.", language="en", left_out=[hosted.id_of(1)])
    files = (await hosted.visit(open_one)).files()
    [photo] = await files.seal([NewFile(MemoryFile(b"photo"), "photo.jpg", "image/jpeg")])
    await files.upload(photo)
    await visit.refresh()
    listed = [photo.attachment]
    await visit.send(await visit.seal("A photo.", language="en", attachments=listed))
    withdrawn = await hosted.submit("Never mind.", readers=(1, 2))
    await (await hosted.visit(withdrawn)).withdraw(language="en", immediate=True)
    pending = await hosted.submit("Perhaps not.", readers=(1,))
    await (await hosted.visit(pending)).withdraw(language="en")
    return {
        "open": open_one.receipt,
        "withdrawn": withdrawn.receipt,
        "pending": pending.receipt,
        "oral": await _taken_over(hosted),
    }


async def _taken_over(hosted: HostedLine) -> str:
    reporter = hosted.reporter()
    line = await reporter.line()
    readers = [hosted.id_of(0), hosted.id_of(1)]
    given = await reporter.prepare(
        line,
        TEXT,
        language="en",
        readers=readers,
        written_by=Writer("oral", hosted.handlers[0].keys),
    )
    await reporter.send(given)
    visit = await hosted.reporter().open(given.receipt)
    takeover = await visit.take_over(language="en")
    await visit.send_takeover(takeover)
    await visit.reply("Now it is me.", language="en")
    return takeover.receipt
