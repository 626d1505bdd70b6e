"""A report takes its files along, whatever happens in between; and limits bound what there is."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.attachment import CHUNK_SIZE
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.request import digest_field
from meldpunt.server.errors import AttachmentLostError, UploadOffsetError
from meldpunt.server.host import Host
from meldpunt.server.store import attachments as stored
from meldpunt.server.store.blobs.blob_store import BLOCK_SIZE, PieceName
from meldpunt.server.store.database.engine import Result, Store, Work
from meldpunt.server.usecases.access.participants import reporter_finder
from meldpunt.server.usecases.attachments.pieces import note_piece
from meldpunt.server.usecases.attachments.reception import receive
from meldpunt.server.usecases.attachments.upload_part import UploadPart
from meldpunt.server.usecases.attachments.uploads import UploadProgress
from meldpunt.wire.problems import ProblemType
from tests.server.test_listing import fetchers, listing
from tests.server.test_uploads import files, folder_of, kept, of_handler, of_reporter
from tests.support import upkeep
from tests.support.answers import assert_problem, not_found
from tests.support.correspondence import Correspondence
from tests.support.databases import SQLITE
from tests.support.hosts import TestHost, new_host
from tests.support.object_store import shared_s3
from tests.support.uploads import BODY_TYPE, LARGE, SMALL, TUS, Upload, ciphertext

NOTHING: Final = (0, 0, 0)
LONG_AFTER: Final = 366 * 12


@contextmanager
def gone(folder: Path) -> Iterator[None]:
    """Take a folder away for a while, as a disk that is not mounted."""
    elsewhere = folder.with_name(folder.name + "-elsewhere")
    folder.rename(elsewhere)
    yield
    elsewhere.rename(folder)


async def one_of_each(talk: Correspondence) -> Upload:
    """Upload a listed, a finished and an unfinished file; returns the listed one."""
    listed = await of_reporter(talk).whole()
    await talk.reporter_says(**listing(listed))
    await of_handler(talk, 0).whole()
    unfinished = of_reporter(talk, LARGE)
    await unfinished.begin()
    await unfinished.append(0, CHUNK_SIZE)
    return listed


async def test_a_report_whose_term_passes_takes_its_files_along(host: TestHost) -> None:
    await one_of_each(await host.report())
    assert await kept(host) == (3, 3, 3)
    host.time.pass_days(LONG_AFTER)
    assert await upkeep.erase_due(host.host) == 1
    assert await kept(host) == NOTHING


async def test_a_withdrawal_at_once_takes_the_files_at_once(host: TestHost) -> None:
    talk = await host.report()
    listed = await one_of_each(talk)
    asked = fetchers(talk, listed)["0"]
    assert (await asked.fetch()).status_code == 200
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    assert await kept(host) == NOTHING
    not_found(await asked.fetch())
    assert_problem(await of_reporter(talk).begin(), ProblemType.NOT_ALLOWED_NOW)


async def test_a_withdrawal_takes_the_files_after_its_cooling_off(host: TestHost) -> None:
    talk = await host.report()
    await one_of_each(talk)
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=False)
    assert await kept(host) == (3, 3, 3)
    host.time.pass_days(60)
    await upkeep.erase_due(host.host)
    assert await kept(host) == NOTHING


async def test_a_crash_between_the_database_and_the_store_leaves_a_note(host: TestHost) -> None:
    talk = await host.report()
    await one_of_each(talk)
    with gone(folder_of(host)):
        await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
        await upkeep.erase_due(host.host)
    assert await kept(host) == (0, 3, 3)
    await upkeep.erase_due(host.host)
    assert await kept(host) == NOTHING


async def test_a_crash_between_writing_and_committing_leaves_nothing_for_long(
    host: TestHost,
) -> None:
    name = await note_piece(host.host)

    async def half() -> AsyncIterator[bytes]:
        yield b"x"

    await host.host.blobs.write(name, half())
    await upkeep.erase_due(host.host)
    assert await kept(host) == (0, 1, 1)  # somebody may be writing it now
    host.time.pass_days(1)
    await upkeep.erase_due(host.host)
    assert await kept(host) == (0, 1, 1)
    host.time.pass_days(1)
    await upkeep.erase_due(host.host)
    assert await kept(host) == NOTHING


class Forgetful(Store):
    """Loses the answer to one of its commits, and does as PostgresStore: runs the work again."""

    def __init__(self, store: Store, *, lost: int) -> None:
        self._store = store
        self._lost = lost
        self._writes = 0

    async def read(self, work: Work[Result]) -> Result:
        return await self._store.read(work)

    async def write(self, work: Work[Result]) -> Result:
        self._writes += 1
        if self._writes == self._lost:
            await self._store.write(work)
        return await self._store.write(work)

    async def tidy(self, *, if_small: bool = False) -> None:
        await self._store.tidy(if_small=if_small)

    async def close(self) -> None:
        await self._store.close()


async def received(talk: Correspondence, upload: Upload, host: Host) -> UploadProgress:
    """Let a host take all of an upload in."""

    async def body() -> AsyncIterator[bytes]:
        yield upload.data

    digest = digest_field(hashlib.sha256(upload.data).digest())
    part = UploadPart(offset=0, announced=None, digest=digest, checksum=None, body=body())
    return await receive(host, reporter_finder(talk.keys.signing.public_key), upload.id, part)


async def test_a_note_whose_commit_was_not_answered_is_no_matter(host: TestHost) -> None:
    talk = await host.report()
    upload = of_reporter(talk)
    await upload.begin()
    forgetful = replace(host.host, store=Forgetful(host.host.store, lost=1))
    assert (await received(talk, upload, forgetful)).arrived == SMALL
    assert await kept(host) == (1, 1, 1)


async def test_a_part_whose_commit_was_not_answered_is_kept(host: TestHost) -> None:
    talk = await host.report()
    upload = of_reporter(talk)
    await upload.begin()
    forgetful = replace(host.host, store=Forgetful(host.host.store, lost=2))
    with pytest.raises(UploadOffsetError):
        await received(talk, upload, forgetful)
    assert (await upload.tell()).headers["upload-offset"] == str(SMALL)
    await talk.reporter_says(**listing(upload))
    assert (await fetchers(talk, upload)["0"].fetch()).content == upload.data


async def test_what_upkeep_takes_meanwhile_is_not_listed(host: TestHost) -> None:
    talk = await host.report()
    upload = await of_reporter(talk).whole()
    report = talk.keys.report_id
    row = await host.host.store.read(lambda tx: stored.find_attachment(tx, report, upload.id))
    assert row is not None
    long_after = host.host.clock.today() + timedelta(days=LONG_AFTER)
    await host.host.store.write(lambda tx: stored.delete_expired(tx, long_after, limit=9))
    message = ids.MessageId(bytes(32))
    listed = await host.host.store.write(lambda tx: stored.list_attachments(tx, [row], message))
    assert listed is False


async def test_upkeep_erases_what_nobody_has_listed_in_time(host: TestHost) -> None:
    talk = await host.report()
    listed = await one_of_each(talk)
    host.time.pass_days(host.host.settings.upload_days - 1)
    await upkeep.erase_due(host.host)
    assert await kept(host) == (3, 3, 3)
    host.time.pass_days(1)
    await upkeep.erase_due(host.host)
    assert await kept(host) == (1, 1, 1)
    assert (await fetchers(talk, listed)["0"].fetch()).content == listed.data


async def sending(
    upload: Upload, go_on: asyncio.Event, begun: asyncio.Event
) -> AsyncIterator[bytes]:
    """Send a block, which is written, then wait."""
    yield upload.data[:BLOCK_SIZE]
    begun.set()
    await go_on.wait()
    yield upload.data[BLOCK_SIZE:]


@pytest.mark.parametrize("how", ["report", "upload", "listed"])
async def test_what_is_erased_while_it_comes_in_leaves_nothing(host: TestHost, how: str) -> None:
    talk = await host.report()
    upload = of_reporter(talk, LARGE)
    await upload.begin()
    signed = await upload.caller.sign("PATCH", upload.path, upload.data)
    fields = {**TUS, **signed, "content-type": BODY_TYPE, "upload-offset": "0"}
    go_on, begun = asyncio.Event(), asyncio.Event()
    body = sending(upload, go_on, begun)
    task = asyncio.create_task(
        host.http.request("PATCH", upload.path, content=body, headers=fields)
    )
    await asyncio.wait_for(begun.wait(), 100)
    if how == "report":
        await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
    elif how == "upload":
        assert (await upload.take_back()).status_code == 204
    else:
        assert (await upload.append(0)).status_code == 204  # the same, faster
        await talk.reporter_says(**listing(upload))
    go_on.set()
    answer = await task
    not_found(answer)
    expected = (1, 1, 1) if how == "listed" else NOTHING
    assert await kept(host) == expected


async def test_a_report_takes_so_many_files_and_no_more() -> None:
    async with new_host(SQLITE, attachments_per_report=20, uploads_per_author=8) as host:
        talk = await host.report()
        for _ in range(2):
            uploads = [await of_reporter(talk).whole() for _ in range(8)]
            assert_problem(await of_reporter(talk).begin(), ProblemType.REPORT_FULL)
            await talk.reporter_says(**listing(*uploads))
        for _ in range(4):
            assert (await of_reporter(talk).begin()).status_code == 201
        assert_problem(await of_reporter(talk).begin(), ProblemType.REPORT_FULL)
        # What the reporter has not sent yet takes nothing from a handler, nor the other way.
        assert (await of_handler(talk, 0).begin()).status_code == 201


async def test_thousands_of_tiny_files_become_few() -> None:
    async with new_host(SQLITE) as host:
        talk = await host.report()
        allowed = host.host.settings.uploads_per_author
        challenge = await talk.reporter.challenge()
        for count in range(2_000):
            upload = of_reporter(talk)
            signed = await talk.reporter.sign("POST", upload.path, challenge=challenge)
            fields = TUS | {"upload-length": str(SMALL)} | signed
            answer = await host.http.post(upload.path, headers=fields)
            assert answer.status_code == (201 if count < allowed else 413)
        rows = await host.rows()
        assert (len(rows["attachments"]), files(host)) == (allowed, [])


async def test_a_report_takes_so_many_bytes_and_no_more() -> None:
    async with new_host(SQLITE, attachment_bytes_per_report=2 * LARGE + SMALL) as host:
        talk = await host.report()
        uploads = [of_reporter(talk, LARGE) for _ in range(2)]
        for upload in uploads:
            assert (await upload.begin()).status_code == 201
        assert_problem(await of_reporter(talk, LARGE).begin(), ProblemType.REPORT_FULL)
        assert (await of_reporter(talk, SMALL).begin()).status_code == 201
        await uploads[0].take_back()
        assert (await of_reporter(talk, LARGE).begin()).status_code == 201


async def test_a_file_is_no_longer_than_the_operator_allows() -> None:
    async with new_host(SQLITE, attachment_bytes=LARGE - 1) as host:
        talk = await host.report()
        assert_problem(await of_reporter(talk, LARGE).begin(), ProblemType.CONTENT_TOO_LARGE)
        assert (await of_reporter(talk, SMALL).begin()).status_code == 201


async def test_what_is_announced_closes_a_line_to_nobody_and_what_has_come_does() -> None:
    async with new_host(SQLITE, attachment_bytes_per_line=LARGE) as host:
        greedy, other = await host.report(), await host.report()
        for _ in range(20):
            assert (await of_reporter(greedy, LARGE).begin()).status_code == 201
        upload = of_reporter(other, LARGE)
        await upload.begin()
        assert (await upload.append(0, 2 * CHUNK_SIZE)).status_code == 204
        assert (await upload.append(2 * CHUNK_SIZE)).status_code == 204
        late = of_reporter(greedy)
        await late.begin()
        answer = await late.append(0)
        assert_problem(answer, ProblemType.STORAGE_FULL)
        assert int(answer.headers["retry-after"]) > 0
        await greedy.reporter_says()  # messages go through
        await upload.take_back()
        host.time.seconds += timedelta(minutes=1).total_seconds()
        assert (await late.append(0)).status_code == 204


async def test_a_full_disk_keeps_what_there_is_and_goes_on_later() -> None:
    async with new_host(SQLITE) as host:
        talk = await host.report()
        upload = of_reporter(talk, LARGE)
        await upload.begin()
        await upload.append(0, CHUNK_SIZE)
        reserve = host.host.blobs._reserve  # type: ignore[attr-defined]  # a folder store
        object.__setattr__(host.host.blobs, "_reserve", 1 << 60)
        assert_problem(await upload.append(CHUNK_SIZE), ProblemType.STORAGE_FULL)
        assert await kept(host) == (1, 1, 1)
        assert (await upload.tell()).headers["upload-offset"] == str(CHUNK_SIZE)
        await talk.reporter_says()
        object.__setattr__(host.host.blobs, "_reserve", reserve)
        assert (await upload.append(CHUNK_SIZE)).status_code == 204


async def test_a_folder_that_is_gone_is_503_and_no_half_answer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with new_host(SQLITE) as host:
        talk = await host.report()
        listed = await of_reporter(talk).whole()
        await talk.reporter_says(**listing(listed))
        upload = of_reporter(talk)
        await upload.begin()
        folder = folder_of(host)
        with gone(folder):
            for answer in (await upload.append(0), await fetchers(talk, listed)["0"].fetch()):
                assert_problem(answer, ProblemType.BUSY, quotes=[str(folder)])
        assert str(folder) not in caplog.text
        assert (await upload.append(0)).status_code == 204
        assert (await fetchers(talk, listed)["0"].fetch()).content == listed.data


async def test_an_object_store_does_all_of_it(database: str) -> None:
    async with new_host(database, **shared_s3().settings()) as host:
        talk = await host.report()
        upload = of_reporter(talk, LARGE)
        upload.data = ciphertext(LARGE)
        await upload.begin()
        for start, end in ((0, CHUNK_SIZE), (CHUNK_SIZE, LARGE)):
            assert (await upload.append(start, end)).status_code == 204
        await talk.reporter_says(**listing(upload))
        asked = fetchers(talk, upload)["0"]
        assert (await asked.fetch()).content == upload.data
        part = await asked.fetch(range=f"bytes={CHUNK_SIZE - 5}-{CHUNK_SIZE + 5}")
        assert part.content == upload.data[CHUNK_SIZE - 5 : CHUNK_SIZE + 6]
        [*names] = [PieceName(row[1]) for row in (await host.rows())["pieces"]]
        await talk.reporter_says(Tag.WITHDRAWAL, immediate=True)
        assert (await host.rows())["pieces"] == []
        for name in names:
            with pytest.raises(AttachmentLostError):
                await anext(host.host.blobs.read(name, 0, 1))
