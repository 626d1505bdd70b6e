"""What a host remembers between requests: bounded, and never a reason to ask for too long."""

from typing import Any, Final, TypeVar

import pytest

from meldpunt.protocol.verify import ids
from meldpunt.server import host as hosts
from meldpunt.server.clock import TimeSource
from meldpunt.server.errors import StorageFullError
from meldpunt.server.host import BoxKeyOwners, Documents, Room
from meldpunt.server.store.database.engine import Store, Work
from tests.support.hosts import TestHost

Result = TypeVar("Result")

LINE: Final = ids.LineId(bytes(20))


class Counted(Store):
    """A database that counts what it is asked; tests may say what it answers."""

    def __init__(self, store: Store | None = None, answers: tuple[Any, ...] = ()) -> None:
        self._store = store
        self._answers = iter(answers)
        self.asked = 0

    async def read(self, work: Work[Result]) -> Result:
        self.asked += 1
        if self._store is not None:
            return await self._store.read(work)
        answer: Result = next(self._answers)
        return answer

    async def write(self, work: Work[Result]) -> Result:
        raise NotImplementedError

    async def tidy(self, *, if_small: bool = False) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


async def _publish(host: TestHost, number: int) -> tuple[list[ids.Hash], int]:
    office, hashes = host.office, [host.office.document_hash]
    for _ in range(number):
        office = office.next()
        hashes.append(office.document_hash)
        assert (await host.caller(office.line_key).put(office.path, office.put())).is_success
    return hashes, len(office.document.to_json())


async def test_documents_are_forgotten_one_by_one_once_they_fill_the_memory(
    sqlite_host: TestHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes, size = await _publish(sqlite_host, 3)
    monkeypatch.setattr(hosts, "_DOCUMENT_BYTES", 3 * size + size // 2)
    store = Counted(sqlite_host.host.store)
    documents = Documents(store)
    for document_hash in (*hashes[:3], hashes[0], hashes[3]):  # the last pushes out the second
        assert await documents.find(document_hash) is not None
    assert store.asked == 4
    for document_hash in (hashes[0], hashes[2], hashes[3]):
        await documents.find(document_hash)
    assert store.asked == 4  # everything would have gone at once before
    await documents.find(hashes[1])
    assert store.asked == 5


async def test_owners_of_box_keys_are_forgotten_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = [ids.KeyId(bytes([n]) * 16) for n in range(4)]
    owner = ids.HandlerId(bytes(16))
    monkeypatch.setattr(hosts, "_BOX_KEYS", 3)
    owners = BoxKeyOwners(Counted(answers=tuple({key: owner} for key in keys)))
    for key in keys:
        assert await owners.find([key]) == {key: owner}
    assert await owners.find(keys[1:]) == dict.fromkeys(keys[1:], owner)  # nothing more is asked


async def test_more_keys_than_are_remembered_are_all_found_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = dict.fromkeys((ids.KeyId(bytes([n]) * 16) for n in range(4)), ids.HandlerId(bytes(16)))
    monkeypatch.setattr(hosts, "_BOX_KEYS", 3)
    assert await BoxKeyOwners(Counted(answers=(keys,))).find(keys) == keys


async def test_what_arrives_here_does_not_put_off_counting_what_arrives_elsewhere() -> None:
    now = [0.0]
    store = Counted(answers=(10, 100))
    room = Room(store, TimeSource(lambda: now[0]), limit=50)
    for second in range(11):
        now[0] = float(second)
        if second == 10:
            with pytest.raises(StorageFullError):  # another process has filled it
                await room.check(LINE)
        else:
            await room.check(LINE)
            room.take(LINE, 1)
    assert store.asked == 2


async def test_what_has_arrived_here_counts_before_the_database_is_asked_again() -> None:
    room = Room(Counted(answers=(10,)), TimeSource(lambda: 0.0), limit=50)
    await room.check(LINE)
    room.take(LINE, 40)
    with pytest.raises(StorageFullError):
        await room.check(LINE)
