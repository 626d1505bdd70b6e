"""Handlers who come and go, callers who take over, and what the host signs for."""

import pytest

from meldpunt.client import ProblemError, Readability, UnsentError, Writer
from meldpunt.client.keys.receipts import new_keys
from meldpunt.client.messages.draft import next_header, seal_draft, write_payload
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.proof import check_proof
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import ServedMessage
from tests.client.hosted_line import TEXT, HostedLine
from tests.client.test_bad_host import serving


async def test_one_who_is_admitted_reads_what_precedes(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit(readers=(0, 1))
    first = hosted.handlers[0]
    await first.acknowledge(await hosted.only_entry(first), "Received.", language="en")
    thread = await hosted.only_entry(first)
    await first.admit(thread, hosted.id_of(2), "Chris knows finance.", language="en")

    thread = await hosted.only_entry(hosted.handlers[2])
    assert [m.text for m in thread.messages] == [TEXT, "Received.", "Chris knows finance."]
    assert thread.alarms == ()
    assert thread.notices == ()
    assert thread.report.claim.message_count == 3


async def test_the_reporter_sees_an_admission_and_decides_on_what_follows(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0, 1))
    first, newcomer = hosted.handlers[0], hosted.handlers[2]
    await first.admit(await hosted.only_entry(first), hosted.id_of(2), "Welcome.", language="en")
    visit = await hosted.visit(submission)
    assert visit.thread.messages[-1].header.admits == hosted.id_of(2)
    assert visit.thread.admitted(hosted.clock.today()) == {hosted.id_of(2)}
    assert visit.thread.alarms == ()

    await visit.reply("Only you two, please.", language="en")
    thread = await hosted.only_entry(newcomer)
    assert thread.messages[-1].readability is Readability.NOT_FOR_YOU
    with pytest.raises(RefusedError) as refused:
        await newcomer.reply(thread, "But why?", language="en")
    assert refused.value.reason is Reason.READER_NOT_ALLOWED
    assert thread.report.claim.message_count == 2  # the report and the admission, no more


async def test_the_reporter_may_add_the_one_admitted(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0, 1))
    first, newcomer = hosted.handlers[0], hosted.handlers[2]
    await first.admit(await hosted.only_entry(first), hosted.id_of(2), "Welcome.", language="en")
    visit = await hosted.visit(submission)
    await visit.reply("Fine.", language="en", readers=[hosted.id_of(i) for i in range(3)])
    thread = await hosted.only_entry(newcomer)
    assert thread.messages[-1].text == "Fine."
    await newcomer.reply(thread, "Thank you.", language="en")
    again = (await hosted.visit(submission)).thread
    assert again.messages[-1].text == "Thank you."
    assert again.alarms == ()


async def test_nobody_else_joins_without_admission(hosted: HostedLine) -> None:
    await hosted.open_line(4)
    submission = await hosted.submit(readers=(0, 1))
    visit = await hosted.visit(submission)
    with pytest.raises(RefusedError) as refused:
        await visit.reply("Hello.", language="en", readers=[hosted.id_of(0), hosted.id_of(3)])
    assert refused.value.reason is Reason.READER_NOT_ALLOWED


async def test_one_left_out_is_not_admitted(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    chosen = [hosted.id_of(0), hosted.id_of(1)]
    submission = await reporter.prepare(
        line, TEXT, language="en", readers=chosen, left_out=[hosted.id_of(2)]
    )
    await reporter.send(submission)
    first = hosted.handlers[0]
    with pytest.raises(RefusedError) as refused:
        await first.admit(await hosted.only_entry(first), hosted.id_of(2), "Hi.", language="en")
    assert refused.value.reason is Reason.LEFT_OUT


@pytest.mark.parametrize("dropped", [False, True])
async def test_the_host_refuses_to_admit_a_reader_or_one_who_was_dropped(
    hosted: HostedLine,
    dropped: bool,
) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0, 1))
    if dropped:
        visit = await hosted.visit(submission)
        await visit.reply("Without Bram.", language="en", left_out=[hosted.id_of(1)])
    first = hosted.handlers[0]
    thread = await hosted.only_entry(first)
    draft = first.seal(thread, "Come in.", language="en", tag=Tag.ADMIT, admits=hosted.id_of(1))
    with pytest.raises(ProblemError) as refused:
        await first.send(thread, draft)
    assert refused.value.reason is Reason.READER_NOT_ALLOWED


async def test_an_erased_report_admits_nobody(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0, 1))
    first = hosted.handlers[0]
    thread = await hosted.only_entry(first)
    draft = first.seal(thread, "Hi.", language="en", tag=Tag.ADMIT, admits=hosted.id_of(2))
    await (await hosted.visit(submission)).withdraw(language="en", immediate=True)
    with pytest.raises(ProblemError) as refused:
        await first.send(thread, draft)
    assert refused.value.kind is ProblemType.NOT_ALLOWED_NOW
    assert (await hosted.handlers[2].inbox()).entries == ()


async def test_a_caller_takes_over_and_the_handler_is_out(hosted: HostedLine) -> None:
    given = await hosted.oral()
    visit = await hosted.reporter().open(given)
    assert visit.thread.awaits_takeover
    takeover = await visit.take_over(language="en")
    assert takeover.confirms(takeover.receipt.lower())
    await visit.send_takeover(takeover)
    await visit.send_takeover(takeover)  # the answer was lost: the same bytes again succeed
    await visit.reply("Now it is me.", language="en")

    with pytest.raises(ProblemError) as refused:
        await hosted.reporter().open(given)
    assert refused.value.kind is ProblemType.NOT_FOUND
    own = await hosted.reporter().open(takeover.receipt)
    assert own.thread.alarms == ()
    assert not own.thread.awaits_takeover
    reader = hosted.handlers[1]
    thread = await hosted.only_entry(reader)
    assert thread.alarms == ()
    assert thread.messages[-1].text == "Now it is me."
    await reader.acknowledge(thread, "For your eyes.", language="en")
    assert (await own.refresh()).messages[-1].text == "For your eyes."


async def test_a_second_succession_is_refused(hosted: HostedLine) -> None:
    given = await hosted.oral()
    visit, other = await hosted.reporter().open(given), await hosted.reporter().open(given)
    first = await visit.take_over(language="en")
    second = await other.take_over(language="en")
    await visit.send_takeover(first)
    with pytest.raises(ProblemError) as refused:
        await other.send_takeover(second)
    assert refused.value.kind is ProblemType.NOT_FOUND  # the old code opens nothing any more
    with pytest.raises(UnsentError):
        await (await hosted.reporter().open(first.receipt)).take_over(language="en")


async def test_the_host_refuses_another_succession_under_the_new_code(hosted: HostedLine) -> None:
    given = await hosted.oral()
    visit = await hosted.reporter().open(given)
    takeover = await visit.take_over(language="en")
    await visit.send_takeover(takeover)
    own = await hosted.reporter().open(takeover.receipt)
    _, others = await new_keys(hosted.entropy, hosted.line_keys.line_id)
    draft = await own.seal(
        "Again.",
        language="en",
        tag=Tag.SUCCESSION,
        successor=others,
    )
    with pytest.raises(ProblemError) as refused:
        await own.send(draft)
    assert refused.value.kind is ProblemType.NOT_ALLOWED_NOW


async def test_a_withdrawal_after_a_takeover_can_still_be_verified(hosted: HostedLine) -> None:
    visit = await hosted.reporter().open(await hosted.oral())
    takeover = await visit.take_over(language="en")
    await visit.send_takeover(takeover)
    await visit.withdraw(language="en", immediate=True)
    thread = await hosted.only_entry(hosted.handlers[1])
    assert thread.erased
    assert thread.alarms == ()


async def test_a_handler_cannot_claim_that_another_wrote_a_report_down(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(
        line,
        TEXT,
        language="en",
        readers=[hosted.id_of(1)],
        written_by=Writer("oral", hosted.new_keys()),
    )
    await reporter.send(submission)
    thread = await hosted.only_entry(hosted.handlers[1])
    assert [alarm.reason for alarm in thread.alarms] == [Reason.ORAL]


async def test_the_host_signs_for_every_message(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    sent = await hosted.reporter().send(submission)
    key = (await hosted.reporter().line()).document.receipt_key
    check_proof(sent.message_id, sent.received_on, sent.proof, key)
    with pytest.raises(RefusedError) as refused:
        check_proof(sent.message_id, hosted.clock.today().replace(year=2020), sent.proof, key)
    assert refused.value.reason is Reason.PROOF


async def test_a_handler_seals_to_nobody_new_without_admission(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit(readers=(0, 1))
    first = hosted.handlers[0]
    thread = await hosted.only_entry(first)
    header = next_header(
        thread,
        tag=Tag.MESSAGE,
        readers=[hosted.id_of(0), hosted.id_of(2), REPORTER],
        day=hosted.clock.today(),
    )
    draft = seal_draft(
        header,
        write_payload("Look.", language="en"),
        lines=thread.lines,
        author=first.keys.signing,
        entropy=hosted.entropy,
        today=hosted.today(),
    )
    with pytest.raises(ProblemError) as refused:
        await first.send(thread, draft)
    assert refused.value.reason is Reason.READER_NOT_ALLOWED


async def test_an_admission_of_one_left_out_is_told_and_opens_nothing_to_them(
    hosted: HostedLine,
) -> None:
    line = await hosted.open_line()
    chosen, unwanted = [hosted.id_of(0), hosted.id_of(1)], hosted.id_of(2)
    reporter = hosted.reporter()
    submission = await reporter.prepare(
        line, TEXT, language="en", readers=chosen, left_out=[unwanted]
    )
    await reporter.send(submission)
    careless, careful = hosted.handlers[:2]
    thread = await hosted.only_entry(careless)
    draft = careless.seal(thread, "Hi.", language="en", tag=Tag.ADMIT, admits=unwanted)
    await careless.send(thread, draft)

    thread = await hosted.only_entry(careful)
    assert [alarm.reason for alarm in thread.alarms] == [Reason.LEFT_OUT]
    assert thread.admitted(hosted.today()) == frozenset()
    assert await careful.add_missing_wraps(thread) == 0
    draft = careful.seal(thread, "For us two.", language="en")
    assert unwanted not in draft.header.readers


async def test_a_note_of_an_oral_report_in_a_later_message_is_told(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    oral = hosted.handlers[0].keys.oral_note(submission.keys.report_id)
    thread = visit.thread
    draft = seal_draft(
        next_header(thread, tag=Tag.MESSAGE, readers=thread.readers(hosted.today())),
        write_payload("As they told me.", language="en", oral=oral),
        lines=thread.lines,
        author=submission.keys.signing,
        entropy=hosted.entropy,
        today=hosted.today(),
    )
    await visit.send(draft)
    thread = await hosted.only_entry(hosted.handlers[1])
    assert [(alarm.reason, alarm.n) for alarm in thread.alarms] == [(Reason.ORAL, 1)]


async def test_a_code_that_somebody_saw_is_replaced_once_by_new_readers_choice(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0, 1))
    visit = await hosted.visit(submission)
    takeover = await visit.take_over(language="en", left_out=[hosted.id_of(0)])
    assert takeover.draft.header.readers == (hosted.id_of(1),)
    await visit.send_takeover(takeover)
    own = await hosted.reporter().open(takeover.receipt)
    assert own.thread.alarms == ()
    with pytest.raises(UnsentError, match="only once"):
        await own.take_over(language="en")
    assert (await hosted.only_entry(hosted.handlers[1])).left_out == {hosted.id_of(0)}


async def test_on_a_fork_without_a_common_reader_the_document_does_not_help(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    submission = await hosted.submit(readers=(0, 1))
    visit, other = await hosted.visit(submission), await hosted.visit(submission)
    await visit.reply("For 0.", language="en", readers=[hosted.id_of(0)])
    draft = await other.seal("For 1.", language="en", readers=[hosted.id_of(1)])
    branch = ServedMessage(
        header=draft.message.header,
        signature=draft.message.signature,
        body=draft.message.body,
        wraps=(),
        wrapped_for=(),
        received_on=hosted.today(),
        proof=bytes(64),
    )
    hosted.network.change = serving(lambda messages: [*messages, branch])
    forked = await hosted.visit(submission)
    with pytest.raises(RefusedError) as refused:
        await forked.seal("To whom?", language="en", readers=[hosted.id_of(2)])
    assert refused.value.reason is Reason.FORK
