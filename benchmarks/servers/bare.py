"""The ceiling for the host: a bare ASGI application that does the same durable work, unchecked.

It writes the same rows to the same tables. On every path that writes, all that waits becomes
durable in one group. It reads with the host's own statements. The requests hold the finished rows,
so it reads no JSON, and it has no framework. With an option it also does the least work that the
protocol asks of any server (`least.py`). No server that keeps the protocol's promises can be faster
than that.
"""

import asyncio
import marshal
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Table

from benchmarks.servers import least
from benchmarks.servers.bare_stores import BareStore, Rows, open_store, read_rows
from meldpunt.server.store import tables
from meldpunt.server.store.group_commit import GroupCommit

APP: Final = "benchmarks.servers.bare:make_app"
DATABASE: Final = "MELDPUNT_BENCH_DATABASE"
FOLDER: Final = "MELDPUNT_BENCH_FOLDER"
LEAST: Final = "MELDPUNT_BENCH_LEAST"
SUBMIT, POLL, REPLY, INBOX, KEEP, DISCARD = "/submit", "/poll", "/reply", "/inbox", "/keep", "/drop"
_WITHOUT_BODY: Final = {
    POLL: least.of_request,
    INBOX: least.of_request,
    KEEP: least.of_part,
    DISCARD: least.of_request,
}
_WITH_BODY: Final = {SUBMIT: least.of_submission, REPLY: least.of_reply}
"""The least work of each path."""
_NOTHING_NEW: Final = b'{"messages":[],"cursor":1,"more":false}'
_STORED: Final = b'{"receivedOn":"2026-01-01"}'
_ENTRY: Final = bytes(2600)
"""As long as an entry of an inbox in JSON, which holds the reporter's two public keys."""

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class ReadyMade(NamedTuple):
    """The rows of a report that a host has stored, in the form that the bare application reads."""

    submission: bytes
    reply: bytes
    """Empty if the host has none."""


async def ready_made(url: str) -> dict[bytes, ReadyMade]:
    """Return the first messages and first replies that a host has stored, by reporter's key."""
    reports, sent, parts, wrapped, entries = await read_rows(url)
    parts_of = _by(parts, tables.body_parts.c.keys().index("message"))
    wraps_of = _by(wrapped, tables.wraps.c.keys().index("message"))
    entries_of = _by(entries, tables.inbox.c.keys().index("report"))
    messages_of = _by(sent, tables.messages.c.keys().index("report"))
    position = tables.messages.c.keys().index("position")
    made = {}
    for report in reports:
        row_id, key = report[0], report[3]
        first, *later = sorted(messages_of[row_id], key=lambda row: int(row[position]))
        own = [[first], parts_of[first[0]], wraps_of[first[0]]]
        reply = b""
        if later:
            (second, *_) = later
            added = [[(row_id, key)], [second], parts_of[second[0]], wraps_of[second[0]], []]
            reply = marshal.dumps(added)
        as_new = [_as_new(report, tables.reports)]
        entries_as_new = [_as_new(entry, tables.inbox) for entry in entries_of[row_id]]
        made[key] = ReadyMade(marshal.dumps([as_new, *own, entries_as_new]), reply)
    return made


def _as_new(row: tuple[Any, ...], table: Table) -> tuple[Any, ...]:
    """Return a row as it was before the first reply."""
    place = table.c.keys().index("message_count")
    return (*row[:place], 1, *row[place + 1 :])


def _by(rows: list[tuple[Any, ...]], column: int) -> dict[Any, list[tuple[Any, ...]]]:
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


class Bare:
    """The application: PUT stores, GET reads, PATCH takes a part of an attachment."""

    def __init__(self, store: BareStore, folder: Path, *, does_least: bool) -> None:
        self._store, self._folder, self._does_least = store, folder, does_least
        self._queues = {SUBMIT: _queue(store.insert), REPLY: _queue(store.reply)}
        self._names = _queue(self._flush_names)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        if self._does_least and path in _WITHOUT_BODY:
            _WITHOUT_BODY[path](scope)
        if scope["method"] == "GET":
            await self._read(path, bytes.fromhex(scope["query_string"].decode()), send)
        elif scope["method"] == "PATCH":
            await self._take(path, _body(receive))
            await _answer(send, 204, b"")
        else:
            body = b"".join([part async for part in _body(receive)])
            if self._does_least:
                _WITH_BODY[path](scope, body)
            rows = marshal.loads(body)  # noqa: S302 (our own rows)
            await self._queues[path].submit(rows)
            await _answer(send, 201, _STORED)

    async def _read(self, path: str, name: bytes, send: Send) -> None:
        if path == POLL:
            assert await self._store.poll(name)
            content = _NOTHING_NEW
        else:
            entries = await self._store.page(name)
            content = least.page(entries) if self._does_least else _ENTRY * entries
        await _answer(send, 200, least.padded(content) if self._does_least else content)

    async def _take(self, path: str, body: AsyncIterator[bytes]) -> None:
        """Read a body to its end; unless the path is DISCARD, write it durably to a file."""
        if path == DISCARD:
            async for _ in body:
                pass
            return
        file = (self._folder / os.urandom(16).hex()).open("xb", buffering=0)
        async for part in body:
            file.write(part)
        await asyncio.to_thread(os.fsync, file.fileno())
        file.close()
        await self._names.submit([])

    async def _flush_names(self, group: list[Rows]) -> list[None]:
        """Make the names of all files in the folder durable."""
        await asyncio.to_thread(_flush, self._folder)
        return [None] * len(group)


def _queue(commit: Callable[[list[Rows]], Awaitable[list[None]]]) -> GroupCommit[Rows, None]:
    return GroupCommit(commit, size=lambda _: 0, capacity=100_000, capacity_bytes=0)


def _flush(folder: Path) -> None:
    names = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(names)
    os.close(names)


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        yield message["body"]
        more = message["more_body"]


async def _answer(send: Send, status: int, body: bytes) -> None:
    fields = [
        (b"content-type", b"application/json"),
        (b"api-version", b"1.0.0"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


def make_app() -> Bare:
    """Return the application for the database and folder that the environment names."""
    does_least = LEAST in os.environ
    store = open_store(os.environ[DATABASE], least.of_log if does_least else list)
    return Bare(store, Path(os.environ[FOLDER]), does_least=does_least)
