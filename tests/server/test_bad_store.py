"""A slow object store, or one that goes away: 503, nothing half there, and on again later."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from meldpunt.protocol.verify.attachment import CHUNK_SIZE
from meldpunt.server.errors import AttachmentLostError, BusyError
from meldpunt.server.store.blobs import object_store
from meldpunt.server.store.blobs.blob_store import PieceName
from meldpunt.server.store.blobs.object_store import ObjectStore
from meldpunt.wire.problems import ProblemType
from tests.server.test_listing import fetchers, listing
from tests.server.test_uploads import of_reporter
from tests.store.test_blobs import blocks
from tests.support import upkeep
from tests.support.answers import assert_problem
from tests.support.databases import SQLITE
from tests.support.faulty_proxy import FaultyProxy
from tests.support.hosts import TestHost, new_host
from tests.support.object_store import shared_s3
from tests.support.uploads import LARGE

AT_ONCE = 40
Impatience = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def proxy() -> FaultyProxy:
    return FaultyProxy(urlsplit(shared_s3().endpoint).port or 0)


@pytest.fixture
async def host(proxy: FaultyProxy) -> AsyncIterator[TestHost]:
    """Give a host whose store is behind a proxy."""
    with proxy.open():
        async with new_host(SQLITE, **shared_s3().settings(s3_endpoint=proxy.origin)) as opened:
            yield opened


@pytest.fixture
def impatience(host: TestHost, monkeypatch: pytest.MonkeyPatch) -> Impatience:
    """Give a way to let the host wait for a second, or for a few: for a store that is silent."""
    blobs, settings = host.host.blobs, host.host.settings
    assert isinstance(blobs, ObjectStore)

    @contextmanager
    def impatient(seconds: float = 1) -> Iterator[None]:
        with monkeypatch.context() as patch:
            for limit in ("_ANSWERS_WITHIN", "_PATIENCE"):
                patch.setattr(object_store, limit, timedelta(seconds=seconds))
            patch.setattr(blobs, "_store", ObjectStore.open(settings)._store)
            yield

    return impatient


async def pieces(host: TestHost) -> int:
    return len((await host.rows())["pieces"])


@pytest.mark.parametrize("how", ["stalls", "closed"])
async def test_an_upload_goes_on_when_the_store_is_back(
    host: TestHost,
    proxy: FaultyProxy,
    impatience: Impatience,
    how: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    talk = await host.report()
    upload = of_reporter(talk, LARGE)
    await upload.begin()
    assert (await upload.append(0, CHUNK_SIZE)).status_code == 204
    setattr(proxy, how, True)
    with impatience():
        answer = await upload.append(CHUNK_SIZE)
    assert_problem(answer, ProblemType.BUSY, quotes=["bucket", "S3", proxy.origin])
    assert int(answer.headers["retry-after"]) > 0
    assert (await upload.tell()).headers["upload-offset"] == str(CHUNK_SIZE)
    await talk.reporter_says()  # messages go through
    assert not [quote for quote in ("bucket", proxy.origin) if quote in caplog.text]
    setattr(proxy, how, False)
    assert (await upload.append(CHUNK_SIZE)).status_code == 204
    await talk.reporter_says(**listing(upload))
    assert (await fetchers(talk, upload)["0"].fetch()).content == upload.data


async def test_many_that_wait_for_a_store_that_stalls_are_told_together(
    host: TestHost, proxy: FaultyProxy, impatience: Impatience
) -> None:
    """Each would wait for all before it if they went to the store four at a time."""
    await host.host.blobs.write(PieceName(os.urandom(16)), blocks(b"x"))
    proxy.stalls = True
    before = proxy.connections
    with impatience():
        names = (PieceName(os.urandom(16)) for _ in range(AT_ONCE))
        writes = (host.host.blobs.write(name, blocks(b"x")) for name in names)
        refused = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(refusal) for refusal in refused} == {BusyError}
    assert proxy.connections - before < AT_ONCE, "most never got to the store"
    proxy.stalls = False
    await host.host.blobs.write(PieceName(os.urandom(16)), blocks(b"x"))


async def test_what_the_store_takes_in_late_is_erased_all_the_same(
    host: TestHost, proxy: FaultyProxy, impatience: Impatience
) -> None:
    """Erased at once it would not be there yet, and come afterwards, unknown to anybody."""
    talk = await host.report()
    await of_reporter(talk).whole()
    upload = of_reporter(talk)
    await upload.begin()
    proxy.late = b"PUT"
    with impatience(5):
        assert_problem(await upload.append(0), ProblemType.BUSY)
    proxy.late = None
    [name] = [PieceName(row[1]) for row in (await host.rows())["pieces"] if row[2] is None]
    for _ in range(200):
        if await is_there(host, name):
            break
        await asyncio.sleep(0.1)
    await upkeep.erase_due(host.host)
    assert await is_there(host, name)  # it may be on its way, for all that anybody knows
    host.time.pass_days(2)
    await upkeep.erase_due(host.host)
    assert not await is_there(host, name)
    assert await pieces(host) == 1


async def is_there(host: TestHost, name: PieceName) -> bool:
    with suppress(BusyError, AttachmentLostError):
        async for _ in host.host.blobs.read(name, 0, 1):
            return True
    return False


async def test_what_could_not_be_erased_is_erased_when_the_store_is_back(
    host: TestHost, proxy: FaultyProxy, impatience: Impatience
) -> None:
    talk = await host.report()
    upload = await of_reporter(talk).whole()
    proxy.closed = True
    with impatience():
        assert (await upload.take_back()).status_code == 204
    assert await pieces(host) == 1
    proxy.closed = False
    again = await of_reporter(talk).whole()
    assert (await again.take_back()).status_code == 204
    assert await pieces(host) == 0


async def test_a_download_that_breaks_off_is_not_mistaken_for_the_whole(
    host: TestHost, proxy: FaultyProxy, impatience: Impatience
) -> None:
    talk = await host.report()
    upload = of_reporter(talk, LARGE)
    await upload.begin()
    await upload.append(0, CHUNK_SIZE)
    await upload.append(CHUNK_SIZE)
    await talk.reporter_says(**listing(upload))
    asked = fetchers(talk, upload)["0"]
    proxy.closed = True
    with impatience():
        assert_problem(await asked.fetch(), ProblemType.BUSY)
    proxy.closed = False
    assert (await asked.fetch()).content == upload.data
