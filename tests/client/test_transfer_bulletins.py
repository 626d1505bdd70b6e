"""A line moves: bulletins of the new host tell of what came before, and of what comes after."""

from datetime import date

import pytest

from meldpunt.client import (
    Check,
    DraftReport,
    Level,
    LineAddress,
    NoticeKind,
    audit_line,
)
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.wire.bulletins import ServedBulletins
from tests.client.every_state import bulletin_keys_of
from tests.client.hosted_line import ORIGIN
from tests.client.test_bulletins import send_without_key
from tests.client.transfer_scenario import NEW_ORIGIN, TransferScenario
from tests.support.upkeep import write_bulletins


async def test_bulletins_of_the_new_host_tell_what_came_before_the_move_and_after(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    answered, waiting = await _two_reports(transfer)
    hosted.clock.pass_days(9)
    await _write_both(transfer)
    await transfer.move_line()
    moved_on = hosted.today()
    hosted.clock.pass_days(1)
    await _write_both(transfer)
    assert await _news(transfer, answered) == (moved_on,)
    assert moved_on not in await _news(transfer, waiting)
    visit = await hosted.reporter().open(answered.receipt, await hosted.reporter().look())
    assert visit.thread.report.claim.bulletin_since == moved_on
    assert [n.kind for n in visit.thread.notices] == [NoticeKind.LINE_MOVED]
    again = hosted.handler(hosted.handlers[0].keys)
    entries = [found async for found in again.entries(State.ACKNOWLEDGED)]
    await again.feedback(await again.read(entries[0].entry), "Solved.", language="en")
    later = hosted.today()
    hosted.clock.pass_days(2)
    await _write_both(transfer)
    assert await _news(transfer, answered) == (moved_on, later)


async def test_the_export_has_the_keys_in_clear_and_none_where_there_is_none(
    transfer: TransferScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = transfer.hosted
    answered, waiting = await _two_reports(transfer)
    monkeypatch.setattr("meldpunt.client.reporter.Reporter.send", send_without_key)
    without = await hosted.submit("Without a key.")
    await transfer.move_line()
    found = {
        record["end"]["report"]: record["end"].get("bulletinKey")
        for record in transfer.records()
        if "end" in record
    }
    assert found == {
        encode_base64url(answered.keys.report_id): encode_base64url(answered.keys.bulletin),
        encode_base64url(waiting.keys.report_id): encode_base64url(waiting.keys.bulletin),
        encode_base64url(without.keys.report_id): None,
    }
    hosted.clock.pass_days(1)
    await _write_both(transfer)
    assert await _news(transfer, without) == ()
    await hosted.reporter().open(without.receipt)  # and this visit sends the key to the new host
    keys = await bulletin_keys_of(transfer.new)
    assert without.keys.bulletin in keys.values()


async def _two_reports(transfer: TransferScenario) -> tuple[DraftReport, DraftReport]:
    """Return a report with an answer, and one without."""
    hosted = transfer.hosted
    await hosted.open_line()
    await _write_both(transfer)
    answered = await hosted.submit()
    handler = hosted.handlers[0]
    await handler.acknowledge(await hosted.only_entry(handler), "Received.", language="en")
    return answered, await hosted.submit("Another.")


async def _write_both(transfer: TransferScenario) -> None:
    for host in (transfer.hosted.host, transfer.new):
        await write_bulletins(host)


async def _news(transfer: TransferScenario, draft: DraftReport) -> tuple[date, ...]:
    reporter = transfer.hosted.reporter()
    return await reporter.news(draft.receipt, await reporter.look())


async def test_after_a_move_an_audit_says_that_a_new_index_begins(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await _two_reports(transfer)
    hosted.clock.pass_days(9)
    await _write_both(transfer)
    old = LineAddress(ORIGIN, hosted.line_keys.line_id)
    kept = (await audit_line(transfer.transport(ORIGIN), old, hosted.today())).bulletins
    assert kept is not None
    await transfer.move_line()
    new = LineAddress(NEW_ORIGIN, hosted.line_keys.line_id)

    async def compared(kept: ServedBulletins) -> list[tuple[Level, Check]]:
        work = audit_line(transfer.transport(), new, hosted.today(), kept_bulletins=kept)
        found = (await work).findings
        about = (Check.BULLETIN_HISTORY, Check.BULLETIN_MOVE)
        return [(each.level, each.check) for each in found if each.check in about]

    assert await compared(kept) == [(Level.NOTE, Check.BULLETIN_MOVE)]
    foreign = kept.model_copy(update={"signature": bytes(64)})
    assert await compared(foreign) == [(Level.NOTE, Check.BULLETIN_HISTORY)]
