"""Files of a report: what goes out, what comes back, and what a bad network or host can do."""

import dataclasses
import os
import ssl
from pathlib import Path

import httpx
import pytest

from meldpunt.client import (
    AnswerError,
    CertificateError,
    DiskFile,
    FileError,
    Files,
    Handler,
    ListedFile,
    MemoryFile,
    NewFile,
    ProblemError,
    SealedFile,
    Thread,
    UnreachableError,
    Visit,
    listed_files,
)
from meldpunt.client.files.download import _waiting_name, download
from meldpunt.client.files.upload import MAX_PIECE, MIN_PIECE, Pace, upload
from meldpunt.protocol.attachment import Attachment
from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.problems import ProblemType
from tests.client.failing_network import fail_network_after, restore_network
from tests.client.hosted_line import HostedLine
from tests.protocol.refusal import refused

SIZE = 3_000_000
NAME, KIND = "cellar-photo.jpg", "image/jpeg"


def content(size: int = SIZE, seed: int = 7) -> bytes:
    return bytes((seed * n) % 251 for n in range(997)) * (size // 997 + 1) if size else b""


def on_disk(folder: Path, size: int = SIZE, seed: int = 7) -> DiskFile:
    path = folder / f"source-{size}-{seed}"
    path.write_bytes(content(size, seed)[:size])
    return DiskFile.at(path)


def left_over(folder: Path) -> list[str]:
    """What a download may have left beside its target."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def touch(path: Path) -> None:
    path.write_bytes(b"mine")


def stored(folder: Path) -> list[bytes]:
    """Everything that the host wrote."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def reported(hosted: HostedLine) -> Visit:
    await hosted.open_line()
    return await hosted.visit(await hosted.submit())


async def sealed_file(files: Files, source: DiskFile | MemoryFile, name: str = NAME) -> SealedFile:
    [sealed] = await files.seal([NewFile(source, name, KIND)])
    return sealed


async def brought(visit: Visit, *sources: DiskFile | MemoryFile) -> None:
    """Bring files to the handlers."""
    files = visit.files()
    sealed = await files.seal([NewFile(source, NAME, KIND) for source in sources])
    for each in sealed:
        await files.upload(each)
    listed = [each.attachment for each in sealed]
    await visit.send(await visit.seal("See the files.", language="en", attachments=listed))


async def read_files(
    hosted: HostedLine, number: int = 0
) -> tuple[Handler, Thread, list[ListedFile]]:
    handler = hosted.handlers[number]
    thread = await hosted.only_entry(handler)
    return handler, thread, list(listed_files(thread))


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, SIZE])
async def test_the_handlers_get_the_file_that_the_reporter_brought(
    hosted: HostedLine, tmp_path: Path, size: int
) -> None:
    source = on_disk(tmp_path, size)
    await brought(await reported(hosted), source)
    for number in (0, 1):
        handler, thread, [found] = await read_files(hosted, number)
        assert (found.attachment.name, found.attachment.media_type) == (NAME, KIND)
        assert found.attachment.size == size
        target = tmp_path / f"saved-{number}"
        await handler.files(thread).download(found, target)
        assert target.read_bytes() == source.path.read_bytes()
        assert target.stat().st_mode & 0o777 == 0o600
    assert left_over(tmp_path) == []


async def test_the_reporter_gets_the_file_that_a_handler_sends(
    hosted: HostedLine, tmp_path: Path
) -> None:
    visit = await reported(hosted)
    handler, thread, _ = await read_files(hosted)
    files = handler.files(thread)
    sealed = await sealed_file(files, MemoryFile(b"minutes of the talk"), "minutes.txt")
    await files.upload(sealed)
    draft = handler.seal(
        thread, "See the file.", language="en", tag=Tag.FEEDBACK, attachments=[sealed.attachment]
    )
    await handler.send(thread, draft)
    [found] = listed_files(await visit.refresh())
    await visit.files().download(found, tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == b"minutes of the talk"


async def test_a_colleague_who_is_let_in_reads_the_files_and_others_do_not(
    hosted: HostedLine, tmp_path: Path
) -> None:
    await brought(await reported(hosted), MemoryFile(b"evidence"))
    handler, thread, [found] = await read_files(hosted)
    stranger = hosted.handlers[2].files(thread)
    with pytest.raises(ProblemError) as caught:
        await stranger.download(found, tmp_path / "no")
    assert caught.value.kind is ProblemType.NOT_FOUND
    await handler.admit(thread, hosted.id_of(2), "Please help.", language="en")
    newcomer, thread, [found] = await read_files(hosted, 2)
    await newcomer.files(thread).download(found, tmp_path / "yes")
    assert (tmp_path / "yes").read_bytes() == b"evidence"


async def test_the_host_learns_neither_name_nor_type_nor_content(
    hosted: HostedLine, tmp_path: Path
) -> None:
    await brought(await reported(hosted), MemoryFile(b"a-canary-of-a-text" * 100))
    seen = b"".join(hosted.network.bodies) + b"".join(
        b"%s %r" % (str(r.url).encode(), r.headers.raw) for r in hosted.network.sent
    )
    seen += b"".join(stored(tmp_path))
    for word in (NAME.encode(), KIND.encode(), b"canary"):
        assert word not in seen


# --- a bad network -------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("requests", range(4))  # the pieces of this file
async def test_an_upload_goes_on_wherever_the_network_went_down(
    hosted: HostedLine, tmp_path: Path, requests: int, late: bool
) -> None:
    visit = await reported(hosted)
    files = visit.files()
    sealed = await sealed_file(files, on_disk(tmp_path))
    api = files.api(sealed.attachment.id)
    broken = fail_network_after(hosted, requests, late=late)
    with pytest.raises(UnreachableError):
        await upload(api, sealed, patience=())
    restore_network(hosted, broken)
    before = len(hosted.network.sent)
    await upload(api, sealed)
    patches = [r for r in hosted.network.sent[before:] if r.method == "PATCH"]
    offsets = [int(r.headers["upload-offset"]) for r in patches]
    assert offsets == sorted(set(offsets))
    assert not offsets or (offsets[0] > 0) == (requests + late > 0)  # nothing is sent twice
    listed = [sealed.attachment]
    await visit.send(await visit.seal("See the file.", language="en", attachments=listed))
    handler, thread, [found] = await read_files(hosted)
    await handler.files(thread).download(found, tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == content()[:SIZE]


async def test_an_upload_survives_answers_that_get_lost_on_the_way(
    hosted: HostedLine, tmp_path: Path
) -> None:
    visit = await reported(hosted)
    files = visit.files()
    sealed = await sealed_file(files, on_disk(tmp_path))
    told: list[tuple[int, int]] = []
    hosted.network.lose_answers = 3
    await files.upload(sealed, lambda done, whole: told.append((done, whole)))
    assert told[-1] == (sealed.length, sealed.length)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert hosted.waits  # it waited before it tried again


async def test_another_process_goes_on_where_the_first_one_stopped(
    hosted: HostedLine, tmp_path: Path
) -> None:
    submission = (await hosted.open_line(), await hosted.submit())[1]
    source = on_disk(tmp_path)
    files = (await hosted.visit(submission)).files()
    sealed = await sealed_file(files, source)
    broken = fail_network_after(hosted, 3, late=False)
    with pytest.raises(UnreachableError):
        await upload(files.api(sealed.attachment.id), sealed, patience=())
    restore_network(hosted, broken)
    kept = strict_json.parse(sealed.attachment.to_json(), max_size=4096)
    begun = Attachment.from_value(kept)
    again = (await hosted.visit(submission)).files()
    [resumed] = await again.seal([NewFile(source, NAME, KIND)], [begun])
    assert b"".join(resumed.read()) == b"".join(sealed.read())
    before = len(hosted.network.sent)
    await again.upload(resumed)
    first = next(r for r in hosted.network.sent[before:] if r.method == "PATCH")
    assert int(first.headers["upload-offset"]) > 0


async def test_an_upload_that_expired_meanwhile_begins_anew(
    hosted: HostedLine, tmp_path: Path
) -> None:
    visit = await reported(hosted)
    files = visit.files()
    sealed = await sealed_file(files, on_disk(tmp_path))
    broken = fail_network_after(hosted, 3, late=False)
    with pytest.raises(UnreachableError):
        await upload(files.api(sealed.attachment.id), sealed, patience=())
    restore_network(hosted, broken)
    hosted.clock.pass_days(8)
    await files.upload(sealed)
    assert await files.api(sealed.attachment.id).offset() == sealed.length


async def test_a_certificate_that_is_not_good_is_not_waited_for(
    hosted: HostedLine, tmp_path: Path
) -> None:
    visit = await reported(hosted)
    files, cause = visit.files(), ssl.SSLCertVerificationError()
    sealed = await sealed_file(files, on_disk(tmp_path))
    broken = fail_network_after(hosted, 1, late=False, cause=cause)
    with pytest.raises(CertificateError):
        await files.upload(sealed)
    restore_network(hosted, broken)
    await brought(visit, on_disk(tmp_path))
    handler, thread, [found] = await read_files(hosted)
    fail_network_after(hosted, 1, late=False, cause=cause)
    with pytest.raises(CertificateError):
        await handler.files(thread).download(found, tmp_path / "saved")
    assert hosted.waits == []


async def test_a_download_goes_on_where_it_stopped(hosted: HostedLine, tmp_path: Path) -> None:
    await brought(await reported(hosted), on_disk(tmp_path))
    handler, thread, [found] = await read_files(hosted)
    files, target = handler.files(thread), tmp_path / "saved"
    api = files.api(found.attachment.id)
    broken = fail_network_after(hosted, 1, late=False)
    with pytest.raises(UnreachableError):
        await download(api, found.attachment, found.context, target, patience=())
    restore_network(hosted, broken)
    assert not target.exists()
    before = len(hosted.network.sent)
    await files.download(found, target)
    ranges = [r.headers["range"] for r in hosted.network.sent[before:] if r.method == "GET"]
    assert not ranges[0].startswith("bytes=0-")
    assert target.read_bytes() == content()[:SIZE]


def test_pieces_are_small_after_a_failure_and_grow_when_it_goes_well() -> None:
    pace = Pace()
    for _ in range(10):
        pace = pace.after(1.0)
    assert pace.size == MAX_PIECE
    assert pace.after(20.0) == pace
    assert pace.after(60.0).size == MAX_PIECE // 2
    for _ in range(10):
        pace = pace.after_failure()
    assert pace.size == MIN_PIECE


# --- a file that changes -------------------------------------------------------------------------


async def test_a_file_that_changed_since_it_was_sealed_is_not_sent(
    hosted: HostedLine, tmp_path: Path
) -> None:
    """Two contents under one key would open both to the host."""
    files = (await reported(hosted)).files()
    source = on_disk(tmp_path)
    sealed = await sealed_file(files, source)
    good = b"".join(sealed.read())
    changed = bytearray(content()[:SIZE])
    changed[2_000_000] ^= 1
    source.path.write_bytes(changed)
    with pytest.raises(FileError, match="changed"):
        await files.upload(sealed)
    sent = b"".join(
        body
        for request, body in zip(hosted.network.sent, hosted.network.bodies, strict=True)
        if request.method == "PATCH"
    )
    assert good.startswith(sent)
    assert len(sent) < 2_000_000
    [anew] = await files.seal([NewFile(source, NAME, KIND)], [sealed.attachment])
    assert anew.attachment.key != sealed.attachment.key
    with pytest.raises(ProblemError):  # what was begun is taken back
        await files.api(sealed.attachment.id).offset()


async def test_a_file_that_grew_shrank_or_went_is_not_sent(
    hosted: HostedLine, tmp_path: Path
) -> None:
    files = (await reported(hosted)).files()
    source = on_disk(tmp_path)
    sealed = await sealed_file(files, source)
    for data in (content()[: SIZE + 1], content()[: SIZE - 1]):
        source.path.write_bytes(data)
        with pytest.raises(FileError, match="changed"):
            await files.upload(sealed)
    source.path.unlink()
    with pytest.raises(FileError, match="Cannot read"):
        await files.upload(sealed)


@pytest.mark.parametrize("kind", ["folder", "none", "fifo"])
def test_what_is_no_file_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    with pytest.raises(FileError):
        DiskFile.at(path)


# --- a bad host ----------------------------------------------------------------------------------


def _of_file(request: httpx.Request) -> bool:
    return request.method == "GET" and "/attachments/" in request.url.path


def _with(response: httpx.Response, body: bytes) -> httpx.Response:
    headers = [(k, v) for k, v in response.headers.raw if k.lower() != b"content-length"]
    return httpx.Response(response.status_code, headers=headers, content=body)


async def test_a_file_that_the_host_changed_is_not_saved(
    hosted: HostedLine, tmp_path: Path
) -> None:
    await brought(await reported(hosted), on_disk(tmp_path, 1_000_000))
    handler, thread, [found] = await read_files(hosted)

    def flip(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not _of_file(request):
            return response
        return _with(response, response.content[:-1] + bytes([response.content[-1] ^ 1]))

    hosted.network.change = flip
    with refused(Reason.ATTACHMENT_DIGEST):
        await handler.files(thread).download(found, tmp_path / "saved")
    assert left_over(tmp_path) == []
    assert not (tmp_path / "saved").exists()
    hosted.network.change = None
    await handler.files(thread).download(found, tmp_path / "saved")


async def test_another_files_bytes_are_not_saved_under_this_name(
    hosted: HostedLine, tmp_path: Path
) -> None:
    await brought(await reported(hosted), on_disk(tmp_path, 9000), on_disk(tmp_path, 9000, 11))
    handler, thread, [one, other] = await read_files(hosted)
    files = handler.files(thread)
    swapped = dataclasses.replace(files, api=lambda _: files.api(other.attachment.id))
    with refused(Reason.ATTACHMENT_DIGEST):
        await swapped.download(one, tmp_path / "saved")
    assert not (tmp_path / "saved").exists()


@pytest.mark.parametrize("change", ["short", "long", "range", "whole", "type"])
async def test_an_answer_that_is_not_the_bytes_asked_for_is_refused(
    hosted: HostedLine, tmp_path: Path, change: str
) -> None:
    await brought(await reported(hosted), on_disk(tmp_path, 1_000_000))
    handler, thread, [found] = await read_files(hosted)

    def alter(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not _of_file(request):
            return response
        if change == "short":
            return _with(response, response.content[:-1])
        if change == "long":
            return _with(response, response.content + b"x")
        answer = _with(response, response.content)
        if change == "range":
            answer.headers["content-range"] = "bytes 0-9/10"
        elif change == "whole":
            del answer.headers["content-range"]
        else:
            answer.headers["content-type"] = "text/html"
        return answer

    hosted.network.change = alter
    with pytest.raises(AnswerError):
        await handler.files(thread).download(found, tmp_path / "saved")
    assert not (tmp_path / "saved").exists()


async def test_a_file_that_the_host_withholds_is_told(hosted: HostedLine, tmp_path: Path) -> None:
    await brought(await reported(hosted), MemoryFile(b"evidence"))
    handler, thread, [found] = await read_files(hosted)
    gone = found.attachment.model_copy(update={"id": bytes(16)})
    with pytest.raises(ProblemError) as caught:
        await handler.files(thread).download(ListedFile(found.message, gone), tmp_path / "saved")
    assert caught.value.kind is ProblemType.NOT_FOUND


@pytest.mark.parametrize("reached", ["999999999", "0", "-1", "x", "262145"])
async def test_an_offset_that_cannot_be_is_refused(
    hosted: HostedLine, tmp_path: Path, reached: str
) -> None:
    files = (await reported(hosted)).files()
    sealed = await sealed_file(files, on_disk(tmp_path))

    def lie(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method == "PATCH":
            response.headers["upload-offset"] = reached
        return response

    hosted.network.change = lie
    with pytest.raises(AnswerError):
        await files.upload(sealed)


async def test_a_file_that_was_taken_back_is_sent_again_to_the_same_bytes(
    hosted: HostedLine, tmp_path: Path
) -> None:
    visit = await reported(hosted)
    files = visit.files()
    sealed = await sealed_file(files, on_disk(tmp_path))
    await files.upload(sealed)
    await files.discard(sealed.attachment.id)
    await files.upload(sealed)
    listed = [sealed.attachment]
    await visit.send(await visit.seal("See the file.", language="en", attachments=listed))
    handler, thread, [found] = await read_files(hosted)
    await handler.files(thread).download(found, tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == content()[:SIZE]


# --- the reader's own disk -----------------------------------------------------------------------


async def test_nothing_on_the_disk_is_overwritten_or_followed(
    hosted: HostedLine, tmp_path: Path
) -> None:
    await brought(await reported(hosted), MemoryFile(b"evidence"))
    handler, thread, [found] = await read_files(hosted)
    files, target, other = handler.files(thread), tmp_path / "saved", tmp_path / "other"
    other.write_bytes(b"mine")
    target.symlink_to(other)
    with pytest.raises(FileError, match="already"):
        await files.download(found, target)
    target.unlink()
    target.write_bytes(b"mine too")
    with pytest.raises(FileError, match="already"):
        await files.download(found, target)
    assert (target.read_bytes(), other.read_bytes()) == (b"mine too", b"mine")
    with pytest.raises(FileError, match="Cannot write"):
        await files.download(found, tmp_path / "no-folder" / "saved")


async def test_a_file_that_came_to_be_meanwhile_is_not_overwritten(
    hosted: HostedLine, tmp_path: Path
) -> None:
    await brought(await reported(hosted), MemoryFile(b"evidence"))
    handler, thread, [found] = await read_files(hosted)
    target = tmp_path / "saved"
    with pytest.raises(FileError):
        await handler.files(thread).download(found, target, lambda *_: touch(target))
    assert target.read_bytes() == b"mine"
    assert [name for name in left_over(tmp_path) if name.endswith(".open")] == []


async def test_what_somebody_left_beside_the_target_does_no_harm(
    hosted: HostedLine, tmp_path: Path
) -> None:
    await brought(await reported(hosted), MemoryFile(b"evidence" * 99))
    handler, thread, [found] = await read_files(hosted)
    waiting = tmp_path / f".{_waiting_name(found.attachment)}.part"
    waiting.write_bytes(b"x" * 50)
    with refused(Reason.ATTACHMENT_DIGEST):
        await handler.files(thread).download(found, tmp_path / "saved")
    assert not waiting.exists()
    waiting.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileError):
        await handler.files(thread).download(found, tmp_path / "saved")
    assert not (tmp_path / "elsewhere").exists()


async def test_a_name_that_no_reader_takes_is_refused_before_anything_is_sent(
    hosted: HostedLine,
) -> None:
    files = (await reported(hosted)).files()
    with refused(Reason.PAYLOAD):
        await sealed_file(files, MemoryFile(b"x"), "../../etc/passwd")
    with refused(Reason.PAYLOAD):
        await files.seal([NewFile(MemoryFile(b"x"), "x", "not a type")])
    with refused(Reason.PAYLOAD):  # a name of a disk that is no UTF-8
        await sealed_file(files, MemoryFile(b"x"), "caf\udce9.jpg")
