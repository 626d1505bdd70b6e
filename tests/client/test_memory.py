"""A host that takes back what it showed is caught by whoever remembers."""

import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from meldpunt.client import Handler, LineHistory, Memory, NoticeKind, WithheldError, renew_keys
from meldpunt.client.thread.remembered_report import EndKind
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.client.hosted_line import Change, HostedLine, json_answer
from tests.support.upkeep import erase_due


def _hide(count: int) -> Change:
    """Withhold the newest messages, and count only what is shown."""

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method != "GET" or "/inbox/" not in request.url.path:
            return json_answer(response.content, response.status_code)
        told = json.loads(response.content)
        if request.url.path.endswith("/messages"):
            told["messages"] = told["messages"][: len(told["messages"]) - count]
        else:
            told["messageCount"] -= count
        return json_answer(json.dumps(told).encode())

    return change


async def _read_twice(hosted: HostedLine) -> Handler:
    """Report, reply; the handler reads both and goes home."""
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    visit = await hosted.visit(submission)
    await visit.reply("Without Bram, please.", language="en", left_out=[hosted.id_of(1)])
    thread = await hosted.only_entry(handler)
    assert len(thread.messages) == 2
    assert thread.alarms == ()
    return Handler(
        hosted.transport(),
        handler.keys,
        history=handler.history,
        memory=handler.memory,
        entropy=hosted.entropy,
        today=hosted.today,
    )


async def test_a_newest_message_that_is_withheld_after_it_was_seen_raises_an_alarm(
    hosted: HostedLine,
) -> None:
    handler = await _read_twice(hosted)
    hosted.network.change = _hide(1)
    thread = await hosted.only_entry(handler)
    [alarm] = thread.alarms
    assert (alarm.reason, alarm.author) == (Reason.UNKNOWN_SEEN, hosted.id_of(0))
    forgetful = hosted.handler(handler.keys)
    assert (await hosted.only_entry(forgetful)).alarms == (), "nobody else can tell"


async def test_nothing_is_sealed_while_a_choice_of_the_reporter_may_be_withheld(
    hosted: HostedLine,
) -> None:
    handler = await _read_twice(hosted)
    hosted.network.change = _hide(1)
    thread = await hosted.only_entry(handler)
    with pytest.raises(RefusedError) as refused:
        handler.seal(thread, "Bram reads this.", language="en")
    assert refused.value.reason is Reason.UNKNOWN_SEEN


async def test_the_alarm_stays_until_the_message_is_back(hosted: HostedLine) -> None:
    handler = await _read_twice(hosted)
    hosted.network.change = _hide(1)
    for _ in range(2):
        assert (await hosted.only_entry(handler)).alarms
    hosted.network.change = None
    assert (await hosted.only_entry(handler)).alarms == ()


async def test_a_message_that_is_back_at_the_second_look_is_told_without_alarm(
    hosted: HostedLine,
) -> None:
    handler = await _read_twice(hosted)
    [entry] = [found.entry async for found in handler.entries()]
    hide, looks = _hide(1), 0

    def hide_once(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        nonlocal looks
        is_first = looks == 0
        looks += request.url.path.endswith("/messages")
        if is_first:
            return hide(request, response)
        return json_answer(response.content, response.status_code)

    hosted.network.change = hide_once
    thread = await handler.read(entry)
    assert looks == 2
    assert len(thread.messages) == 2
    assert thread.alarms == ()
    assert NoticeKind.SECOND_LOOK in {notice.kind for notice in thread.notices}
    known = handler.memory.reports[entry]
    assert handler.memory.check(thread, known).alarms == (), "and the memory holds both messages"


async def test_a_report_that_is_withheld_is_named_and_its_keys_are_kept(hosted: HostedLine) -> None:
    handler = await _read_twice(hosted)
    [entry] = [found.entry async for found in handler.entries()]
    hosted.clock.pass_days(52)
    before = handler.keys

    def empty(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.url.path == "/v1/inbox":
            return json_answer(b'{"entries":[]}')
        return json_answer(response.content, response.status_code)

    hosted.network.change = empty
    assert handler.memory.unlisted([], hosted.today()) == (entry,)
    [unmoved] = (await renew_keys(handler, lambda _: None)).waiting
    assert unmoved.entry == entry
    assert isinstance(unmoved.failure, WithheldError)
    assert handler.keys == before
    renewal = await renew_keys(handler, lambda _: None, give_up=[entry])  # it is known to be gone
    assert renewal.forgotten == 1
    assert handler.memory == Memory()


async def test_a_report_whose_term_is_over_is_not_missed(hosted: HostedLine) -> None:
    handler = await _read_twice(hosted)
    [seen] = handler.memory.reports.values()
    over = seen.until - TOLERANCE  # the host's day may be ahead
    assert handler.memory.unlisted([], over - timedelta(days=1))
    assert handler.memory.unlisted([], over) == ()
    assert handler.memory.ended([], over - timedelta(days=1)) == ()
    [(entry, ended)] = handler.memory.ended([], over)
    assert (ended.until, ended.ending) == (seen.until, EndKind.LONGEST_TERM)
    assert handler.memory.ended([entry], over) == (), "it is listed still"
    assert handler.memory.without_past(over) == handler.memory, "until it was told"
    assert handler.memory.without_past(over + timedelta(days=70)) == Memory()
    handler.memory.forget([entry])
    assert handler.memory == Memory()


@pytest.mark.parametrize("end", ["closed", "withdrawn"])
async def test_whoever_only_looks_at_the_inbox_takes_no_ordinary_erasure_for_a_lie(
    hosted: HostedLine, end: str
) -> None:
    await hosted.open_line(2)
    submission = await hosted.submit()
    reader, colleague = hosted.handlers
    [entry] = [found.entry async for found in reader.entries()]
    await reader.read(entry)
    if end == "closed":
        [theirs] = [found.entry async for found in colleague.entries()]
        await colleague.feedback(await colleague.read(theirs), "Done.", language="en")
        await colleague.close(await colleague.read(theirs), "Closed.", language="en")
    else:
        visit = await hosted.reporter().open(submission.receipt)
        await visit.withdraw(language="en")
    hosted.clock.pass_days(5)
    assert [found.entry async for found in reader.entries()] == [entry]
    assert await reader.read_news_of_ends() == ()
    listed = [entry]
    for days in range(9):  # around the erasure, and the end of what is left
        hosted.clock.pass_days(10)
        await erase_due(hosted.host)
        listed = [found.entry async for found in reader.entries()]
        assert await reader.read_news_of_ends() == ()
        assert reader.memory.unlisted(listed, hosted.today()) == (), days
    assert listed == []


async def test_what_is_missing_sooner_than_anybody_could_end_it_is_withheld(
    hosted: HostedLine,
) -> None:
    handler = await _read_twice(hosted)
    [entry] = [found.entry async for found in handler.entries()]
    today = hosted.today()
    assert not handler.memory.may_have_ended(entry, today + timedelta(days=57))
    assert handler.memory.may_have_ended(entry, today + timedelta(days=58))
    assert handler.memory.unlisted([], today + timedelta(days=58)) == (entry,)


async def test_a_withdrawn_report_is_forgotten_without_alarm(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    await hosted.only_entry(handler)
    await (await hosted.visit(submission)).withdraw(language="en", immediate=True)
    await erase_due(hosted.host)
    thread = await hosted.only_entry(handler)
    assert thread.erased
    assert thread.alarms == ()
    assert handler.memory == Memory()


async def test_a_day_of_receipt_that_moves_is_told(hosted: HostedLine) -> None:
    handler = await _read_twice(hosted)
    [(entry, seen)] = handler.memory.reports.items()
    earlier = replace(seen, received_on=seen.received_on - timedelta(days=3))
    handler.memory = Memory({entry: earlier})
    thread = await hosted.only_entry(handler)
    assert NoticeKind.HOST_DAY in [notice.kind for notice in thread.notices]


async def test_a_rollback_and_a_fork_of_the_line_are_refused(hosted: HostedLine) -> None:
    handler = await _read_twice(hosted)
    first = await hosted.served_line()
    await hosted.owner().renew(force=True)
    await handler.line()
    hosted.network.change = lambda request, response: (
        json_answer(first.to_json())
        if request.url.path.startswith("/v1/lines/")
        else json_answer(response.content, response.status_code)
    )
    with pytest.raises(RefusedError) as refused:
        await handler.line()
    assert refused.value.reason is Reason.DOCUMENT_BELOW_PIN
    handler.history = LineHistory((ids.Hash(bytes(32)),))
    with pytest.raises(RefusedError) as refused:
        await handler.line()
    assert refused.value.reason is Reason.DOCUMENT_FORK


@pytest.mark.parametrize("end", [EndKind.CLOSED, EndKind.WITHDRAWN])
async def test_the_memory_knows_why_a_report_ends(hosted: HostedLine, end: EndKind) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    handler = hosted.handlers[0]
    await hosted.only_entry(handler)
    if end is EndKind.CLOSED:
        await handler.feedback(await hosted.only_entry(handler), "Done.", language="en")
        await handler.close(await hosted.only_entry(handler), "Closed.", language="en")
    else:
        await (await hosted.visit(submission)).withdraw(language="en")
    thread = await hosted.only_entry(handler)
    [seen] = handler.memory.reports.values()
    assert (seen.ending, seen.until) == (end, thread.status.erased_on)


async def test_a_renewal_tells_what_is_odd_about_a_report_and_no_alarm(hosted: HostedLine) -> None:
    handler = await _read_twice(hosted)
    looks = 0

    def hide_once(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        nonlocal looks
        looks += request.url.path.endswith("/messages")
        if looks == 1 and request.url.path.endswith("/messages"):
            return _hide(1)(request, response)
        return json_answer(response.content, response.status_code)

    [entry] = [found.entry async for found in handler.entries()]
    hosted.network.change = hide_once
    done = await renew_keys(handler, lambda _: None)
    assert done.alarms == ()
    assert [(e, n.kind) for e, n in done.notices] == [(entry, NoticeKind.SECOND_LOOK)]
