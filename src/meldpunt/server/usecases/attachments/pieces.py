"""Write pieces into the store and erase them, so that no piece stays behind unnoticed.

Writing has three steps: note the piece in the database, write it, place it in an attachment.
Erasing has three steps: doom the piece in the database, erase it, forget the note. If the host
stops between two steps, the note is still in the database. The next upkeep continues from there.
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
from meldpunt.server.usecases.last_day import is_day_believed

_NAME_SIZE: Final = 16
_WRITTEN_WITHIN: Final = timedelta(days=2)
"""After this time nobody is still writing a piece: a part takes at most an hour (host.py)."""
_GROUP: Final = 200

_log = logging.getLogger("meldpunt")


async def note_piece(host: Host) -> PieceName:
    """Note a new piece in the database before somebody writes it, and return its name."""
    name = PieceName(secrets.token_bytes(_NAME_SIZE))
    erase_on = host.clock.today() + _WRITTEN_WITHIN
    await host.store.write(lambda tx: stored.insert_piece(tx, name, erase_on=erase_on))
    return name


async def write_piece(
    host: Host, blocks: AsyncIterator[bytes], *, seen: Seen = ignore
) -> PieceName:
    """Note and write a piece. Return its name, to which no attachment refers yet.

    Args:
        host: The host.
        blocks: The content. If reading it fails, nothing is kept and the error goes on.
        seen: Called with each block, in the thread that writes it.

    Raises:
        StorageFullError: The store of pieces has no room.
        BusyError: The store of pieces does not answer.
    """
    name = await note_piece(host)
    try:
        await host.blobs.write(name, blocks, seen=seen)
    except BusyError:
        raise  # the store may still write the piece later; upkeep erases it on its day
    except Exception:
        await _drop_piece(host, name)
        raise
    return name


async def discard_piece(host: Host, name: PieceName) -> None:
    """Erase a piece that no attachment needs.

    A piece that belongs to an attachment stays. The answer to a commit can get lost: then the
    commit looks refused although it has succeeded.
    """
    if not await host.store.write(lambda tx: stored.doom_piece(tx, name)):
        return
    await _drop_piece(host, name)


async def _drop_piece(host: Host, name: PieceName) -> None:
    """Erase a piece that no transaction has placed or can still place."""
    with suppress(BusyError):  # then upkeep erases the piece later
        await host.blobs.erase([name])
        await host.store.write(lambda tx: stored.forget_pieces(tx, [name]))


async def erase_doomed(host: Host) -> None:
    """Erase all doomed pieces from the store. If this fails, upkeep tries again later."""
    try:
        await erase_all_doomed(host)
    except BusyError as error:
        _log.error("erasing attachments failed: %s", type(error).__name__)


async def erase_all_doomed(host: Host) -> None:
    """Erase from the store all pieces that the database marks as doomed.

    A wrong clock must not take what is still on its way in: then only what goes at once is erased.

    Raises:
        BusyError: The store of pieces does not answer.
    """
    day = host.clock.today() if await is_day_believed(host) else stored.AT_ONCE
    while names := await host.store.read(lambda tx: stored.list_doomed(tx, day, limit=_GROUP)):
        await host.blobs.erase(names)
        await host.store.write(partial(stored.forget_pieces, names=names))
