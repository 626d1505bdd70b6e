"""The ceiling: a bare ASGI application that does the same durable work and checks nothing.

It writes the same rows to the same tables, in groups as the host does, and polls with the same
query. Rows arrive ready-made: it reads no JSON and has no framework. On request it verifies as many
signatures as the host, which is the ceiling of any server that keeps this protocol's promises.
"""

import asyncio
import marshal
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify.ed25519 import is_signature
from meldpunt.server.store.group_commit import GroupCommit

APP: Final = "benchmarks.bare:make_app"
DATABASE: Final = "MELDPUNT_BENCH_DATABASE"
VERIFYING: Final = "MELDPUNT_BENCH_VERIFYING"
_POLL: Final = """\
SELECT report_id, line_id, signing_key, birth_signing_key, box_key, reporter_key_id,
  document_hash, message_count, erase_on, erased, received_on, acknowledged_on, feedback_on,
  closed_on, withdrawn_on, immediate, pauses
FROM reports WHERE signing_key = ?"""
_ROWS_OF: Final = {
    "reports": "SELECT * FROM reports WHERE id = ?1",
    "messages": "SELECT * FROM messages WHERE report = ?1",
    "body_parts": "SELECT p.* FROM messages m JOIN body_parts p ON p.message = m.id "
    "WHERE m.report = ?1",
    "wraps": "SELECT w.* FROM messages m JOIN wraps w ON w.message = m.id WHERE m.report = ?1",
    "inbox": "SELECT * FROM inbox WHERE report = ?1",
}
_SIGNED: Final = bytes(600)
"""As long as what a request signature covers, or a header."""
_NOTHING_NEW: Final = b'{"messages":[],"cursor":1,"more":false}'
_STORED: Final = b'{"receivedOn":"2026-01-01"}'

Rows = list[list[tuple[Any, ...]]]
"""Of one report: for each table, in the order of `_ROWS_OF`."""
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def ready_made(database: Path) -> Iterator[bytes]:
    """Give the rows of each report that a host has stored, as the bare application takes them."""
    with closing(sqlite3.connect(database)) as connection:
        for report in connection.execute("SELECT id FROM reports").fetchall():
            yield marshal.dumps(
                [connection.execute(query, report).fetchall() for query in _ROWS_OF.values()]
            )


def connect_as_host(connection: sqlite3.Connection) -> None:
    """Make a connection as durable as the host's."""
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "secure_delete=ON",
        "busy_timeout=30000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connect_as_host(connection)
    return connection


class Bare:
    """PUT stores a report, GET with a key in the query polls."""

    def __init__(self, path: str, *, verifying: bool) -> None:
        self._verifying = verifying
        self._signer = SigningKey.from_seed(bytes(32))
        self._signature = self._signer.sign_raw(_SIGNED)
        self._reader, self._writer = _connect(path), _connect(path)
        self._thread = ThreadPoolExecutor(1)
        self._inserts = [
            f"INSERT INTO {table} VALUES ({','.join('?' * self._width(table))})"  # noqa: S608
            for table in _ROWS_OF
        ]
        self._queue = GroupCommit[Rows, None](
            self._commit, size=lambda _: 0, capacity=100_000, capacity_bytes=0
        )

    def _width(self, table: str) -> int:
        return len(self._reader.execute(f"PRAGMA table_info({table})").fetchall())

    async def _commit(self, group: list[Rows]) -> list[None]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._insert, group)

    def _insert(self, group: list[Rows]) -> list[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        for place, insert in enumerate(self._inserts):
            self._writer.executemany(insert, [row for rows in group for row in rows[place]])
        self._writer.execute("COMMIT")
        return [None] * len(group)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        if scope["method"] == "GET":
            self._verify(1)
            key = bytes.fromhex(scope["query_string"].decode())
            assert self._reader.execute(_POLL, (key,)).fetchone() is not None
            await _answer(send, 200, _NOTHING_NEW)
            return
        chunks, more = [], True
        while more:
            message = await receive()
            chunks.append(message["body"])
            more = message["more_body"]
        self._verify(2)
        await self._queue.submit(marshal.loads(b"".join(chunks)))  # noqa: S302 (our own rows)
        await _answer(send, 201, _STORED)

    def _verify(self, signatures: int) -> None:
        """Verify a signature of our own, again and again: the cost is the same."""
        if self._verifying:
            for _ in range(signatures):
                assert is_signature(_SIGNED, self._signature, self._signer.public_key)


async def _answer(send: Send, status: int, body: bytes) -> None:
    fields = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


def make_app() -> Bare:
    """Return the application on the database that the environment names."""
    return Bare(os.environ[DATABASE], verifying=VERIFYING in os.environ)
