"""Pieces on their way into the store and out of it, so that none is left behind.

Into it: noted, written, placed. Out of it: doomed, erased, forgotten. Wherever the host stops
between two of these, the note is there, and the next upkeep goes on from it.
"""

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final

from meldpunt.server.errors import BusyError
from meldpunt.server.host import Host
from meldpunt.server.store import attachments as stored
from meldpunt.server.store.blobs.blob_store import PieceName, Seen, ignore

_NAME_SIZE: Final = 16
_WRITTEN_WITHIN: Final = timedelta(days=2)
"""More than a whole day, in days: a part takes an hour to come at most (upload_part.py)."""
_GROUP: Final = 200

_log = logging.getLogger("meldpunt")


async def note_piece(host: Host) -> PieceName:
    """Return a name for a piece that is about to be written, noted so that it is found again."""
    name = PieceName(secrets.token_bytes(_NAME_SIZE))
    erase_on = host.clock.today() + _WRITTEN_WITHIN
    await host.store.write(lambda tx: stored.insert_piece(tx, name, erase_on=erase_on))
    return name


async def write_piece(
    host: Host, blocks: AsyncIterator[bytes], *, seen: Seen = ignore
) -> PieceName:
    """Write a piece, noted before; returns its name, which nothing refers to yet.

    Args:
        host: The host.
        blocks: The content; if it fails, nothing is kept and the failure goes on.
        seen: Told each block, in the thread that writes it.

    Raises:
        StorageFullError: There is no room.
        BusyError: The store does not answer.
    """
    name = await note_piece(host)
    try:
        await host.blobs.write(name, blocks, seen=seen)
    except BusyError:
        raise  # a store that does not answer may take it in yet: upkeep erases it on its day
    except Exception:
        await _drop_piece(host, name)
        raise
    return name


async def discard_piece(host: Host, name: PieceName) -> None:
    """Take back a piece that was written for nothing.

    One that belongs to an attachment stays: the answer to a commit can get lost, and what looks
    refused has come in.
    """
    if not await host.store.write(lambda tx: stored.doom_piece(tx, name)):
        return
    await _drop_piece(host, name)


async def _drop_piece(host: Host, name: PieceName) -> None:
    """Erase a piece that no transaction placed, or may place."""
    with suppress(BusyError):  # then upkeep does it
        await host.blobs.erase([name])
        await host.store.write(lambda tx: stored.forget_pieces(tx, [name]))


async def erase_doomed(host: Host) -> None:
    """Erase from the store what the database has given up; what fails is left for upkeep."""
    try:
        await erase_all_doomed(host)
    except BusyError as error:
        _log.error("erasing attachments failed: %s", type(error).__name__)


async def erase_all_doomed(host: Host) -> None:
    """Erase from the store what the database has given up.

    Raises:
        BusyError: The store does not answer.
    """
    today = host.clock.today()
    while names := await host.store.read(lambda tx: stored.list_doomed(tx, today, limit=_GROUP)):
        await host.blobs.erase(names)
        await host.store.write(partial(stored.forget_pieces, names=names))
