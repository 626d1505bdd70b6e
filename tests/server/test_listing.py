"""A message lists attachments: then its readers fetch them, and nobody else meets them."""

import itertools
from typing import Any

import httpx
import pytest

from meldpunt.protocol.verify.attachment import CHUNK_SIZE
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.problems import ProblemType
from tests.server.test_uploads import files, folder_of, kept, of_handler, of_reporter
from tests.support.answers import assert_problem, not_found, same
from tests.support.correspondence import Correspondence
from tests.support.hosts import TestHost
from tests.support.uploads import LARGE, Upload


def listing(*uploads: Upload) -> dict[str, Any]:
    """Return what a header says of its attachments."""
    return {"attachments": tuple(sorted(upload.id for upload in uploads))}


def fetchers(talk: Correspondence, upload: Upload) -> dict[str, Upload]:
    """Return the same attachment for everybody who could ask for it."""
    own = Upload(talk.reporter, "/v1/report", upload.data, upload.id)
    people = (
        Upload(talk.handler(i), talk.entry(i), upload.data, upload.id)
        for i in range(len(talk.office.people))
    )
    return {REPORTER: own} | {str(i): asked for i, asked in enumerate(people)}


async def may_fetch(talk: Correspondence, upload: Upload) -> set[str]:
    """Return who gets it; everybody else gets the one answer to what is not there."""
    found = set()
    for who, asked in fetchers(talk, upload).items():
        answer = await asked.fetch()
        if answer.status_code == 200:
            assert answer.content == upload.data
            found.add(who)
        else:
            not_found(answer)
    return found


async def test_handlers_who_may_read_the_message_fetch_what_the_reporter_sent(
    host: TestHost,
) -> None:
    talk = await host.report(0, 1)
    uploads = [await of_reporter(talk).whole() for _ in range(2)]
    for upload in uploads:
        assert await may_fetch(talk, upload) == set()
    await talk.reporter_says(**listing(*uploads))
    for upload in uploads:
        assert await may_fetch(talk, upload) == {"0", "1"}


async def test_the_reporter_fetches_what_handlers_sent_to_the_reporter(host: TestHost) -> None:
    talk = await host.report(0, 1)
    shown, note = await of_handler(talk, 0).whole(), await of_handler(talk, 0).whole()
    await talk.handler_says(0, **listing(shown))
    await talk.handler_says(0, readers=talk.readers, **listing(note))
    assert await may_fetch(talk, shown) == {REPORTER, "0", "1"}
    assert await may_fetch(talk, note) == {"0", "1"}


async def test_a_seized_receipt_opens_no_file_of_its_own(host: TestHost) -> None:
    talk = await host.report()
    upload = await of_reporter(talk).whole()
    await talk.reporter_says(**listing(upload))
    not_found(await upload.fetch())
    assert (await upload.tell()).status_code == 404
    not_found(await upload.take_back())
    not_found(await upload.append(0))
    assert_problem(await upload.begin(), ProblemType.CONFLICT)


async def test_one_admitted_later_fetches_what_was_sent_before(host: TestHost) -> None:
    talk = await host.report(0)
    upload = await of_reporter(talk).whole()
    await talk.reporter_says(**listing(upload))
    assert await may_fetch(talk, upload) == {"0"}
    newcomer = talk.office.people[1].id
    readers: list[Participant] = [*talk.readers, newcomer, REPORTER]
    readers.sort(key=participant_text)
    await talk.handler_says(0, Tag.ADMIT, admits=newcomer, readers=tuple(readers))
    assert await may_fetch(talk, upload) == {"0", "1"}


async def test_one_dropped_fetches_what_came_before_and_no_more(host: TestHost) -> None:
    talk = await host.report(0, 1)
    before, after = await of_reporter(talk).whole(), await of_reporter(talk).whole()
    await talk.reporter_says(**listing(before))
    talk.readers = talk.office.readers(0)
    await talk.reporter_says(**listing(after))
    assert await may_fetch(talk, before) == {"0", "1"}
    assert await may_fetch(talk, after) == {"0"}


async def _refusals(talk: Correspondence, upload: Upload) -> list[httpx.Response]:
    """Return what a message gets that lists it: of the reporter, and of a handler."""
    return [
        await talk.reporter_puts(talk.by_reporter(**listing(upload))),
        await talk.handler_puts(1, talk.by_handler(1, **listing(upload))),
    ]


async def test_a_message_lists_only_what_its_own_author_has_uploaded_here(host: TestHost) -> None:
    talk, other = await host.report(0, 1), await host.report(0, 1)
    nothing = of_reporter(talk)
    unfinished = of_reporter(talk, LARGE)
    await unfinished.begin()
    await unfinished.append(0, CHUNK_SIZE)
    elsewhere = await of_reporter(other).whole()
    colleagues = await of_handler(talk, 0).whole()
    answers = list(
        itertools.chain.from_iterable(
            [await _refusals(talk, u) for u in (nothing, unfinished, elsewhere, colleagues)]
        )
    )
    for answer in answers:
        assert_problem(answer, ProblemType.ATTACHMENT_UNAVAILABLE)
    same(*answers)
    fine = await of_reporter(talk).whole()
    both = await talk.reporter_puts(talk.by_reporter(**listing(fine, nothing)))
    assert_problem(both, ProblemType.ATTACHMENT_UNAVAILABLE)
    assert (await fine.tell()).status_code == 200  # a refused message lists nothing
    await talk.reporter_says(**listing(fine))
    again = await talk.reporter_puts(talk.by_reporter(**listing(fine)))
    assert_problem(again, ProblemType.ATTACHMENT_UNAVAILABLE)


async def test_an_expired_upload_is_not_listed(host: TestHost) -> None:
    talk = await host.report()
    upload = await of_reporter(talk).whole()
    host.time.pass_days(host.host.settings.upload_days)
    answer = await talk.reporter_puts(talk.by_reporter(**listing(upload)))
    assert_problem(answer, ProblemType.ATTACHMENT_UNAVAILABLE)


async def test_a_listed_attachment_stays_as_long_as_the_report(host: TestHost) -> None:
    talk = await host.report()
    upload = await of_reporter(talk).whole()
    await talk.reporter_says(**listing(upload))
    host.time.pass_days(host.host.settings.upload_days + 1)
    assert (await fetchers(talk, upload)["0"].fetch()).content == upload.data


RANGES = [
    ("bytes=0-0", 0, 1),
    ("bytes=0-", 0, LARGE),
    ("bytes=10-29", 10, 30),
    (f"bytes={CHUNK_SIZE - 1}-{CHUNK_SIZE}", CHUNK_SIZE - 1, CHUNK_SIZE + 1),
    (f"bytes={CHUNK_SIZE}-{2 * CHUNK_SIZE + 9}", CHUNK_SIZE, 2 * CHUNK_SIZE + 10),
    (f"bytes={LARGE - 1}-{LARGE + 999}", LARGE - 1, LARGE),
    ("bytes=-1", LARGE - 1, LARGE),
    (f"bytes=-{LARGE + 1}", 0, LARGE),
]


async def of_three_parts(host: TestHost) -> tuple[Correspondence, Upload]:
    """Return an attachment that a handler may fetch, as that handler asks for it."""
    talk = await host.report(0)
    upload = of_reporter(talk, LARGE)
    await upload.begin()
    for start, end in ((0, CHUNK_SIZE), (CHUNK_SIZE, 2 * CHUNK_SIZE), (2 * CHUNK_SIZE, LARGE)):
        await upload.append(start, end)
    await talk.reporter_says(**listing(upload))
    return talk, fetchers(talk, upload)["0"]


async def test_a_range_is_those_bytes(host: TestHost) -> None:
    _, upload = await of_three_parts(host)
    whole = await upload.fetch()
    assert (whole.status_code, whole.content) == (200, upload.data)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-type"] == "application/octet-stream"
    for field, begin, end in RANGES:
        answer = await upload.fetch(range=field)
        assert (answer.status_code, answer.content) == (206, upload.data[begin:end]), field
        assert answer.headers["content-range"] == f"bytes {begin}-{end - 1}/{LARGE}"
        assert answer.headers["content-length"] == str(end - begin)
        assert answer.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("field", [f"bytes={LARGE}-", f"bytes={LARGE}-{LARGE + 1}", "bytes=-0"])
async def test_a_range_without_bytes_is_refused(sqlite_host: TestHost, field: str) -> None:
    _, upload = await of_three_parts(sqlite_host)
    answer = await upload.fetch(range=field)
    assert_problem(answer, ProblemType.RANGE_NOT_SATISFIABLE, quotes=[field])
    assert answer.headers["content-range"] == f"bytes */{LARGE}"


@pytest.mark.parametrize(
    "field", ["bytes=5-2", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=", "bytes=-", "x"]
)
async def test_what_is_no_single_range_gets_the_whole(sqlite_host: TestHost, field: str) -> None:
    _, upload = await of_three_parts(sqlite_host)
    answer = await upload.fetch(range=field)
    assert (answer.status_code, len(answer.content)) == (200, LARGE)


async def test_a_range_of_something_else_gets_the_whole(sqlite_host: TestHost) -> None:
    _, upload = await of_three_parts(sqlite_host)
    tag = (await upload.fetch()).headers["etag"]
    same_thing = await upload.fetch(range="bytes=0-1", if_range=tag)
    assert same_thing.status_code == 206
    other = await upload.fetch(range="bytes=0-1", if_range='"other"')
    assert (other.status_code, len(other.content)) == (200, LARGE)


async def test_what_an_upload_leaves_tells_no_time_of_day(host: TestHost) -> None:
    talk, upload = await of_three_parts(host)
    await upload.fetch()
    folder = folder_of(host).stat()  # before it is read here
    for state in (folder, *(path.stat() for path in files(host))):
        assert state.st_mtime == state.st_atime == 946_684_800
        assert state.st_mode & 0o077 == 0
    names = {path.name for path in files(host)}
    known = {talk.keys.report_id.hex(), upload.id.hex(), talk.office.line.hex()}
    assert not any(part in name for name in names for part in known)
    assert await kept(host) == (1, 3, 3)
