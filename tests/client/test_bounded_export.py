"""A host that sends nonsense for an export: a client refuses it early, and keeps nothing of it."""

from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import pytest

from meldpunt.client import AnswerError, DraftReport, MemoryFile
from meldpunt.client.http.api import LineApi
from meldpunt.client.transfer import export_limits
from meldpunt.client.transfer.held_reports import HeldReports
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.header import parse_header
from meldpunt.server.usecases.transfer import line_export, report_export
from meldpunt.wire.transfer import ExportPage, ExportTotal, MovedMessage, MovedReport, Record
from tests.client.hosted_line import FIRST_DAY, ORIGIN, HostedLine
from tests.client.test_files import brought
from tests.client.transfer_scenario import TransferScenario, make_transfer_scenario, put_of

MOST_PAGES = 300
"""What a client may ask for before it notices; an honest export here has some twenty pages."""

Lie = Callable[[int, ExportPage], ExportPage]
"""Takes the number of a page, from 0, and the honest page."""


@pytest.fixture
async def transfer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TransferScenario]:
    """Give a line with two reports and a file, which is exported in small pages and parts."""
    monkeypatch.setattr(line_export, "PAGE_SIZE", 4000)
    monkeypatch.setattr(report_export, "MAX_PART", 1 << 17)
    async with make_transfer_scenario(tmp_path) as made:
        hosted = made.hosted
        await hosted.open_line()
        await brought(await hosted.visit(await hosted.submit()), MemoryFile(bytes(400_000)))
        await hosted.submit("Another.")
        yield made


class LyingHost:
    """Changes the pages of an export, and counts them."""

    def __init__(self, lie: Lie) -> None:
        self._lie = lie
        self.pages = 0
        self._real = LineApi.export
        self._honest: set[str | None] = set()

    def install(self, patch: pytest.MonkeyPatch) -> None:
        async def export(
            api: LineApi, line: ids.LineId, cursor: str | None, key: SigningKey
        ) -> ExportPage:
            known = cursor if cursor in self._honest else None  # the host knows no other
            page = await self._real(api, line, known, key)
            self._honest.add(page.cursor)
            self.pages += 1
            return self._lie(self.pages - 1, page)

        patch.setattr(LineApi, "export", export)


_FRESH = count()


def again(page: ExportPage, *records: Record) -> ExportPage:
    """Give records with a cursor that never came before, and leads nowhere."""
    return page.model_copy(update={"records": records, "cursor": f"fresh {next(_FRESH)}"})


class Repeated:
    """Sends the honest pages up to a kind of record, and then that record for ever."""

    def __init__(self, kind: str, change: Callable[[Record], Record] = lambda r: r) -> None:
        self._kind = kind
        self._change = change
        self._found: Record | None = None

    def __call__(self, _: int, page: ExportPage) -> ExportPage:
        if self._found is None:
            self._found = next((r for r in page.records if getattr(r, self._kind)), None)
            return page
        self._found = self._change(self._found)
        return again(page, self._found)


def _further_part(record: Record) -> Record:
    """Continue a file beyond its end."""
    part = record.part
    assert part is not None
    offset = part.offset + len(part.data)
    return Record(part=part.model_copy(update={"offset": offset, "size": 1 << 40}))


def _unnamed_text(record: Record) -> Record:
    return Record(text=b"x" * 60_000)


LIES: dict[str, Lie] = {
    "no total": lambda _, page: page.model_copy(update={"total": None}),
    "pages without records": lambda number, page: page if number == 0 else again(page),
    "one cursor": lambda _, page: page.model_copy(update={"cursor": "AQ"}),
    "a document for ever": Repeated("document"),
    "a text for ever": Repeated("text"),
    "texts that nobody names": Repeated("text", _unnamed_text),
    "a box key for ever": Repeated("box_key"),
    "a report for ever": Repeated("report"),
    "a message for ever": Repeated("message"),
    "wraps for ever": Repeated("wraps"),
    "a part for ever": Repeated("part"),
    "a file without an end": Repeated("part", _further_part),
    "an end for ever": Repeated("end"),
}


def _left(transfer: TransferScenario) -> list[str]:
    return [path.name for path in transfer.folder.iterdir() if "export" in path.name]


@pytest.mark.parametrize("name", LIES)
async def test_nonsense_for_an_export_ends_and_is_removed(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    host = LyingHost(LIES[name])
    host.install(monkeypatch)
    with pytest.raises(AnswerError):
        await transfer.export()
    assert _left(transfer) == []
    assert host.pages < MOST_PAGES


@pytest.mark.parametrize("name", ["no total", "pages without records", "a report for ever"])
async def test_nonsense_for_a_comparison_ends(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    host = LyingHost(LIES[name])
    host.install(monkeypatch)
    with pytest.raises(AnswerError):
        [held async for held in HeldReports(transfer.transport(ORIGIN), transfer.hosted.line_keys)]
    assert host.pages < MOST_PAGES


async def test_the_first_page_says_how_much_follows(transfer: TransferScenario) -> None:
    await transfer.export()
    first, *others = transfer.file().read()
    parts = [r.part for page in others for r in page.records if r.part]
    size = sum(len(part.data) for part in parts)
    assert size > 400_000
    assert first.total == ExportTotal(reports=2, messages=3, attachment_bytes=size)
    assert all(page.total is None for page in others)


def _moved(draft: DraftReport) -> Record:
    put = put_of(draft)
    first = MovedMessage(
        report=draft.keys.report_id,
        position=1,
        header=put.message.header,
        signature=put.message.signature,
        received_on=FIRST_DAY,
        proof=bytes(64),
        receipt_key=bytes(32),
        body=put.message.body,
    )
    return Record(
        report=MovedReport(
            keys=put.keys, document=parse_header(put.message.header).document, first=first
        )
    )


async def _invented(hosted: HostedLine, number: int) -> list[DraftReport]:
    """Seal good reports that the host has never received."""
    line, reporter = await hosted.reporter().line(), hosted.reporter()
    return [await reporter.prepare(line, f"No. {i}", language="en") for i in range(number)]


@pytest.mark.parametrize(("later", "is_refused"), [(0, True), (20, False)])
async def test_a_host_cannot_send_many_more_reports_than_it_said(
    transfer: TransferScenario,
    monkeypatch: pytest.MonkeyPatch,
    later: int,
    is_refused: bool,
) -> None:
    """Some may arrive while a line is copied, so a few more are no lie."""
    monkeypatch.setattr(export_limits, "_LATER", later)
    more = [_moved(draft) for draft in await _invented(transfer.hosted, 2)]

    def lie(_: int, page: ExportPage) -> ExportPage:
        if page.cursor is not None:
            return page
        return page.model_copy(update={"records": (*page.records, *more)})

    LyingHost(lie).install(monkeypatch)
    if is_refused:
        with pytest.raises(AnswerError):
            await transfer.export()
        assert _left(transfer) == []
    else:
        await transfer.export()
        assert _left(transfer) == ["line.export"]
