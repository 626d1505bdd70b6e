"""A line lives on while it is copied: nobody is blamed for it, and the copy is good."""

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from meldpunt.client import DraftReport, Handler, MemoryFile, UnreachableError
from meldpunt.client.http.api import LineApi
from meldpunt.client.http.errors import ForeignRecordError
from meldpunt.client.transfer import export_limits
from meldpunt.client.transfer.held_reports import HeldReports
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.server.usecases.transfer import line_export, report_export
from meldpunt.wire.transfer import ExportPage
from tests.client.hosted_line import FIRST_DAY, ORIGIN, HostedLine
from tests.client.test_files import brought
from tests.client.transfer_scenario import (
    NEW_ORIGIN,
    TransferScenario,
    make_transfer_scenario,
)

SIZE = 400_000
ONE_TEXT = b'{"version":1,"en":"A new procedure."}'

Event = Callable[[], Awaitable[object]]


@pytest.fixture
async def transfer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TransferScenario]:
    """Give a line with two reports, which is exported in small pages and parts."""
    monkeypatch.setattr(line_export, "PAGE_SIZE", 4000)
    monkeypatch.setattr(report_export, "MAX_PART", 1 << 17)
    monkeypatch.setattr(export_limits, "_LATER", 0)
    async with make_transfer_scenario(tmp_path) as made:
        await made.hosted.open_line()
        await made.hosted.submit()
        await made.hosted.submit("Another.")
        yield made


class Meanwhile:
    """Lets something happen once, after a number of pages of an export."""

    def __init__(self, event: Event, *, after: int = 1) -> None:
        self._event = event
        self._after = after
        self._real = LineApi.export
        self.pages = 0
        self.lose: int | None = None
        """Which request gets lost, counted from the event."""

    def install(self, patch: pytest.MonkeyPatch) -> None:
        async def export(
            api: LineApi, line: ids.LineId, cursor: str | None, key: SigningKey
        ) -> ExportPage:
            self.pages += 1
            if self.pages == self._after + 1:
                await self._event()
            if self.lose is not None and self.pages > self._after + self.lose:
                self.lose = None
                raise UnreachableError
            return await self._real(api, line, cursor, key)

        patch.setattr(LineApi, "export", export)


async def newcomer(hosted: HostedLine) -> tuple[Handler, DraftReport]:
    """Publish a document with one more handler and a new text, and report to that handler."""
    keys = hosted.new_keys()
    owner = hosted.owner()
    line = await owner.line()
    assert line is not None
    plan = (await owner.plan(line)).with_handlers(
        keys.entry(name="Newcomer", role="adviser"), day=FIRST_DAY
    )
    assert plan.texts is not None
    texts = dataclasses.replace(plan.texts, further=(ONE_TEXT,))
    await owner.publish(dataclasses.replace(plan, texts=texts))
    handler = hosted.handler(keys)
    await handler.publish_keys(lambda _: None)
    hosted.handlers.append(handler)
    submission = await hosted.submit("For the newcomer.", readers=(3,))
    await handler.acknowledge(await hosted.only_entry(handler), "Received.", language="en")
    return handler, submission


def names(transfer: TransferScenario) -> list[str]:
    return sorted(path.name for path in transfer.folder.iterdir() if "export" in path.name)


@pytest.mark.parametrize("after", [1, 4, 7, 12])
async def test_a_document_that_is_published_meanwhile_comes_along(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    hosted = transfer.hosted
    Meanwhile(lambda: newcomer(hosted), after=after).install(monkeypatch)
    mover = transfer.line_transfer()
    done = await mover.export(transfer.transport(ORIGIN), transfer.path, transfer.progress)
    kinds = [next(iter(record)) for record in transfer.records()]
    assert done.has_changed
    assert kinds.count("document") == 2
    assert names(transfer) == ["line.export"]
    monkeypatch.undo()
    monkeypatch.setattr(report_export, "MAX_PART", 1 << 17)
    await transfer.import_file()
    assert (await transfer.line(NEW_ORIGIN)).document.number >= 2


async def test_a_changed_export_that_is_interrupted_goes_on(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = transfer.hosted
    meanwhile = Meanwhile(lambda: newcomer(hosted), after=1)
    meanwhile.lose = 4
    meanwhile.install(monkeypatch)
    with pytest.raises(UnreachableError):
        await transfer.export()
    assert names(transfer) == ["line.export.part"]
    await transfer.export()
    assert [next(iter(r)) for r in transfer.records()].count("document") == 2
    await transfer.import_file()


async def test_a_large_file_that_comes_meanwhile_comes_along(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = transfer.hosted
    submission = await hosted.submit("With a file.")

    async def upload() -> None:
        await brought(await hosted.visit(submission), MemoryFile(bytes(SIZE)))

    Meanwhile(upload, after=1).install(monkeypatch)
    await transfer.export()
    parts = [r["part"]["size"] for r in transfer.records() if "part" in r]
    assert parts
    assert set(parts) == {max(parts)}
    assert names(transfer) == ["line.export"]
    [(reports, of)] = transfer.done[-1:]
    assert reports == of == 3
    await transfer.import_file()


async def test_who_only_reads_the_reports_of_a_living_line_blames_nobody(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = transfer.hosted
    Meanwhile(lambda: newcomer(hosted), after=1).install(monkeypatch)
    held = [each.report async for each in HeldReports(transfer.transport(ORIGIN), hosted.line_keys)]
    assert len(held) == 3


async def test_what_no_change_explains_is_still_the_hosts_fault(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that the host itself does not serve explains nothing."""
    hosted = transfer.hosted
    before = await hosted.served_line()
    served = 0

    async def line(_: LineApi, __: ids.LineId) -> object:
        nonlocal served
        served += 1
        return before

    real, published = LineApi.line, False

    async def newcomer_first(api: LineApi, name: ids.LineId) -> object:
        return await (line if published else real)(api, name)

    async def publish() -> None:
        nonlocal published
        await newcomer(hosted)
        published = True

    Meanwhile(publish, after=1).install(monkeypatch)
    monkeypatch.setattr(LineApi, "line", newcomer_first)
    with pytest.raises(ForeignRecordError):
        await transfer.export()
    assert names(transfer) == []
    assert served > 0
