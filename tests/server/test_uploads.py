"""Uploads by tus 1.0.0: what arrives is kept whole, and what does not leaves nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from meldpunt.protocol.verify.attachment import CHUNK_SIZE, stream_size
from meldpunt.protocol.verify.errors import Reason
from meldpunt.wire.problems import ProblemType
from tests.support.answers import (
    assert_guarded,
    assert_problem,
    malformed,
    not_found,
    refused,
    stored,
)
from tests.support.clock import FIRST_DAY
from tests.support.correspondence import Correspondence
from tests.support.hosts import FRONTEND, TestHost, new_host
from tests.support.pieces import pieces_in
from tests.support.uploads import BODY_TYPE, LARGE, SMALL, TUS, Upload, checksum, ciphertext

MIDNIGHT: Final = "00:00:00 GMT"


def of_reporter(talk: Correspondence, size: int = SMALL) -> Upload:
    return Upload(talk.reporter, "/v1/report", ciphertext(size))


def of_handler(talk: Correspondence, person: int, size: int = SMALL) -> Upload:
    return Upload(talk.handler(person), talk.entry(person), ciphertext(size))


def folder_of(host: TestHost) -> Path:
    return Path(str(host.host.settings.attachments))


def files(host: TestHost) -> list[Path]:
    """Return what lies in the store."""
    return pieces_in(folder_of(host))


async def kept(host: TestHost) -> tuple[int, int, int]:
    """Return how many attachments, pieces and files there are."""
    rows = await host.rows()
    return len(rows["attachments"]), len(rows["pieces"]), len(files(host))


@pytest.mark.parametrize("who", ["reporter", "handler"])
async def test_a_file_arrives_in_parts_and_is_kept_as_it_was(host: TestHost, who: str) -> None:
    talk = await host.report()
    upload = of_reporter(talk, LARGE) if who == "reporter" else of_handler(talk, 0, LARGE)
    begun = await upload.begin()
    assert begun.status_code == 201
    assert begun.headers["location"] == upload.path
    assert begun.headers["upload-offset"] == "0"
    assert_guarded(begun)
    cuts = [0, CHUNK_SIZE, 2 * CHUNK_SIZE + 77, LARGE]
    for start, end in pairwise(cuts):
        answer = await upload.append(start, end)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["upload-offset"] == str(end)
        told = await upload.tell()
        assert told.headers["upload-offset"] == str(end)
        assert told.headers["upload-length"] == str(LARGE)
    assert await kept(host) == (1, 3, 3)
    rows = sorted((await host.rows())["pieces"], key=lambda row: row[3])
    assert b"".join((folder_of(host) / row[1].hex()).read_bytes() for row in rows) == upload.data


async def test_beginning_again_tells_how_far_it_is(host: TestHost) -> None:
    upload = of_reporter(await host.report(), LARGE)
    await upload.begin()
    again = await upload.begin()
    assert (again.status_code, again.headers["upload-offset"]) == (200, "0")
    await upload.append(0, CHUNK_SIZE)
    again = await upload.begin()
    assert (again.status_code, again.headers["upload-offset"]) == (200, str(CHUNK_SIZE))
    assert again.headers["location"] == upload.path
    other = Upload(upload.caller, upload.place, ciphertext(SMALL), upload.id)
    assert_problem(await other.begin(), ProblemType.CONFLICT)
    assert (await upload.tell()).headers["upload-length"] == str(LARGE)


async def test_a_day_says_when_an_upload_expires_and_no_time(host: TestHost) -> None:
    upload = of_reporter(await host.report(), LARGE)
    answers = [await upload.begin(), await upload.append(0, CHUNK_SIZE), await upload.tell()]
    for answer in answers:
        field = answer.headers["upload-expires"]
        assert field.endswith(MIDNIGHT)
        days = timedelta(days=host.host.settings.upload_days)
        assert parsedate_to_datetime(field).date() == FIRST_DAY + days


async def test_a_part_at_another_offset_changes_nothing(host: TestHost) -> None:
    upload = of_reporter(await host.report(), LARGE)
    await upload.begin()
    assert_problem(await upload.append(CHUNK_SIZE), ProblemType.UPLOAD_OFFSET)
    await upload.append(0, CHUNK_SIZE)
    for offset in (0, 1, CHUNK_SIZE - 1, CHUNK_SIZE + 1, LARGE):
        answer = await upload.append(offset, offset + CHUNK_SIZE) if offset < LARGE else None
        if answer is not None:
            assert_problem(answer, ProblemType.UPLOAD_OFFSET)
            assert answer.headers["tus-resumable"] == "1.0.0"
    assert (await upload.tell()).headers["upload-offset"] == str(CHUNK_SIZE)
    assert await kept(host) == (1, 1, 1)


async def test_a_body_that_was_not_signed_leaves_nothing(host: TestHost) -> None:
    upload = of_reporter(await host.report())
    await upload.begin()
    signed = await upload.caller.sign("PATCH", upload.path, upload.data)
    fields = {**TUS, **signed, "content-type": BODY_TYPE, "upload-offset": "0"}
    altered = bytes([upload.data[0] ^ 1]) + upload.data[1:]
    answer = await host.http.request("PATCH", upload.path, content=altered, headers=fields)
    assert_problem(answer, ProblemType.SIGNATURE_REQUIRED, Reason.REQUEST_DIGEST)
    assert await kept(host) == (1, 0, 0)
    assert (await upload.append(0)).status_code == 204


@pytest.mark.parametrize(
    "digest", ["sha-256=:é:", "sha-256=::", "md5=:1B2M2Y8AsgTpgAmY7PhCfg==:", ""]
)
async def test_a_digest_of_no_body_is_refused_before_one_is_read(
    sqlite_host: TestHost, digest: str
) -> None:
    upload = of_reporter(await sqlite_host.report())
    await upload.begin()
    signed = await upload.caller.sign("PATCH", upload.path, upload.data)
    fields = {**TUS, **signed, "content-type": BODY_TYPE, "upload-offset": "0"}
    fields["content-digest"] = digest
    answer = await sqlite_host.http.request(
        "PATCH", upload.path, content=unread(), headers=raw(fields)
    )
    assert_problem(answer, ProblemType.SIGNATURE_REQUIRED, Reason.REQUEST_DIGEST)


def raw(fields: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Return fields with whatever bytes a socket can bring."""
    return [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]


async def unread() -> AsyncIterator[bytes]:
    """Give a body that nobody may read."""
    yield b""
    raise AssertionError("the body was read")


async def test_no_body_is_read_without_a_signature_over_its_digest(host: TestHost) -> None:
    upload = of_reporter(await host.report())
    await upload.begin()
    fields = {**TUS, "content-type": BODY_TYPE, "upload-offset": "0"}

    for signed in ({}, await upload.caller.sign("PATCH", upload.path)):
        answer = await host.http.request(
            "PATCH",
            upload.path,
            content=unread(),
            headers=fields | signed,
        )
        assert answer.status_code == 401
    assert await kept(host) == (1, 0, 0)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_checksum_is_compared(host: TestHost, algorithm: str) -> None:
    upload = of_reporter(await host.report())
    await upload.begin()
    wrong = await upload.append(0, upload_checksum=checksum(algorithm, b"something else"))
    assert_problem(wrong, ProblemType.CHECKSUM_MISMATCH)
    assert wrong.status_code == 460
    assert await kept(host) == (1, 0, 0)
    right = await upload.append(0, upload_checksum=checksum(algorithm, upload.data))
    assert right.status_code == 204


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("md5 1B2M2Y8AsgTpgAmY7PhCfg==", ProblemType.MALFORMED_REQUEST),
        ("sha1 ?", ProblemType.MALFORMED_REQUEST),
        ("sha1 é", ProblemType.MALFORMED_REQUEST),
        ("", ProblemType.MALFORMED_REQUEST),
        ("sha1", ProblemType.CHECKSUM_MISMATCH),
        ("sha256", ProblemType.CHECKSUM_MISMATCH),
        ("sha1 AAAA", ProblemType.CHECKSUM_MISMATCH),
    ],
)
async def test_a_checksum_of_no_body_is_refused_before_the_body_is_read(
    sqlite_host: TestHost, field: str, problem: ProblemType
) -> None:
    upload = of_reporter(await sqlite_host.report())
    await upload.begin()
    signed = await upload.caller.sign("PATCH", upload.path, upload.data)
    fields = {**TUS, **signed, "content-type": BODY_TYPE, "upload-offset": "0"}
    fields["upload-checksum"] = field
    answer = await sqlite_host.http.request(
        "PATCH", upload.path, content=unread(), headers=raw(fields)
    )
    reason = Reason.FIELDS if problem is ProblemType.MALFORMED_REQUEST else None
    assert_problem(answer, problem, reason)


async def test_two_parts_at_once_make_one(host: TestHost) -> None:
    upload = of_reporter(await host.report(), LARGE)
    await upload.begin()
    answers = await asyncio.gather(*(upload.append(0, CHUNK_SIZE + i) for i in range(3)))
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409]
    [won] = [answer for answer in answers if answer.status_code == 204]
    assert (await upload.tell()).headers["upload-offset"] == won.headers["upload-offset"]
    assert await kept(host) == (1, 1, 1)


async def test_too_many_parts_at_once_are_told_to_wait(host: TestHost) -> None:
    upload = of_reporter(await host.report(), LARGE)
    await upload.begin()
    answers = await asyncio.gather(*(upload.append(0, CHUNK_SIZE) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {204, 409, 503}
    assert await kept(host) == (1, 1, 1)


@pytest.mark.parametrize("size", [0, 1, 40, SMALL - 1, SMALL + 1, stream_size(300_000) - 1])
async def test_a_length_that_no_file_has_is_refused(sqlite_host: TestHost, size: int) -> None:
    upload = of_reporter(await sqlite_host.report(), size)
    refused(await upload.begin(), Reason.ATTACHMENT_SIZE)
    assert await kept(sqlite_host) == (0, 0, 0)


@pytest.mark.parametrize("length", ["", "-1", "1e3", "01", "1.0", "0x20", "9" * 16])
async def test_a_length_that_is_no_number_is_refused(sqlite_host: TestHost, length: str) -> None:
    upload = of_reporter(await sqlite_host.report())
    answer = await upload.send("POST", TUS | {"upload-length": length})
    malformed(answer, Reason.FIELDS)


@pytest.mark.parametrize(
    "field",
    [
        {"upload-metadata": "filename ZXZpZGVuY2UucGRm"},
        {"upload-metadata": ""},
        {"upload-defer-length": "1"},
        {"upload-concat": "partial"},
    ],
)
async def test_names_and_lengths_to_come_are_refused(
    sqlite_host: TestHost, field: dict[str, str]
) -> None:
    upload = of_reporter(await sqlite_host.report())
    [value] = field.values()
    answer = await upload.send("POST", TUS | {"upload-length": str(SMALL)} | field)
    malformed(answer, Reason.FIELDS, quotes=[value] if len(value) > 9 else [])
    assert await kept(sqlite_host) == (0, 0, 0)


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1", "1", ""])
async def test_another_version_is_told_ours(sqlite_host: TestHost, version: str | None) -> None:
    upload = of_reporter(await sqlite_host.report())
    fields = {} if version is None else {"tus-resumable": version}
    for method in ("POST", "PATCH", "DELETE"):
        answer = await upload.send(method, fields | {"upload-length": str(SMALL)})
        assert_problem(answer, ProblemType.TUS_VERSION)
        assert answer.headers["tus-version"] == "1.0.0"
    assert (await upload.send("HEAD", fields)).status_code == 412


async def test_a_part_is_of_its_own_media_type(sqlite_host: TestHost) -> None:
    upload = of_reporter(await sqlite_host.report())
    await upload.begin()
    answer = await upload.append(0, content_type="application/json")
    assert_problem(answer, ProblemType.UNSUPPORTED_MEDIA_TYPE)


async def test_a_part_too_long_leaves_nothing(sqlite_host: TestHost) -> None:
    upload = of_reporter(await sqlite_host.report(), LARGE)
    await upload.begin()
    longer = Upload(upload.caller, upload.place, upload.data + b"x", upload.id)
    assert_problem(await longer.append(0), ProblemType.CONTENT_TOO_LARGE)
    assert await kept(sqlite_host) == (1, 0, 0)
    assert (await upload.append(0)).status_code == 204


async def test_a_part_is_no_longer_than_the_operator_allows() -> None:
    async with new_host("sqlite", patch_bytes=CHUNK_SIZE) as host:
        upload = of_reporter(await host.report(), LARGE)
        await upload.begin()
        too_long = await upload.append(0, CHUNK_SIZE + 1)
        assert_problem(too_long, ProblemType.CONTENT_TOO_LARGE)
        assert (await upload.append(0, CHUNK_SIZE)).status_code == 204


@pytest.mark.parametrize("size", [1, 1000, CHUNK_SIZE - 1])
async def test_a_part_is_not_tiny_unless_it_is_the_last(sqlite_host: TestHost, size: int) -> None:
    upload = of_reporter(await sqlite_host.report(), LARGE)
    await upload.begin()
    malformed(await upload.append(0, size), Reason.FIELDS)
    assert await kept(sqlite_host) == (1, 0, 0)
    await upload.append(0, LARGE - size)
    assert (await upload.append(LARGE - size)).status_code == 204


async def test_a_finished_upload_takes_nothing_more(sqlite_host: TestHost) -> None:
    upload = await of_reporter(await sqlite_host.report()).whole()
    more = Upload(upload.caller, upload.place, upload.data + b"x", upload.id)
    assert_problem(await more.append(SMALL), ProblemType.CONTENT_TOO_LARGE)
    assert (await upload.tell()).headers["upload-offset"] == str(SMALL)


async def test_what_is_taken_back_is_gone(host: TestHost) -> None:
    upload = of_reporter(await host.report(), LARGE)
    await upload.begin()
    await upload.append(0, CHUNK_SIZE)
    answer = await upload.take_back()
    assert (answer.status_code, answer.headers["tus-resumable"]) == (204, "1.0.0")
    assert await kept(host) == (0, 0, 0)
    assert (await upload.take_back()).status_code == 204  # the first answer may have got lost
    not_found(await upload.append(CHUNK_SIZE))
    assert (await upload.tell()).status_code == 404
    assert (await upload.begin()).status_code == 201


async def test_only_its_author_takes_an_upload_back(host: TestHost) -> None:
    talk = await host.report()
    upload = of_reporter(talk, LARGE)
    await upload.begin()
    await upload.append(0, CHUNK_SIZE)
    theirs = Upload(talk.handler(0), talk.entry(0), upload.data, upload.id)
    assert (await theirs.take_back()).status_code == 204  # as if there were none
    assert (await upload.tell()).headers["upload-offset"] == str(CHUNK_SIZE)
    stranger = Upload((await host.report()).reporter, upload.place, upload.data, upload.id)
    assert (await stranger.take_back()).status_code == 204
    assert (await upload.tell()).headers["upload-offset"] == str(CHUNK_SIZE)


async def test_what_a_message_lists_is_not_taken_back(host: TestHost) -> None:
    talk = await host.report()
    upload = await of_reporter(talk).whole()
    stored(await talk.reporter_puts(talk.by_reporter(attachments=(upload.id,))))
    not_found(await upload.take_back())
    assert await kept(host) == (1, 1, 1)


async def test_what_expires_is_gone(host: TestHost) -> None:
    upload = of_reporter(await host.report(), LARGE)
    await upload.begin()
    await upload.append(0, CHUNK_SIZE)
    host.time.pass_days(host.host.settings.upload_days)
    assert (await upload.tell()).status_code == 404
    not_found(await upload.append(CHUNK_SIZE))
    again = await upload.begin()
    assert (again.status_code, again.headers["upload-offset"]) == (201, "0")


async def test_anybody_may_ask_what_uploads_can_do(sqlite_host: TestHost) -> None:
    talk = await sqlite_host.report()
    for upload in (of_reporter(talk), of_handler(talk, 0)):
        answer = await sqlite_host.http.options(upload.path)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["tus-version"] == "1.0.0"
        extensions = "creation,expiration,termination,checksum"
        assert answer.headers["tus-extension"] == extensions
        assert answer.headers["tus-max-size"] == str(sqlite_host.host.settings.attachment_bytes)
        assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE", "GET", "OPTIONS"])
async def test_a_frontend_may_upload(sqlite_host: TestHost, method: str) -> None:
    upload = of_reporter(await sqlite_host.report())
    fields = [*TUS, "content-digest", "content-type", "signature", "signature-input"]
    fields += ["upload-length", "upload-offset", "upload-checksum", "range"]
    asked = {
        "origin": FRONTEND,
        "access-control-request-method": method,
        "access-control-request-headers": ",".join(fields),
    }
    answer = await sqlite_host.http.options(upload.path, headers=asked)
    assert answer.status_code == 200
    assert method in answer.headers["access-control-allow-methods"].split(", ")
    begun = await upload.begin(origin=FRONTEND)
    exposed = begun.headers["access-control-expose-headers"].lower()
    for name in ("location", "tus-resumable", "upload-offset", "upload-expires", "upload-length"):
        assert name in exposed
