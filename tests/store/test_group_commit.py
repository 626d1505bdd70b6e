"""Group commit: everybody gets an answer of their own, and what waits is bounded."""

import asyncio

import pytest

from meldpunt.server.errors import BusyError
from meldpunt.server.store.group_commit import MAX_GROUP, GroupCommit

ENOUGH = 1000


class Disk:
    """Where items go: slow until it is let go, and full of bad habits."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.groups: list[list[bytes]] = []

    async def commit(self, group: list[bytes]) -> list[bytes]:
        await self.ready.wait()
        self.groups.append(group)
        if b"bad" in group:
            raise LookupError
        return [b"stored " + item for item in group if item != b"unanswered"]

    def queue(self, *, items: int = ENOUGH, size: int = ENOUGH) -> GroupCommit[bytes, bytes]:
        return GroupCommit(self.commit, size=len, capacity=items, capacity_bytes=size)


async def submitted(
    queue: GroupCommit[bytes, bytes], *items: bytes
) -> list["asyncio.Future[bytes]"]:
    """Return submissions that wait."""
    waiting = [queue.submit(item) for item in items]
    await asyncio.sleep(0)
    return waiting


async def test_a_group_that_comes_back_too_short_is_nobodys_answer_but_their_own() -> None:
    """An outcome must never go to the next one in the row."""
    disk = Disk()
    disk.ready.set()
    queue = disk.queue()
    items = (b"a", b"unanswered", b"b", b"c")
    found = await asyncio.gather(*(queue.submit(item) for item in items), return_exceptions=True)
    assert isinstance(found.pop(1), ValueError)
    assert found == [b"stored a", b"stored b", b"stored c"]
    await queue.close()


async def test_a_bad_item_fails_alone() -> None:
    disk = Disk()
    disk.ready.set()
    queue = disk.queue()
    items = (b"a", b"b", b"bad", b"c", b"d")
    found = await asyncio.gather(*(queue.submit(item) for item in items), return_exceptions=True)
    assert isinstance(found.pop(2), LookupError)
    assert found == [b"stored a", b"stored b", b"stored c", b"stored d"]
    await queue.close()


async def test_a_database_that_has_no_time_is_not_asked_again_for_each_half() -> None:
    asked = []

    async def commit(group: list[bytes]) -> list[bytes]:
        asked.append(len(group))
        raise BusyError

    queue: GroupCommit[bytes, bytes] = GroupCommit(
        commit, size=len, capacity=ENOUGH, capacity_bytes=ENOUGH
    )
    found = await asyncio.gather(*(queue.submit(b"x") for _ in range(16)), return_exceptions=True)
    assert [type(error) for error in found] == [BusyError] * 16
    assert asked == [16]
    await queue.close()


async def test_what_waits_is_bounded_in_bytes_and_the_room_comes_back() -> None:
    disk = Disk()
    queue = disk.queue(size=100)
    waiting = await submitted(queue, b"a" * 60, b"b" * 40)
    with pytest.raises(BusyError):
        await queue.submit(b"c")
    assert await submitted(queue, b"")  # what needs no room still finds it
    disk.ready.set()
    await asyncio.gather(*waiting)
    assert await queue.submit(b"d" * 100) == b"stored " + b"d" * 100
    await queue.close()


async def test_what_failed_gives_its_room_back_too() -> None:
    disk = Disk()
    disk.ready.set()
    queue = disk.queue(size=3)
    for _ in range(2):
        with pytest.raises(LookupError):
            await queue.submit(b"bad")
    assert await queue.submit(b"abc") == b"stored abc"
    await queue.close()


async def test_what_waits_is_bounded_in_number() -> None:
    disk = Disk()
    queue = disk.queue(items=2)
    await submitted(queue, b"a")  # goes to the disk at once
    waiting = await submitted(queue, b"b", b"c")
    with pytest.raises(BusyError):
        await queue.submit(b"d")
    disk.ready.set()
    assert await asyncio.gather(*waiting) == [b"stored b", b"stored c"]
    await queue.close()


async def test_who_stops_waiting_takes_nothing_out_of_the_queue() -> None:
    disk = Disk()
    queue = disk.queue()
    waiting = await submitted(queue, b"a", b"b")
    waiting[1].cancel()
    disk.ready.set()
    assert await waiting[0] == b"stored a"
    await queue.close()
    assert sorted(item for group in disk.groups for item in group) == [b"a", b"b"]


async def test_closing_commits_what_waits_and_takes_nothing_more() -> None:
    disk = Disk()
    queue = disk.queue()
    waiting = await submitted(queue, *(b"%d" % number for number in range(MAX_GROUP + 1)))
    closing = asyncio.create_task(queue.close())
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await queue.submit(b"late")
    disk.ready.set()
    await closing
    assert all(task.done() for task in waiting)
    assert max(map(len, disk.groups)) == MAX_GROUP
