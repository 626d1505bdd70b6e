"""An office takes its line to another host; whoever has a code or a key goes on there."""

import httpx
import pytest

from meldpunt.client import (
    AddressError,
    NoticeKind,
    TransferError,
    Transport,
    receipt_keys,
)
from meldpunt.client.http.api import InboxApi, LineApi, ReportApi
from meldpunt.protocol.report_proof import verify_report_proof
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.proof import check_proof
from meldpunt.wire.lines import BoxKeysPut
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import WrapsPut
from tests.client.every_state import open_line_with_every_state, refusal_of
from tests.client.hosted_line import FIRST_DAY, ORIGIN, TEXT, json_answer
from tests.client.transfer_scenario import NEW_ORIGIN, TransferScenario, put_of


async def test_a_reporter_goes_on_with_the_code_and_the_old_address(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    first = hosted.handlers[0]
    await first.acknowledge(await hosted.only_entry(first), "Received.", language="en")
    moved = await transfer.move_line()
    assert moved.document.origins == (NEW_ORIGIN,)
    assert moved.document.line_id == hosted.line_keys.line_id

    visit = await hosted.visit(submission)
    assert [m.text for m in visit.thread.messages] == [None, "Received."]
    assert [n.kind for n in visit.thread.notices] == [NoticeKind.LINE_MOVED]
    assert visit.thread.line.moved_to == NEW_ORIGIN
    assert visit.thread.alarms == ()
    await visit.reply("I am still here.", language="en")
    again = hosted.handler(first.keys)
    thread = await hosted.only_entry(again)
    assert [m.text for m in thread.messages] == [TEXT, "Received.", "I am still here."]
    assert thread.alarms == ()
    await again.feedback(thread, "Solved.", language="en")
    await again.close(await hosted.only_entry(again), "Done.", language="en")
    assert (await visit.refresh()).report.claim.state == "closed"


async def test_reports_in_every_state_go_on(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    receipts = await open_line_with_every_state(hosted)
    await transfer.move_line()
    for name, receipt in receipts.items():
        visit = await hosted.reporter().open(receipt)
        assert visit.thread.alarms == (), name
        assert visit.thread.erased == (name == "withdrawn")
        if name != "withdrawn":
            await visit.reply("Here I am.", language="en")
    left_out = [e async for e in hosted.handler(hosted.handlers[1].keys).entries()]
    for entry in left_out:
        thread = await hosted.handler(hosted.handlers[1].keys).read(entry.entry)
        assert thread.alarms == ()
    newcomer = hosted.handler(hosted.handlers[2].keys)
    texts_seen = {
        m.text
        for e in [e async for e in newcomer.entries()]
        for m in (await newcomer.read(e.entry)).messages
    }
    assert TEXT in texts_seen


async def test_the_old_host_takes_nothing_more(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    first = hosted.handlers[0]
    thread = await hosted.only_entry(first)
    answer = first.seal(thread, "Too late.", language="en")
    line = await hosted.reporter().line()
    late = await hosted.reporter().prepare(line, "Late.", language="en")
    reply = await (await hosted.visit(submission)).seal("Late too.", language="en")
    await transfer.announce()

    old = transfer.transport(ORIGIN)
    entry = InboxApi(old, first.keys.line_id, first.keys.signing).entry(
        (await first.inbox()).entries[0].entry
    )
    reporter = ReportApi(old, submission.keys.signing)
    message = submission.draft.message
    attempts = (
        ReportApi(old, late.keys.signing).put_report(put_of(late)),
        reporter.put_message(reply.message),
        entry.put_message(answer.message),
        entry.put_wraps(message.message_id, WrapsPut(wraps=message.wraps)),
        entry.delete_wrap(message.message_id, message.wraps[0].key_id),
        LineApi(old).put_box_keys(
            hosted.line_keys.line_id,
            BoxKeysPut(box_keys=first.keys.upcoming(hosted.clock.today())),
            first.keys.signing,
        ),
    )
    for attempt in attempts:
        assert await refusal_of(attempt) is ProblemType.MOVED
    # What was there can be read, and sent again: an answer may have got lost on its way.
    assert (await reporter.status()).message_count == 1
    assert (await entry.status()).message_count == 1
    repeated = await reporter.put_report(put_of(submission))
    assert repeated.receipt_key is None


async def test_what_was_sealed_before_the_move_arrives_after_it(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    first = hosted.handlers[0]
    thread = await hosted.only_entry(first)
    answer = first.seal(thread, "Sealed before.", language="en")
    reporter = hosted.reporter()
    late = await reporter.prepare(await reporter.line(), "Sealed before too.", language="en")
    visit = await hosted.visit(submission)
    reply = await visit.seal("And this.", language="en")
    await transfer.move_line()
    sent = (await first.send(thread, answer), await reporter.send(late), await visit.send(reply))
    assert [told.notices for told in sent] == [()] * 3  # the new host's word is as good
    entry = ids.inbox_entry(first.keys.handler_id, submission.keys.report_id)
    texts_there = {m.text for m in (await first.read(entry)).messages}
    assert texts_there == {TEXT, "Sealed before.", "And this."}
    await first.publish_keys(lambda _: None)


async def test_between_two_hosts_a_person_is_told_to_wait(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    await transfer.announce()
    with pytest.raises(TransferError):
        await hosted.visit(submission)
    with pytest.raises(TransferError):
        await hosted.handler(hosted.handlers[0].keys).inbox()


async def test_the_new_host_does_not_vouch_for_what_it_did_not_see(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    told = await hosted.reporter().send(submission)
    hosted.clock.pass_days(3)
    await transfer.move_line()
    visit = await hosted.visit(submission)
    await visit.reply("New here.", language="en")
    moved = transfer.transport()
    [early, late] = (await ReportApi(moved, submission.keys.signing).messages(0)).messages
    earlier, own = hosted.host.secrets.receipt_key, transfer.new.secrets.receipt_key
    assert (early.receipt_key, late.receipt_key) == (earlier, None)
    assert early.proof == told.proof
    message = submission.draft.message_id
    check_proof(message, early.received_on, early.proof, earlier)
    again = await ReportApi(moved, submission.keys.signing).put_report(put_of(submission))
    assert (again.proof, again.receipt_key) == (told.proof, earlier)
    # The line's own documents name both keys, signed by the office.
    assert set(await receipt_keys(moved, await transfer.line(NEW_ORIGIN))) == {earlier, own}


async def test_an_answer_that_comes_after_the_move_is_the_old_hosts_word(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    told = await hosted.reporter().send(submission)
    hosted.clock.pass_days(3)
    await transfer.move_line()
    again = await hosted.reporter().send(submission)
    assert again == told


async def test_a_proof_of_report_spans_three_hosts(transfer: TransferScenario) -> None:
    """The middle one signed for what was sealed before: no header names its document."""
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    first = hosted.handlers[0]
    thread = await hosted.only_entry(first)
    sealed = first.seal(thread, "Sealed before.", language="en")
    await transfer.move_line()
    await first.send(thread, sealed)
    await transfer.leave()
    await transfer.line_transfer().announce(transfer.transport(), transfer.transport(ORIGIN))
    transfer.path.unlink()
    await transfer.line_transfer().export(transfer.transport(), transfer.path, transfer.progress)
    await transfer.line_transfer().import_file(
        transfer.transport(ORIGIN), transfer.file(), transfer.progress
    )
    visit = await hosted.visit(submission)
    found = verify_report_proof((await visit.prove()).data)
    assert [shown.received_on for shown in found.shown] == [FIRST_DAY, FIRST_DAY]


async def test_a_line_moves_on_and_each_message_keeps_its_first_proof(
    transfer: TransferScenario,
) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    submission = await hosted.submit()
    await transfer.move_line()
    copy = transfer.folder / "again.export"
    await transfer.line_transfer().export(transfer.transport(), copy, transfer.progress)
    transfer.path.rename(transfer.folder / "first.export")
    copy.rename(transfer.path)
    [report] = [r["report"] for r in transfer.records() if "report" in r]
    kept = await ReportApi(transfer.transport(), submission.keys.signing).messages(0)
    assert report["first"]["proof"] == kept.messages[0].model_dump(mode="json")["proof"]


async def test_who_came_over_tor_is_not_led_out_of_it(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    await transfer.announce()
    line = await LineApi(transfer.transport(ORIGIN)).line(hosted.line_keys.line_id)
    assert line.moved
    inside = Transport("http://reportexample.onion", hosted.http)
    with pytest.raises(AddressError):
        inside.follow(NEW_ORIGIN)
    assert inside.origin == "http://reportexample.onion"
    inside.follow("http://elsewhereexample.onion")


async def test_a_host_cannot_send_people_elsewhere_by_itself(transfer: TransferScenario) -> None:
    hosted = transfer.hosted
    await hosted.open_line()
    served = await LineApi(transfer.transport(ORIGIN)).line(hosted.line_keys.line_id)
    lying = served.model_copy(update={"moved": True})

    def lie(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        return json_answer(lying.to_json()) if "/v1/lines/" in str(request.url) else response

    hosted.network.change = lie
    found = await transfer.line()
    assert found.moved_to is None
