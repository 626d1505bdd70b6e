"""Keep a folder of bulletins for the reverse proxy (docs/operations/install.md).

The folder holds what `GET /v1/bulletins…` gives to everybody, byte for byte, and nothing else.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import blake2b
from typing import Final

from meldpunt.protocol.verify.bulletin import TAG_SIZE, BulletinIndex, start_bulletin_hash
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.server.host import Host
from meldpunt.server.store.bulletin_folder import INDEX, BulletinFolder
from meldpunt.server.store.bulletins import BulletinRow
from meldpunt.server.usecases.bulletins import find_bulletin, read_day, signed_index
from meldpunt.wire.bulletins import ServedBulletins

_MOST: Final = 2 * BulletinIndex.MAX_SIZE
"""Bytes of the longest index with its signature, in base64url."""


class OtherBulletinsError(Exception):
    """The folder holds the bulletins of another host."""


async def fill_folder(host: Host) -> int:
    """Write the files that are missing or differ, and remove what the index does not name.

    The index comes after the files that it names. Without the setting `MELDPUNT_BULLETINS` this
    does nothing.

    Returns:
        How many files it wrote.

    Raises:
        BusyError: Another process holds the folder, or the database does not answer.
        OSError: The folder is missing, full or closed to the host.
        OtherBulletinsError: It holds the bulletins of another host. Nothing is changed.
    """
    if host.settings.bulletins is None:
        return 0
    folder = BulletinFolder(host.settings.bulletins)
    await asyncio.to_thread(folder.prepare)
    async with _locked(folder):
        rows = await host.bulletins.index()  # under the lock, so it is never older than the folder
        if not rows:
            return 0
        if await asyncio.to_thread(_is_of_another, folder, rows[0]):
            raise OtherBulletinsError
        return await _fill(host, folder, rows)


@asynccontextmanager
async def _locked(folder: BulletinFolder) -> AsyncIterator[None]:
    locking = asyncio.ensure_future(asyncio.to_thread(folder.lock))
    try:
        await asyncio.shield(locking)
        yield
    finally:
        locking.add_done_callback(_unlock)


def _unlock(locking: "asyncio.Future[int]") -> None:
    """Give the lock back, also if the caller was cancelled while a thread waited for it."""
    if not locking.cancelled() and locking.exception() is None:
        os.close(locking.result())


async def _fill(host: Host, folder: BulletinFolder, rows: tuple[BulletinRow, ...]) -> int:
    missing = [row for row in rows if not await asyncio.to_thread(_holds, folder, row)]
    for row in missing:
        await _write_file(host, folder, row.name)
    await asyncio.to_thread(folder.flush)
    index = signed_index(host, rows)  # of these files: meanwhile another process may write one more
    is_old = not await asyncio.to_thread(_holds_index, folder, index)
    if is_old:
        with folder.replacing(INDEX) as file:
            file.write(index)
    await asyncio.to_thread(folder.remove_others, {INDEX, *(row.name for row in rows)})
    await asyncio.to_thread(folder.flush)
    return len(missing) + is_old


def _is_of_another(folder: BulletinFolder, first: BulletinRow) -> bool:
    """Say whether the index there begins with another file: an index only grows.

    An index that cannot be read is nobody's, and is written again.
    """
    try:
        served = ServedBulletins.from_value(json.loads(folder.read_index(_MOST)))
        found = BulletinIndex.from_signed(served.index).bulletins[0]
    except (RefusedError, ValueError, TypeError):
        return False
    return (found.name, found.hash) != (first.name, first.hash)


def _holds(folder: BulletinFolder, row: BulletinRow) -> bool:
    size = row.count * TAG_SIZE
    state = start_bulletin_hash(row.name, size)
    return folder.update_hash(row.name, size, state) and state.digest() == row.hash


def _holds_index(folder: BulletinFolder, index: bytes) -> bool:
    state = blake2b()
    is_there = folder.update_hash(INDEX, len(index), state)
    return is_there and state.digest() == blake2b(index).digest()


async def _write_file(host: Host, folder: BulletinFolder, name: str) -> None:
    found = await find_bulletin(host, name)
    with folder.replacing(name) as file:
        for day in found.days:
            await asyncio.to_thread(file.write, await read_day(host, day))
