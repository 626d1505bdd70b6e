"""Pieces in a folder and in a real object store: there wholly and durably, or not at all."""

import asyncio
import errno
import os
import shutil
import stat
import threading
import weakref
from collections.abc import AsyncIterator
from contextlib import aclosing
from copy import copy as shallow_copy
from pathlib import Path
from typing import Final

import anyio
import pytest
from pydantic import SecretStr

from meldpunt.server.errors import AttachmentLostError, BusyError, StorageFullError
from meldpunt.server.store.blobs import BlobStore, DatabaseId, default_folder, open_blobs
from meldpunt.server.store.blobs.blob_store import (
    BLOCK_SIZE,
    MARK,
    NotMountedError,
    OtherDatabaseError,
    PieceName,
)
from meldpunt.server.store.blobs.folder import FolderStore
from meldpunt.server.store.blobs.object_store import ObjectStore
from tests.support.hosts import make_settings
from tests.support.object_store import SECRET, shared_s3
from tests.support.pieces import pieces_in

FOLDER: Final = "folder"
S3: Final = "s3"
_OFTEN: Final = 20
"""Turns of the event loop: a task that was cancelled is cancelled again in each."""
MIB: Final = 1024 * 1024
LONG: Final = 6 * 1024 * 1024
"""More than one part of an object."""


DATABASE: Final = DatabaseId(b"one database's id")
OTHER: Final = DatabaseId(b"another one's id")


def new_name() -> PieceName:
    return PieceName(os.urandom(16))


async def prepare(store: BlobStore, *known: PieceName) -> None:
    """Make a place of attachments ready, as `migrate` and `serve` do."""
    store.recognize(DATABASE)
    await store.claim(known)


async def blocks(data: bytes, *, fails: bool = False) -> AsyncIterator[bytes]:
    """Give data in blocks, and fail at the end if asked to."""
    for start in range(0, len(data), BLOCK_SIZE):
        yield data[start : start + BLOCK_SIZE]
    if fails:
        raise ZeroDivisionError


async def content(store: BlobStore, name: PieceName, start: int, end: int) -> bytes:
    async with aclosing(store.read(name, start, end)) as found:
        return b"".join([block async for block in found])


@pytest.fixture(params=[FOLDER, S3])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStore]:
    changes = {} if request.param == FOLDER else shared_s3().settings()
    opened = open_blobs(make_settings("sqlite:///x.db", tmp_path / "secrets.json", **changes))
    await prepare(opened)
    yield opened
    await opened.close()


@pytest.mark.parametrize("size", [1, BLOCK_SIZE, BLOCK_SIZE + 1, LONG])
async def test_a_piece_is_what_was_written(blobs: BlobStore, size: int) -> None:
    name, data = new_name(), os.urandom(size)
    seen: list[bytes] = []
    await blobs.write(name, blocks(data), seen=seen.append)
    assert await content(blobs, name, 0, size) == data
    assert b"".join(seen) == data
    for start, end in ((0, 1), (size - 1, size), (size // 3, size - size // 3)):
        assert await content(blobs, name, start, end) == data[start:end]


async def test_what_fails_on_its_way_leaves_nothing(blobs: BlobStore) -> None:
    for size in (1, LONG):
        name = new_name()
        with pytest.raises(ZeroDivisionError):
            await blobs.write(name, blocks(os.urandom(size), fails=True))
        with pytest.raises((AttachmentLostError, BusyError)):  # perhaps there is no bucket yet
            await content(blobs, name, 0, 1)


class Block(bytearray):
    """One that can be watched."""


async def test_a_block_that_is_written_is_held_by_nobody_while_the_next_one_comes(
    blobs: BlobStore,
) -> None:
    async def slow() -> AsyncIterator[bytes]:
        block, gone = Block(b"x"), asyncio.Event()
        loop = asyncio.get_running_loop()
        weakref.finalize(block, loop.call_soon_threadsafe, gone.set)
        yield block  # type: ignore[misc]
        del block
        await asyncio.wait_for(gone.wait(), 100)
        yield b"y"

    name = new_name()
    await blobs.write(name, slow())
    assert await content(blobs, name, 0, 2) == b"xy"


async def test_what_is_erased_is_gone_and_erasing_again_is_no_matter(blobs: BlobStore) -> None:
    names = [new_name() for _ in range(3)]
    for name in names:
        await blobs.write(name, blocks(b"x"))
    await blobs.erase(names[:2])
    await blobs.erase([*names[:2], new_name()])
    for name in names[:2]:
        with pytest.raises(AttachmentLostError):
            await content(blobs, name, 0, 1)
    assert await content(blobs, names[2], 0, 1) == b"x"


async def test_a_piece_that_is_shorter_than_it_was_is_lost(blobs: BlobStore) -> None:
    name = new_name()
    await blobs.write(name, blocks(b"x" * 5))
    with pytest.raises(AttachmentLostError):
        await content(blobs, name, 0, 6)


async def test_many_pieces_at_once_are_kept_apart(blobs: BlobStore) -> None:
    written = {new_name(): os.urandom(BLOCK_SIZE + 9) for _ in range(20)}
    await asyncio.gather(*(blobs.write(name, blocks(data)) for name, data in written.items()))
    for name, data in written.items():
        assert await content(blobs, name, 0, len(data)) == data


@pytest.mark.parametrize(
    "changes",
    [{"s3_secret": SecretStr("wrong-" + SECRET)}, {"s3_key_id": SecretStr("somebody")}],
    ids=["secret", "key"],
)
async def test_an_object_store_refuses_another_secret_and_no_log_quotes_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, changes: dict[str, SecretStr]
) -> None:
    settings = shared_s3().settings(**changes)
    store = open_blobs(make_settings("sqlite:///x.db", tmp_path / "secrets.json", **settings))
    name = new_name()
    with pytest.raises(BusyError):
        await store.write(name, blocks(b"x"))
    with pytest.raises(BusyError):
        await content(store, name, 0, 1)
    with pytest.raises(BusyError):
        await store.erase([name])
    assert "PermissionDeniedError" in caplog.text
    for quoted in (name.hex(), "bucket", "wrong", SECRET, "somebody"):
        assert quoted not in caplog.text


def folder_store(folder: Path, **changes: int) -> BlobStore:
    settings = make_settings("sqlite:///x.db", folder / "secrets.json", **changes)
    return open_blobs(settings.model_copy(update={"attachments": str(folder / "pieces")}))


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("sqlite:////srv/line.db", "/srv/line-attachments"),
        ("postgresql://user@host/line", "meldpunt-attachments"),
    ],
)
async def test_without_a_setting_the_folder_lies_beside_the_database(
    tmp_path: Path, url: str, folder: str
) -> None:
    settings = make_settings(url, tmp_path / "secrets.json").model_copy(
        update={"attachments": None}
    )
    assert default_folder(settings) == Path(folder)
    store = open_blobs(settings)
    assert isinstance(store, FolderStore)
    assert store._folder == Path(folder)


async def test_an_error_of_the_disk_is_logged_by_its_number_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = folder_store(tmp_path)
    store.recognize(DATABASE)
    with pytest.raises(BusyError):
        await store.write(new_name(), blocks(b"x"))
    assert caplog.messages == [
        "attachments: the place has no mark, as if its disk were not mounted"
    ]
    await prepare(store)
    caplog.clear()
    (tmp_path / "pieces" / MARK).unlink()
    (tmp_path / "pieces" / MARK).mkdir()
    with pytest.raises(BusyError):
        await store.write(new_name(), blocks(b"x"))
    assert caplog.messages == [f"attachments: error {errno.EISDIR} of the operating system"]


async def test_a_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = folder_store(tmp_path)
    await prepare(store)
    await prepare(store)
    await store.write(new_name(), blocks(b"x"))
    folder = tmp_path / "pieces"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    [file] = pieces_in(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_piece_is_flushed_with_its_folder_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = folder_store(tmp_path)
    await prepare(store)
    flushed: list[str] = []
    fsync = os.fsync

    def note(file: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{file}").readlink().name)
        fsync(file)

    monkeypatch.setattr(os, "fsync", note)
    name = new_name()
    await store.write(name, blocks(b"x" * BLOCK_SIZE * 2))
    assert flushed == [name.hex(), "pieces"]
    flushed.clear()
    await store.erase([name])
    assert flushed == ["pieces"]


@pytest.mark.parametrize("refused", [False, True])
async def test_the_disk_begins_with_each_mib_of_a_long_piece_before_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, refused: bool
) -> None:
    store = folder_store(tmp_path)
    await prepare(store)
    begun: list[tuple[int, int]] = []
    advise = os.posix_fadvise

    def note(file: int, start: int, length: int, advice: int) -> None:
        begun.append((start, length))
        assert os.fstat(file).st_size == start + length  # what is advised was written
        if refused:  # some file systems know no advice
            raise OSError(errno.EINVAL, "the system's words")
        advise(file, start, length, advice)

    monkeypatch.setattr(os, "posix_fadvise", note)
    await store.write(new_name(), blocks(b"x" * (MIB - 1)))
    assert begun == []
    name, data = new_name(), os.urandom(3 * MIB + BLOCK_SIZE)
    await store.write(name, blocks(data))
    assert begun == [(0, MIB), (MIB, MIB), (2 * MIB, MIB)]
    async with aclosing(store.read(name, 0, len(data))) as read:
        assert b"".join([block async for block in read]) == data


async def test_a_folder_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    """Else a disk that is not mounted would seem to have lost everything, for good."""
    store = folder_store(tmp_path)
    with pytest.raises(BusyError):
        await store.write(new_name(), blocks(b"x"))
    await prepare(store)
    name = new_name()
    await store.write(name, blocks(b"x"))
    shutil.move(tmp_path / "pieces", tmp_path / "elsewhere")
    with pytest.raises(BusyError):
        await store.write(new_name(), blocks(b"x"))
    with pytest.raises(BusyError):
        await store.erase([name])
    with pytest.raises(BusyError):  # nothing is known to be lost
        await content(store, name, 0, 1)
    assert not (tmp_path / "pieces").exists()
    shutil.move(tmp_path / "elsewhere", tmp_path / "pieces")
    assert await content(store, name, 0, 1) == b"x"


async def test_a_place_of_another_database_is_refused_and_nothing_there_is_lost_or_erased(
    blobs: BlobStore, caplog: pytest.LogCaptureFixture
) -> None:
    name = new_name()
    await blobs.write(name, blocks(b"x"))
    wrong = copy(blobs)
    wrong.recognize(OTHER)
    for _ in range(2):
        with pytest.raises(OtherDatabaseError):
            await wrong.claim([])
        with pytest.raises(OtherDatabaseError):
            await wrong.check_owner()
        with pytest.raises(BusyError):
            await wrong.erase([name])
        with pytest.raises(BusyError):
            await wrong.write(new_name(), blocks(b"y"))
        with pytest.raises(BusyError):  # it is not lost
            await content(wrong, new_name(), 0, 1)
    assert set(caplog.messages) == {"attachments: the place does not belong to this database"}
    assert await content(blobs, name, 0, 1) == b"x"


async def test_a_place_without_a_mark_is_marked_only_where_it_has_what_the_database_knows(
    blobs: BlobStore, tmp_path: Path
) -> None:
    name, lost = new_name(), new_name()
    await blobs.write(name, blocks(b"x"))
    await remove_mark(blobs, tmp_path)
    other = copy(blobs)
    other.recognize(OTHER)
    with pytest.raises(NotMountedError):
        await other.claim([lost])
    with pytest.raises((OtherDatabaseError, BusyError)):
        await other.check_owner()
    await other.claim([lost, name])
    await other.check_owner()


async def test_an_empty_mark_is_the_word_of_the_operator(blobs: BlobStore, tmp_path: Path) -> None:
    await remove_mark(blobs, tmp_path, empty=True)
    other = copy(blobs)
    other.recognize(OTHER)
    with pytest.raises(OtherDatabaseError):
        await other.check_owner()
    await other.claim([new_name()])
    await other.check_owner()


async def test_a_store_that_nobody_gave_a_database_does_nothing(blobs: BlobStore) -> None:
    nobody = copy(blobs)
    nobody._mark = None
    with pytest.raises(OtherDatabaseError):
        await nobody.check_owner()
    with pytest.raises(BusyError):
        await nobody.erase([new_name()])


def copy(store: BlobStore) -> BlobStore:
    """Return another store of the same place, as another process opens it."""
    made = shallow_copy(store)
    if isinstance(made, ObjectStore):
        made._is_ours = False
    return made


async def remove_mark(store: BlobStore, folder: Path, *, empty: bool = False) -> None:
    """Take the mark away, or make it empty."""
    if isinstance(store, ObjectStore):
        await (store._store.put_async(MARK, b"") if empty else store._store.delete_async(MARK))
        return
    mark = folder / "attachments" / MARK
    mark.write_bytes(b"") if empty else mark.unlink()


async def test_an_empty_mount_point_is_not_taken_for_the_folder(tmp_path: Path) -> None:
    """Its disk is not mounted: nothing there was lost, and nothing was erased."""
    store, name = folder_store(tmp_path), new_name()
    await prepare(store)
    await store.write(name, blocks(b"x"))
    shutil.move(tmp_path / "pieces", tmp_path / "disk")
    (tmp_path / "pieces").mkdir()
    with pytest.raises(BusyError):
        await store.erase([name])
    with pytest.raises(BusyError):
        await store.write(new_name(), blocks(b"x"))
    with pytest.raises(BusyError):
        await content(store, name, 0, 1)
    with pytest.raises(NotMountedError):
        await prepare(store, name)
    assert list((tmp_path / "pieces").iterdir()) == []
    (tmp_path / "pieces").rmdir()
    with pytest.raises(NotMountedError):
        await prepare(store, name)
    shutil.move(tmp_path / "disk", tmp_path / "pieces")
    await prepare(store, name)
    assert await content(store, name, 0, 1) == b"x"
    await store.erase([name])
    assert pieces_in(tmp_path / "pieces") == []


async def test_a_disk_keeps_room_for_everything_else(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    store = folder_store(tmp_path, disk_reserve_bytes=2 * free)
    await prepare(store)
    with pytest.raises(StorageFullError):
        await store.write(new_name(), blocks(b"x"))
    assert pieces_in(tmp_path / "pieces") == []


async def test_pieces_that_come_in_at_once_share_the_room_that_is_left(tmp_path: Path) -> None:
    store = folder_store(tmp_path, disk_reserve_bytes=0)
    assert isinstance(store, FolderStore)
    await prepare(store)
    free = shutil.disk_usage(tmp_path).free

    async def fills_up() -> AsyncIterator[bytes]:
        yield b"x"
        store._reserve = 2 * free  # what others have written since
        yield b"x"

    with pytest.raises(StorageFullError):
        await store.write(new_name(), fills_up())
    assert pieces_in(tmp_path / "pieces") == []


@pytest.mark.parametrize(
    ("number", "refusal"),
    [(errno.ENOSPC, StorageFullError), (errno.EDQUOT, StorageFullError), (errno.EIO, BusyError)],
)
async def test_a_disk_that_fills_up_or_fails_keeps_no_half(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    number: int,
    refusal: type[Exception],
) -> None:
    store = folder_store(tmp_path)
    await prepare(store)
    write, done = os.write, 0

    def fail(file: int, data: bytes) -> int:
        nonlocal done
        done += 1
        if done == 2:
            raise OSError(number, "the system's words", str(tmp_path))
        return write(file, data)

    monkeypatch.setattr(os, "write", fail)
    with pytest.raises(refusal):
        await store.write(new_name(), blocks(b"x" * BLOCK_SIZE * 3))
    assert pieces_in(tmp_path / "pieces") == []
    assert str(tmp_path) not in caplog.text


async def test_a_disk_that_is_too_full_to_erase_is_asked_again_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, name = folder_store(tmp_path), new_name()
    await prepare(store)
    await store.write(name, blocks(b"x"))

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "the system's words")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BusyError):
        await store.erase([name])


async def test_a_write_that_is_given_up_closes_nothing_under_a_thread(tmp_path: Path) -> None:
    store = folder_store(tmp_path)
    await prepare(store)
    waiting = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * BLOCK_SIZE
            waiting.set()

    task = asyncio.create_task(store.write(new_name(), endless()))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert pieces_in(tmp_path / "pieces") == []
    await store.close()


async def test_a_read_that_is_given_up_again_and_again_closes_nothing_under_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A web framework cancels a download that nobody waits for until it has ended."""
    store = folder_store(tmp_path)
    await prepare(store)
    name = new_name()
    await store.write(name, blocks(b"x" * BLOCK_SIZE))
    read, begun, ended = os.pread, threading.Event(), list[bytes | OSError]()
    is_given_up = threading.Event()

    def slow(file: int, size: int, start: int) -> bytes:
        begun.set()
        is_given_up.wait(60)
        try:
            ended.append(read(file, size, start))
        except OSError as error:
            ended.append(error)
        return b""

    monkeypatch.setattr(os, "pread", slow)
    scope = anyio.CancelScope()

    async def give_up() -> None:
        await asyncio.to_thread(begun.wait)
        scope.cancel()
        for _ in range(_OFTEN):
            await asyncio.sleep(0)
        is_given_up.set()

    giving_up = asyncio.create_task(give_up())
    with scope:
        async with aclosing(store.read(name, 0, BLOCK_SIZE)) as reading:
            await anext(reading)
    await giving_up
    await store.close()
    assert ended == [b"x" * BLOCK_SIZE]


async def test_a_file_that_nobody_waits_for_is_closed_once_it_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = folder_store(tmp_path)
    await prepare(store)
    name = new_name()
    await store.write(name, blocks(b"x"))
    open_file, begun, opened = os.open, threading.Event(), list[int]()
    is_given_up = threading.Event()

    def slow(path: Path, flags: int) -> int:
        begun.set()
        is_given_up.wait(60)
        opened.append(open_file(path, flags))
        return opened[-1]

    monkeypatch.setattr(os, "open", slow)
    task = asyncio.create_task(content(store, name, 0, 1))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    for _ in range(_OFTEN):
        await asyncio.sleep(0)
    is_given_up.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])
