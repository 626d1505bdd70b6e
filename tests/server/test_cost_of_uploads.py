"""What a part that is refused costs the host: as a rule no commit, and no file."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx
import pytest

from meldpunt.protocol.verify.attachment import CHUNK_SIZE, stream_size
from meldpunt.protocol.verify.errors import Reason
from meldpunt.server.host import PART_PACE
from meldpunt.server.store.blobs.blob_store import BLOCK_SIZE
from meldpunt.server.store.database.engine import Result, Work
from meldpunt.wire.problems import ProblemType
from tests.server.test_erasing_attachments import gone
from tests.server.test_uploads import folder_of, kept, of_reporter, unread
from tests.support.answers import assert_problem, malformed
from tests.support.clock import Seconds
from tests.support.databases import SQLITE
from tests.support.hosts import TestHost, new_host
from tests.support.uploads import BODY_TYPE, SMALL, TUS, Upload, checksum

LONG: Final = stream_size(4 * BLOCK_SIZE)
"""Several blocks of the store."""


@pytest.fixture
def commits(sqlite_host: TestHost, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give a list that grows with every commit."""
    write, done = sqlite_host.host.store.write, list[int]()

    async def counted(work: Work[Result]) -> Result:
        done.append(len(done))
        return await write(work)

    monkeypatch.setattr(sqlite_host.host.store, "write", counted)
    return done


async def begun(host: TestHost, size: int) -> Upload:
    upload = of_reporter(await host.report(), size)
    assert (await upload.begin()).status_code == 201
    return upload


async def patch(
    upload: Upload, body: AsyncIterator[bytes] | bytes, signed_for: bytes | None = None, **more: str
) -> httpx.Response:
    """Send a body by itself, whatever was signed."""
    signed = await upload.caller.sign("PATCH", upload.path, signed_for or upload.data)
    fields = {**TUS, **signed, "content-type": BODY_TYPE, "upload-offset": "0"}
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    return await upload.caller.http.request("PATCH", upload.path, content=body, headers=fields)


@pytest.mark.parametrize(
    ("announced", "problem", "reason"),
    [
        (LONG + 1, ProblemType.CONTENT_TOO_LARGE, None),
        (CHUNK_SIZE - 1, ProblemType.MALFORMED_REQUEST, Reason.FIELDS),
        (0, ProblemType.MALFORMED_REQUEST, Reason.FIELDS),
    ],
)
async def test_a_length_that_cannot_be_is_refused_before_the_body_is_read(
    sqlite_host: TestHost,
    commits: list[int],
    announced: int,
    problem: ProblemType,
    reason: Reason | None,
) -> None:
    upload = await begun(sqlite_host, LONG)
    commits.clear()
    assert_problem(await patch(upload, unread(), content_length=str(announced)), problem, reason)
    assert commits == []


async def test_a_wrong_offset_costs_no_commit(sqlite_host: TestHost, commits: list[int]) -> None:
    upload = await begun(sqlite_host, LONG)
    commits.clear()
    answer = await patch(upload, unread(), upload_offset=str(CHUNK_SIZE))
    assert_problem(answer, ProblemType.UPLOAD_OFFSET)
    assert commits == []


async def test_a_full_disk_and_one_that_is_gone_cost_no_commit(
    sqlite_host: TestHost, commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = await begun(sqlite_host, LONG)
    commits.clear()
    monkeypatch.setattr(sqlite_host.host.blobs, "_reserve", 1 << 60)
    assert_problem(await patch(upload, unread()), ProblemType.STORAGE_FULL)
    with gone(folder_of(sqlite_host)):
        assert_problem(await patch(upload, unread()), ProblemType.BUSY)
    assert commits == []
    monkeypatch.undo()
    assert (await upload.append(0)).status_code == 204


@pytest.mark.parametrize("size", [SMALL, LONG])
async def test_another_body_than_the_signed_one_costs_no_more_than_its_note(
    sqlite_host: TestHost, commits: list[int], size: int
) -> None:
    upload = await begun(sqlite_host, size)
    commits.clear()
    answer = await patch(upload, upload.data, signed_for=b"x" * size)
    assert_problem(answer, ProblemType.SIGNATURE_REQUIRED, Reason.REQUEST_DIGEST)
    assert len(commits) == (0 if size < BLOCK_SIZE else 2)  # noted, and forgotten
    assert await kept(sqlite_host) == (1, 0, 0)
    assert (await upload.append(0)).status_code == 204


async def test_a_wrong_checksum_of_a_short_part_costs_no_commit(
    sqlite_host: TestHost, commits: list[int]
) -> None:
    upload = await begun(sqlite_host, SMALL)
    commits.clear()
    answer = await patch(upload, upload.data, upload_checksum=checksum("sha1", b"other"))
    assert_problem(answer, ProblemType.CHECKSUM_MISMATCH)
    assert commits == []


async def test_a_part_of_no_announced_length_is_refused_at_its_end(
    sqlite_host: TestHost, commits: list[int]
) -> None:
    upload = await begun(sqlite_host, LONG)
    commits.clear()

    async def tiny() -> AsyncIterator[bytes]:
        yield upload.data[: CHUNK_SIZE - 1]

    answer = await patch(upload, tiny(), signed_for=upload.data[: CHUNK_SIZE - 1])
    malformed(answer, Reason.FIELDS)
    assert commits == []


async def test_a_part_that_has_not_come_yet_has_no_note_and_no_file(
    sqlite_host: TestHost, commits: list[int]
) -> None:
    upload = await begun(sqlite_host, LONG)
    commits.clear()
    waits, go_on = asyncio.Event(), asyncio.Event()

    async def late() -> AsyncIterator[bytes]:
        yield upload.data[: BLOCK_SIZE - 1]
        waits.set()
        await go_on.wait()
        yield upload.data[BLOCK_SIZE - 1 :]

    task = asyncio.create_task(patch(upload, late()))
    await asyncio.wait_for(waits.wait(), 100)
    assert (commits, await kept(sqlite_host)) == ([], (1, 0, 0))
    go_on.set()
    assert (await task).status_code == 204
    assert len(commits) == 2


async def test_all_together_send_so_many_parts_at_once() -> None:
    async with new_host(SQLITE, parts_at_once=2) as host:
        uploads = [await begun(host, LONG) for _ in range(3)]
        go_on = asyncio.Event()

        async def waiting(upload: Upload, begun: asyncio.Event) -> AsyncIterator[bytes]:
            yield upload.data[:BLOCK_SIZE]
            begun.set()
            await go_on.wait()
            yield upload.data[BLOCK_SIZE:]

        tasks = []
        for upload in uploads[:2]:
            comes = asyncio.Event()
            tasks.append(asyncio.create_task(patch(upload, waiting(upload, comes))))
            await asyncio.wait_for(comes.wait(), 100)
        answer = await patch(uploads[2], unread())
        assert_problem(answer, ProblemType.BUSY)
        assert int(answer.headers["retry-after"]) > 0
        go_on.set()
        assert [(await task).status_code for task in tasks] == [204, 204]
        assert (await uploads[2].append(0)).status_code == 204


async def test_a_client_that_falls_silent_loses_its_place(
    sqlite_host: TestHost, commits: list[int], seconds: Seconds
) -> None:
    upload = await begun(sqlite_host, LONG)
    commits.clear()

    async def sends_nothing(silence: float) -> AsyncIterator[bytes]:
        yield upload.data[:CHUNK_SIZE]
        await seconds.pass_by(silence)
        yield upload.data[CHUNK_SIZE:]

    answer = await patch(upload, sends_nothing(PART_PACE.silence_seconds + 1))
    assert_problem(answer, ProblemType.BUSY)
    assert commits == []
    answer = await patch(upload, sends_nothing(PART_PACE.silence_seconds - 1))
    assert answer.status_code == 204


async def test_a_client_that_sends_a_byte_now_and_then_loses_its_place(
    sqlite_host: TestHost, seconds: Seconds
) -> None:
    upload = await begun(sqlite_host, LONG)

    async def trickling() -> AsyncIterator[bytes]:
        yield upload.data[:BLOCK_SIZE]
        for place in range(BLOCK_SIZE, LONG):
            await seconds.pass_by(PART_PACE.silence_seconds / 2)
            yield upload.data[place : place + 1]

    assert_problem(await patch(upload, trickling()), ProblemType.BUSY)
    assert seconds.now() < PART_PACE.longest_seconds
    assert (await upload.append(0)).status_code == 204


async def test_a_slow_client_that_keeps_the_pace_arrives(
    sqlite_host: TestHost, seconds: Seconds
) -> None:
    upload = await begun(sqlite_host, LONG)

    async def steady(pause: float) -> AsyncIterator[bytes]:
        for start in range(0, LONG, CHUNK_SIZE):
            await seconds.pass_by(pause)
            yield upload.data[start : start + CHUNK_SIZE]

    answer = await patch(upload, steady(CHUNK_SIZE / PART_PACE.least - 5))
    assert answer.status_code == 204
    assert seconds.now() > 2 * PART_PACE.silence_seconds
