"""Files move with their line: part by part, in order, and whole, or the report does not open."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from meldpunt.client import DraftReport, MemoryFile, ProblemError
from meldpunt.client.http.api import LineApi, ReportApi
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.server.host import Host
from meldpunt.server.store.database.transaction import Transaction
from meldpunt.server.store.tables import attachments, pieces
from meldpunt.server.usecases.transfer import line_export, report_export
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.transfer import ImportPut, Record
from tests.client.hosted_line import ORIGIN, HostedLine
from tests.client.test_files import brought, content, read_files, sealed_file
from tests.client.transfer_scenario import (
    NEW_ORIGIN,
    TransferScenario,
    import_put,
    make_transfer_scenario,
)
from tests.support.pieces import pieces_in

SIZE = 400_000
PART = 150_000

Records = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small file take several parts, and several pages."""
    monkeypatch.setattr(report_export, "MAX_PART", PART)
    monkeypatch.setattr(line_export, "PAGE_SIZE", PART)


def files_of(host: Host) -> list[Path]:
    """Return what lies in a host's folder."""
    return pieces_in(host.blobs._folder)  # type: ignore[attr-defined]  # a folder store


async def counts(host: Host) -> tuple[int, int, int]:
    """Return how many attachments, pieces and files a host has."""

    def work(tx: Transaction) -> tuple[int, int]:
        return len(tx.execute(attachments.select()).all()), len(tx.execute(pieces.select()).all())

    return (*await host.store.read(work), len(files_of(host)))


async def import_file(transfer: TransferScenario, page: ImportPut) -> None:
    """Bring one page to the new host."""
    keys = transfer.hosted.line_keys
    await LineApi(transfer.transport()).put_import(keys.line_id, page, keys.signing)


async def line_with_files(hosted: HostedLine) -> DraftReport:
    """Open a line with a report: two files of the reporter, one of a handler, one unsent."""
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    await brought(visit, MemoryFile(content(SIZE)[:SIZE]), MemoryFile(b""))
    handler = hosted.handlers[0]
    thread = await hosted.only_entry(handler)
    files = handler.files(thread)
    sent = await sealed_file(files, MemoryFile(b"minutes"), "minutes.txt")
    await files.upload(sent)
    draft = handler.seal(thread, "See.", language="en", attachments=[sent.attachment])
    await handler.send(thread, draft)
    await visit.refresh()
    unsent = await sealed_file(visit.files(), MemoryFile(b"unsent"))
    await visit.files().upload(unsent)
    return submission


async def test_every_file_is_at_the_new_host_for_its_readers(
    transfer: TransferScenario, tmp_path: Path
) -> None:
    hosted = transfer.hosted
    await line_with_files(hosted)
    await transfer.move_line()
    handler = hosted.handler(hosted.handlers[1].keys)
    hosted.handlers[1] = handler
    _, thread, found = await read_files(hosted, 1)
    targets = [tmp_path / f"saved-{number}" for number in range(len(found))]
    for listed, target in zip(found, targets, strict=True):
        await handler.files(thread).download(listed, target)
    assert [target.read_bytes() for target in targets] == [content(SIZE)[:SIZE], b"", b"minutes"]
    assert handler.transport.origin == NEW_ORIGIN
    # What no message lists stays behind, and expires there.
    assert await counts(transfer.new) == (3, 5, 5)


async def test_the_old_host_serves_what_it_has_and_takes_nothing(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    submission = await line_with_files(hosted)
    await transfer.announce()
    before = await counts(hosted.host)
    old = ReportApi(transfer.transport(ORIGIN), submission.keys.signing)
    with pytest.raises(ProblemError) as caught:
        await old.attachment(ids.AttachmentId(bytes(16))).begin(42)
    assert caught.value.kind is ProblemType.MOVED
    assert await counts(hosted.host) == before
    await transfer.export()
    await transfer.import_file()
    await transfer.leave()
    assert await counts(hosted.host) == (0, 0, 0)


async def test_the_same_pages_twice_leave_one_copy(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await line_with_files(hosted)
    await transfer.announce()
    await transfer.export()
    for page in (*transfer.file().read(), *transfer.file().read()):
        await import_file(transfer, import_put(transfer, page.records, last=page.cursor is None))
    assert await counts(transfer.new) == (3, 5, 5)


def parts(records: Records) -> list[dict[str, Any]]:
    return [record["part"] for record in records if "part" in record]


def drop(number: int) -> Callable[[Records], None]:
    def change(records: Records) -> None:
        found = [index for index, record in enumerate(records) if "part" in record]
        del records[found[number]]

    return change


def put(**changes: Any) -> Callable[[Records], None]:  # noqa: ANN401 (any field)
    def change(records: Records) -> None:
        parts(records)[0].update(changes)

    return change


def swap(records: Records) -> None:
    """Let the first two parts of the large file come in the other order."""
    large = [part for part in parts(records) if part["size"] > PART]
    first, second = deepcopy(large[0]), deepcopy(large[1])
    large[0].update(second)
    large[1].update(first)


OTHER = encode_base64url(bytes(16))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (drop(0), Reason.GAP),
        (drop(-1), Reason.GAP),
        (swap, Reason.GAP),
        (put(attachment=OTHER), Reason.GAP),
        (put(size=1064), Reason.ATTACHMENT_SIZE),
        (put(data=""), Reason.LENGTH),
        (put(data=encode_base64url(bytes(600_000))), Reason.LENGTH),
        (put(report=encode_base64url(bytes(32))), Reason.OTHER_REPORT),
    ],
    ids=["first", "last", "swapped", "unlisted", "size", "empty", "long", "report"],
)
async def test_what_does_not_add_up_is_refused_and_leaves_no_file(
    tmp_path: Path, change: Callable[[Records], None], reason: Reason
) -> None:
    async with make_transfer_scenario(tmp_path) as transfer:
        await line_with_files(transfer.hosted)
        await transfer.announce()
        await transfer.export()
        records = transfer.records()
        change(records)
        whole = import_put(
            transfer, tuple(Record.from_value(record) for record in records), last=True
        )
        with pytest.raises(ProblemError) as caught:
            await import_file(transfer, whole)
        assert caught.value.reason is reason
        assert await counts(transfer.new) == (0, 0, 0)
