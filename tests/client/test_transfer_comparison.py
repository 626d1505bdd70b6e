"""Before the old host erases, the office compares both: every report, by count and by hash."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import Connection, delete, select, update

from meldpunt.client import EndlessListError, ProblemError, Transport
from meldpunt.client.http.api import LineApi
from meldpunt.client.transfer.comparison import HostComparison, compare_hosts
from meldpunt.client.transfer.held_reports import HeldReports
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.server.store.tables import body_parts, inbox, messages, reports, wraps
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.transfer import ExportPage, ExportTotal, MovedEnd, Record, Remains
from tests.client.every_state import open_line_with_every_state
from tests.client.hosted_line import ORIGIN
from tests.client.transfer_scenario import TransferScenario


async def compare(transfer: TransferScenario) -> HostComparison:
    old, new = transfer.transport(ORIGIN), transfer.transport()
    return await compare_hosts(old, new, transfer.hosted.line_keys, transfer.progress)


async def test_a_line_that_arrived_whole_is_found_whole(transfer: TransferScenario) -> None:
    receipts = await open_line_with_every_state(transfer.hosted)
    await transfer.move_line()
    found = await compare(transfer)
    assert (found.missing, found.withdrawn, found.staying, found.unlisted) == (0, 1, 0, 0)
    assert found.reports == len(receipts)
    assert transfer.done[-1] == (2 * len(receipts), None)


async def test_what_came_after_the_move_is_no_difference(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    receipts = await open_line_with_every_state(hosted)
    await transfer.move_line()
    before = await compare(transfer)
    visit = await hosted.reporter().open(receipts["open"])
    await visit.reply("I am still here.", language="en")
    await hosted.submit("A new one.")
    assert await compare(transfer) == before


async def test_a_report_that_its_reporter_withdrew_since_is_not_missing(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    await hosted.submit("Another.")
    await transfer.move_line()
    await (await hosted.visit(submission)).withdraw(language="en", immediate=True)
    found = await compare(transfer)
    assert (found.arrived, found.withdrawn, found.missing) == (1, 1, 0)


def _lose_reports(tx: Connection) -> None:
    tx.execute(delete(inbox))
    tx.execute(delete(reports))


def _newest(tx: Connection) -> int:
    statement = select(messages.c.id).order_by(messages.c.position.desc()).limit(1)
    return int(tx.execute(statement).scalar_one())


def _lose_message(tx: Connection) -> None:
    tx.execute(delete(messages).where(messages.c.id == _newest(tx)))


def _lose_body(tx: Connection) -> None:
    tx.execute(delete(body_parts).where(body_parts.c.message == _newest(tx)))


def _change_body(tx: Connection) -> None:
    tx.execute(update(body_parts).values(data=b"another body"))


def _lose_wraps(tx: Connection) -> None:
    tx.execute(delete(wraps))


@pytest.mark.parametrize(
    "harm", [_lose_reports, _lose_message, _lose_body, _change_body, _lose_wraps]
)
async def test_what_the_new_host_lacks_or_changed_is_missing(
    transfer: TransferScenario, harm: Callable[[Connection], None]
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    await hosted.submit()
    await hosted.handlers[0].acknowledge(
        await hosted.only_entry(hosted.handlers[0]), "Received.", language="en"
    )
    await transfer.move_line()
    assert (await compare(transfer)).missing == 0
    await transfer.new.store.write(harm)
    found = await compare(transfer)
    assert (found.arrived, found.missing) == (0, 1)


async def test_a_host_cannot_claim_that_a_report_was_withdrawn(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = transfer.hosted
    receipts = await open_line_with_every_state(hosted)
    await transfer.move_line()
    real = LineApi.export
    pages = [page async for page in _pages(transfer)]
    [remains] = [r.end.remains for page in pages for r in page.records if r.end and r.end.remains]

    async def lie(
        api: LineApi, line: ids.LineId, cursor: str | None, key: SigningKey
    ) -> ExportPage:
        page = await real(api, line, cursor, key)
        if api.transport.origin == ORIGIN:
            return page
        left_out = ("message", "wraps", "part")
        kept = (r for r in page.records if not any(getattr(r, name) for name in left_out))
        ends = (_with_remains(record, remains) for record in kept)
        return page.model_copy(update={"records": tuple(ends)})

    monkeypatch.setattr(LineApi, "export", lie)
    found = await compare(transfer)
    assert found.withdrawn == 1
    assert found.missing == len(receipts) - 1


async def _pages(transfer: TransferScenario) -> AsyncIterator[ExportPage]:
    cursor = None
    keys = transfer.hosted.line_keys
    while True:
        api = LineApi(transfer.transport())
        page = await api.export(keys.line_id, cursor, keys.signing)
        yield page
        if (cursor := page.cursor) is None:
            return


def _with_remains(record: Record, remains: Remains) -> Record:
    if record.end is None:
        return record
    end = MovedEnd(
        report=record.end.report,
        message_count=record.end.message_count,
        remains=remains,
    )
    return Record(end=end)


async def test_where_the_line_does_not_live_nothing_is_compared(
    transfer: TransferScenario,
) -> None:
    await transfer.hosted.open_line()
    with pytest.raises(ProblemError) as raised:
        await compare(transfer)
    assert raised.value.kind is ProblemType.NOT_FOUND


async def test_pages_that_go_round_in_circles_end(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    await transfer.hosted.open_line()
    cursors = iter(["a", "b"] * 10)

    async def circle(*_: object) -> ExportPage:
        total = ExportTotal(reports=1, messages=1, attachment_bytes=0)
        return ExportPage(records=(), cursor=next(cursors), total=total)

    monkeypatch.setattr(LineApi, "export", circle)
    reports = HeldReports(Transport(ORIGIN), transfer.hosted.line_keys)
    with pytest.raises(EndlessListError):
        [held async for held in reports]
