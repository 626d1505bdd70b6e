"""Rows as an earlier release left them: what a migration must carry along.

`python -m tests.support.frozen` freezes what the current code writes, as
tests/store/frozen/<newest revision>.json. Do it before a migration that changes what is stored; a
file that is there stays as it is.
"""

import asyncio
import json
from base64 import b85decode, b85encode
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Date, LargeBinary, MetaData, Table

from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.store.database.migration import list_revisions
from meldpunt.server.store.database.transaction import Transaction
from tests.support.clock import FIRST_DAY
from tests.support.databases import SQLITE
from tests.support.hosts import TestHost, new_host

FOLDER: Final = Path(__file__).parents[1] / "store" / "frozen"
LARGE: Final = "x" * 9000
"""A text whose body takes more than one part."""

Rows = dict[str, list[dict[str, Any]]]


async def fill(host: TestHost) -> None:
    """Do what leaves a row in every table."""
    for withdrawn in (False, True):
        talk = await host.report(0, 1)
        await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
        talk.text = LARGE
        await talk.reporter_says()
        talk.text = "Nog iets."
        await talk.handler_says(1, Tag.PAUSE, until=FIRST_DAY + timedelta(days=9))
        if withdrawn:
            await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)


def read_all(tx: Transaction) -> Rows:
    """Return every row of every table, by the columns that the database has."""
    tables = MetaData()
    tables.reflect(tx)
    return {
        name: [dict(row) for row in tx.execute(table.select()).mappings()]
        for name, table in tables.tables.items()
        if name != "alembic_version"
    }


def write_all(tx: Transaction, rows: Rows) -> None:
    """Insert rows into the tables that the database has."""
    for name, found in rows.items():
        if found:
            tx.execute(Table(name, MetaData(), autoload_with=tx).insert(), found)


def thaw(text: str, tx: Transaction) -> Rows:
    """Return frozen rows, with values of the types that their columns have."""
    tables = MetaData()
    tables.reflect(tx)

    def value(table: str, column: str, frozen: Any) -> Any:  # noqa: ANN401 (what JSON has)
        kind = tables.tables[table].columns[column].type
        if frozen is None:
            return None
        if isinstance(kind, LargeBinary):
            return b85decode(frozen)
        return date.fromisoformat(frozen) if isinstance(kind, Date) else frozen

    return {
        table: [{name: value(table, name, v) for name, v in row.items()} for row in found]
        for table, found in json.loads(text).items()
    }


def freeze(rows: Rows) -> str:
    """Return rows as JSON, in an order that says nothing."""

    def value(found: Any) -> Any:  # noqa: ANN401 (what a column has)
        if isinstance(found, bytes):
            return b85encode(found).decode()
        return found.isoformat() if isinstance(found, date) else found

    plain = {
        name: sorted(({c: value(v) for c, v in row.items()} for row in found), key=repr)
        for name, found in sorted(rows.items())
    }
    return json.dumps(plain, indent=1) + "\n"


async def _main() -> None:
    path = FOLDER / f"{list_revisions()[-1]}.json"
    async with new_host(SQLITE) as host:
        await fill(host)
        with path.open("x") as file:
            file.write(freeze(await host.host.store.read(read_all)))


if __name__ == "__main__":
    asyncio.run(_main())
