"""A store that answers, and does not have what a message lists: said of that attachment alone."""

import pytest

from meldpunt.wire.problems import ProblemType
from tests.server.test_listing import fetchers, listing, of_three_parts
from tests.server.test_uploads import files, folder_of, of_reporter
from tests.support.answers import assert_problem
from tests.support.hosts import TestHost
from tests.support.uploads import LARGE


async def test_a_lost_attachment_is_told_and_no_other_one_suffers(
    sqlite_host: TestHost, caplog: pytest.LogCaptureFixture
) -> None:
    talk = await sqlite_host.report(0)
    lost = await of_reporter(talk).whole()
    [piece] = files(sqlite_host)
    kept = await of_reporter(talk).whole()
    await talk.reporter_says(**listing(lost, kept))
    piece.unlink()
    answer = await fetchers(talk, lost)["0"].fetch()
    assert_problem(answer, ProblemType.ATTACHMENT_LOST, quotes=[piece.name, lost.id.hex()])
    assert (await fetchers(talk, kept)["0"].fetch()).content == kept.data
    assert "a piece that a message lists is lost" in caplog.text
    assert not [quote for quote in (piece.name, lost.id.hex()) if quote in caplog.text]


async def test_a_range_that_is_not_lost_is_served(sqlite_host: TestHost) -> None:
    _, upload = await of_three_parts(sqlite_host)
    [last] = [path for path in files(sqlite_host) if upload.data.endswith(path.read_bytes())]
    last.write_bytes(last.read_bytes()[:-1])
    assert (await upload.fetch(range="bytes=0-9")).content == upload.data[:10]
    answer = await upload.fetch(range=f"bytes={LARGE - 1}-{LARGE - 1}")
    assert_problem(answer, ProblemType.ATTACHMENT_LOST)


async def test_without_its_folder_a_host_is_busy_and_has_lost_nothing(
    sqlite_host: TestHost,
) -> None:
    _, upload = await of_three_parts(sqlite_host)
    folder = folder_of(sqlite_host)
    folder.rename(folder.with_name("elsewhere"))
    assert_problem(await upload.fetch(), ProblemType.BUSY)
    folder.with_name("elsewhere").rename(folder)
    assert (await upload.fetch()).content == upload.data
