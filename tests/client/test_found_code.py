"""Whoever finds a receipt code, with a client of their own, lets nobody in unnoticed."""

from collections.abc import Collection
from dataclasses import replace

import httpx
import pytest

from meldpunt.client import DraftReport, ProblemError, Thread
from meldpunt.client.messages.draft import Draft, next_header, seal_draft, write_payload
from meldpunt.client.messages.missing_wraps import passed_on_to
from meldpunt.client.thread.message import left_out_by_message
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.reports import MessagesPage, ServedMessage
from tests.client.hosted_line import Change, HostedLine, json_answer


async def reported(hosted: HostedLine) -> DraftReport:
    """Report to 0 and 1, and leave 2 out."""
    await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(
        await reporter.line(), "About 2.", language="en", left_out=[hosted.id_of(2)]
    )
    await reporter.send(submission)
    return submission


def sealed(
    hosted: HostedLine, submission: DraftReport, thread: Thread, readers: Collection[int]
) -> Draft:
    """Seal under the reporter's code, to whomever the finder likes."""
    header = next_header(thread, tag=Tag.MESSAGE, readers=[hosted.id_of(n) for n in readers])
    return seal_draft(
        header,
        write_payload("More.", language="en"),
        lines=thread.lines,
        author=submission.keys.signing,
        entropy=hosted.entropy,
        today=hosted.today(),
    )


def served(hosted: HostedLine, draft: Draft) -> ServedMessage:
    """Return a message as a host shows it that has not refused it."""
    return ServedMessage(
        header=draft.message.header,
        signature=draft.message.signature,
        body=draft.message.body,
        wraps=draft.message.wraps,
        wrapped_for=tuple(sorted(wrap.key_id for wrap in draft.message.wraps)),
        received_on=hosted.today(),
        proof=hosted.host.secrets.prove(draft.message_id, hosted.today()),
    )


def adding(hosted: HostedLine, *drafts: Draft) -> Change:
    """Let a host in league serve more messages, and count them."""
    added = tuple(served(hosted, draft) for draft in drafts)

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/messages") or request.method != "GET":
            return response
        page = MessagesPage.from_value(response.json())
        return json_answer(page.model_copy(update={"messages": (*page.messages, *added)}).to_json())

    return change


async def test_a_host_refuses_a_reader_whom_the_reporter_had_not_chosen(hosted: HostedLine) -> None:
    submission = await reported(hosted)
    visit = await hosted.visit(submission)
    for readers in ((0, 1, 2), (2,), (1, 2)):
        with pytest.raises(ProblemError) as refused:
            await visit.send(sealed(hosted, submission, (await visit.refresh()), readers))
        assert refused.value.reason is Reason.READER_NOT_ALLOWED
    assert len((await visit.refresh()).messages) == 1


async def test_where_the_host_takes_it_every_client_alarms_and_seals_nothing_to_them(
    hosted: HostedLine,
) -> None:
    submission = await reported(hosted)
    thread = (await hosted.visit(submission)).thread
    draft = sealed(hosted, submission, thread, (0, 1, 2))
    hosted.network.change = adding(hosted, draft)
    handler, visit = hosted.handlers[0], await hosted.visit(submission)
    read = await hosted.only_entry(handler)
    for seen in (read, visit.thread):
        assert seen.alarms == (Alarm(Reason.LEFT_OUT, REPORTER, 1),)
    answers = handler.seal(read, "For us.", language="en"), await visit.seal("Me.", language="en")
    for answer in answers:
        assert hosted.id_of(2) not in answer.header.readers
        assert hosted.id_of(1) in answer.header.readers
    assert await handler.add_missing_wraps(read) == 0
    with pytest.raises(RefusedError):
        await visit.seal("Them.", language="en", readers=[hosted.id_of(2)])


async def test_naming_them_again_changes_nothing(hosted: HostedLine) -> None:
    submission = await reported(hosted)
    first = sealed(hosted, submission, (await hosted.visit(submission)).thread, (0, 1, 2))
    hosted.network.change = adding(hosted, first)
    visit = await hosted.visit(submission)
    again = sealed(hosted, submission, visit.thread, (0, 2))
    hosted.network.change = adding(hosted, first, again)
    thread = await hosted.only_entry(hosted.handlers[0])
    assert thread.alarms[0] == Alarm(Reason.LEFT_OUT, REPORTER, 1)
    assert thread.readers(hosted.today()) == {hosted.id_of(0)}


async def test_whom_such_a_one_lets_in_reads_nothing_that_is_written(hosted: HostedLine) -> None:
    await hosted.open_line(4)
    submission = await hosted.submit()
    first = sealed(hosted, submission, (await hosted.visit(submission)).thread, (0, 1, 2))
    hosted.network.change = adding(hosted, first)
    intruder, friend = hosted.handlers[2], hosted.id_of(3)
    thread = replace((await hosted.only_entry(hosted.handlers[0])), me=hosted.id_of(2))
    header = next_header(
        thread,
        tag=Tag.ADMIT,
        readers=[hosted.id_of(n) for n in (0, 1, 2, 3)] + [REPORTER],
        day=hosted.today(),
        admits=friend,
    )
    admission = seal_draft(
        header,
        write_payload("My friend.", language="en"),
        lines=thread.lines,
        author=intruder.keys.signing,
        entropy=hosted.entropy,
        today=hosted.today(),
    )
    hosted.network.change = adding(hosted, first, admission)
    read = await hosted.only_entry(hosted.handlers[0])
    assert read.admitted(hosted.today()) == frozenset()
    assert friend not in hosted.handlers[0].seal(read, "Us.", language="en").header.readers


async def test_a_reader_who_was_named_as_left_out_alarms_wherever_they_come_back(
    hosted: HostedLine,
) -> None:
    """Everybody else has left: the rule allows anybody, so the payloads alone tell."""
    await hosted.open_line(4)
    reporter = hosted.reporter()
    left_out = [hosted.id_of(2)]
    readers = [hosted.id_of(1)]
    submission = await reporter.prepare(
        await reporter.line(), "About 2.", language="en", readers=readers, left_out=left_out
    )
    await reporter.send(submission)
    thread = await hosted.only_entry(hosted.handlers[1])
    plan = hosted.plan(*(handler.keys for handler in hosted.handlers))
    await hosted.owner().publish(plan.without_handler(hosted.id_of(1), day=hosted.today()))
    visit = await hosted.visit(submission)
    draft = await visit.seal("You.", language="en", readers=[hosted.id_of(0), hosted.id_of(2)])
    await visit.send(draft)
    seen = left_out_by_message(thread.messages)
    again = (await hosted.visit(submission)).thread
    assert again.alarms == (), "the reporter may choose anew"
    assert again.log.left_out_alarms(seen) == (Alarm(Reason.LEFT_OUT, REPORTER, 1),)


async def test_an_alarm_that_stays_is_known_once_a_handler_has_looked_into_it(
    hosted: HostedLine,
) -> None:
    submission = await reported(hosted)
    visit = await hosted.visit(submission)
    forged = sealed(hosted, submission, visit.thread, (0, 1, 2))
    hosted.network.change = adding(hosted, forged)
    reader = hosted.handlers[0]
    first = await hosted.only_entry(reader)
    assert Reason.LEFT_OUT in {alarm.reason for alarm in first.alarms}
    marked = reader.memory.mark_known(first)
    assert {alarm.reason for alarm in marked} == {Reason.LEFT_OUT}
    second = await hosted.only_entry(reader)
    assert not set(marked) & set(second.alarms)
    assert second.known_alarms == marked
    assert hosted.id_of(2) not in second.readers(hosted.today()), "it keeps its effect"
    assert passed_on_to(second, hosted.today()) == frozenset(), "nothing is passed on either"
    colleague = await hosted.only_entry(hosted.handlers[1])
    assert set(marked) <= set(colleague.alarms), "every handler looks for themselves"
    again = sealed(hosted, submission, await visit.refresh(), (0, 1, 2))
    hosted.network.change = adding(hosted, forged, again)
    third = await hosted.only_entry(reader)
    assert Reason.LEFT_OUT in {alarm.reason for alarm in third.alarms}, "a new one alarms anew"


async def test_what_hides_something_is_never_known(hosted: HostedLine) -> None:
    submission = await reported(hosted)
    await (await hosted.visit(submission)).reply("More.", language="en")
    reader = hosted.handlers[0]
    await hosted.only_entry(reader)

    def hide(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith("/messages"):
            return response
        page = MessagesPage.from_value(response.json())
        return json_answer(page.model_copy(update={"messages": page.messages[:1]}).to_json())

    hosted.network.change = hide
    thread = await hosted.only_entry(reader)
    assert thread.alarms
    assert reader.memory.mark_known(thread) == ()
    assert (await hosted.only_entry(reader)).alarms
