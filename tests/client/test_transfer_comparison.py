"""Before the old host erases, the office compares both: every report, by count and by hash."""

from collections.abc import AsyncIterator, Callable, Collection

import pytest
from sqlalchemy import Connection, delete, select, update

from meldpunt.client import EndlessListError, ProblemError, Transport
from meldpunt.client.http.api import LineApi
from meldpunt.client.transfer.held_reports import HeldReports
from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_line_id
from meldpunt.server.store import transfer as store
from meldpunt.server.store.tables import body_parts, inbox, messages, reports, wraps
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.transfer import ExportPage, ExportTotal, MovedEnd, Record, Remains
from tests.client.every_state import open_line_with_every_state
from tests.client.hosted_line import ORIGIN
from tests.client.transfer_scenario import TransferScenario


async def test_a_line_that_arrived_whole_is_found_whole(transfer: TransferScenario) -> None:
    receipts = await open_line_with_every_state(transfer.hosted)
    await transfer.move_line()
    found = await transfer.compare()
    assert (found.missing, found.withdrawn, found.staying, found.unlisted) == (0, 1, 0, 0)
    assert found.reports == len(receipts)
    assert transfer.done[-1] == (2 * len(receipts), None)


async def test_what_came_after_the_move_is_no_difference(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    receipts = await open_line_with_every_state(hosted)
    await transfer.move_line()
    before = await transfer.compare()
    visit = await hosted.reporter().open(receipts["open"])
    await visit.reply("I am still here.", language="en")
    await hosted.submit("A new one.")
    assert await transfer.compare() == before


async def test_a_report_that_its_reporter_withdrew_since_is_not_missing(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    await hosted.submit("Another.")
    await transfer.move_line()
    await (await hosted.visit(submission)).withdraw(language="en", immediate=True)
    found = await transfer.compare()
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
    assert (await transfer.compare()).missing == 0
    await transfer.new.store.write(harm)
    found = await transfer.compare()
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
    found = await transfer.compare()
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
        await transfer.compare()
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


def _ask_another(lines: bytes | None) -> Callable[[Connection], None]:
    """Ask another line to take one report, or let it come back."""

    def change(tx: Connection) -> None:
        first = select(reports.c.id).order_by(reports.c.id).limit(1).scalar_subquery()
        tx.execute(update(reports).where(reports.c.id == first).values(other_lines=lines))

    return change


async def test_the_old_host_erases_nothing_that_was_not_compared(
    transfer: TransferScenario,
) -> None:
    """A report that another line was asked to take is left out, until it comes back."""
    hosted, old = transfer.hosted, transfer.hosted.host
    receipts = await open_line_with_every_state(hosted)
    await transfer.move_line()
    await old.store.write(_ask_another(bytes(20)))
    before = await transfer.compare()
    assert (before.staying, before.reports) == (1, len(receipts) - 1)
    await old.store.write(_ask_another(None))
    mover, here = transfer.line_transfer(), transfer.transport(ORIGIN)
    with pytest.raises(ProblemError) as refused:
        await mover.leave(here, before)
    assert refused.value.kind is ProblemType.CONFLICT
    after = await transfer.compare()
    assert after.reports == len(receipts)
    await mover.leave(here, after)
    await mover.leave(here, after)  # the answer was lost
    assert (await transfer.compare()).reports == 0


async def test_reports_of_another_line_that_come_back_meanwhile_stay(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading what there is and erasing it, the host lets others work."""
    hosted, old = transfer.hosted, transfer.hosted.host
    receipts = await open_line_with_every_state(hosted)
    await transfer.move_line()
    found = await transfer.compare()
    delete_held, asked = store.delete_held, _ask_another(bytes(20))

    def meanwhile(tx: Connection, held: Collection[store.ComparedReport]) -> None:
        asked(tx)
        delete_held(tx, held)

    monkeypatch.setattr(store, "delete_held", meanwhile)
    await transfer.line_transfer().leave(transfer.transport(ORIGIN), found)
    left = await old.store.read(lambda tx: tx.execute(select(reports.c.id)).all())
    assert len(receipts) > len(left) == 1


@pytest.mark.parametrize("query", ["", "?held=", "?held=AAAA", "?held=x"])
async def test_a_request_to_erase_says_what(transfer: TransferScenario, query: str) -> None:
    await open_line_with_every_state(transfer.hosted)
    await transfer.move_line()
    before = await transfer.compare()
    keys = transfer.hosted.line_keys
    path = f"/v1/lines/{encode_line_id(keys.line_id)}/reports{query}"
    with pytest.raises(ProblemError) as refused:
        await transfer.transport(ORIGIN).order("DELETE", path, key=keys.signing)
    assert refused.value.kind is ProblemType.MALFORMED_REQUEST
    assert await transfer.compare() == before
