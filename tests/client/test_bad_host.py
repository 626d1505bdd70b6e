"""What a host that lies, hides or reorders can do: nothing that stays unnoticed."""

from collections.abc import Callable
from datetime import date, timedelta

import httpx
import pytest

from meldpunt.client import AnswerError, DraftReport, NoticeKind, Readability, Thread
from meldpunt.client.messages.draft import next_header, seal_draft, write_payload
from meldpunt.client.thread.notices import Notice
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Model
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.sealed import SealedMessage
from meldpunt.wire.reports import Accepted, EntryStatus, MessagesPage, ReportStatus, ServedMessage
from tests.client.hosted_line import Change, HostedLine, json_answer


def rewrite(path_end: str, kind: type[Model], change: Callable[[Model], Model]) -> Change:
    """Change every answer of one resource."""

    def changed(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if not request.url.path.endswith(path_end) or not response.is_success:
            return response
        return json_answer(change(kind.from_value(response.json())).to_json())

    return changed


def claims(**fields: object) -> Change:
    """Make the host claim something else of a report."""
    return rewrite("/report", ReportStatus, lambda found: found.model_copy(update=fields))


def serving(change: Callable[[list[ServedMessage]], list[ServedMessage]]) -> Change:
    """Make the host serve other messages."""

    def changed(page: Model) -> Model:
        assert isinstance(page, MessagesPage)
        return page.model_copy(update={"messages": tuple(change(list(page.messages)))})

    return rewrite("/messages", MessagesPage, changed)


async def conversation(hosted: HostedLine) -> DraftReport:
    """Report, reply, acknowledgement, reply: numbers 0 to 3."""
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    await visit.reply("Not for 0 any more.", language="en", left_out=[hosted.id_of(0)])
    handler = hosted.handlers[1]
    await handler.acknowledge(await hosted.only_entry(handler), "Received.", language="en")
    await (await hosted.visit(submission)).reply("Thank you.", language="en")
    return submission


async def seen_by_reporter(hosted: HostedLine, change: Change) -> Thread:
    submission = await conversation(hosted)
    hosted.network.change = change
    return (await hosted.visit(submission)).thread


def kinds(thread: Thread) -> set[NoticeKind]:
    return {notice.kind for notice in thread.notices}


def alarms(thread: Thread) -> set[Reason]:
    return {alarm.reason for alarm in thread.alarms}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"state": State.CLOSED}, NoticeKind.HOST_STATE),
        ({"state": State.RECEIVED}, NoticeKind.HOST_STATE),
        ({"clocks": ()}, NoticeKind.HOST_CLOCKS),
        ({"erased_on": date(2030, 1, 1)}, NoticeKind.HOST_CLOCKS),
        ({"received_on": date(2026, 3, 9)}, NoticeKind.HOST_DAY),
        ({"message_count": 5}, NoticeKind.HOST_COUNT),
        ({"document": ids.Hash(bytes(32))}, NoticeKind.HOST_DOCUMENT),
    ],
)
async def test_a_false_claim_is_told_and_not_believed(
    hosted: HostedLine, fields: dict[str, object], kind: NoticeKind
) -> None:
    thread = await seen_by_reporter(hosted, claims(**fields))
    assert kinds(thread) == {kind}
    assert thread.status.state is State.ACKNOWLEDGED
    assert thread.status.milestones.received_on == hosted.clock.today()


async def test_a_deadline_cannot_be_moved_by_the_host(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    true = {c.name: c.due_on for c in (await hosted.visit(submission)).thread.status.clocks}

    def later(found: Model) -> Model:
        assert isinstance(found, ReportStatus)
        clocks = tuple(
            clock.model_copy(update={"due_on": clock.due_on + timedelta(days=30)})
            for clock in found.clocks
        )
        return found.model_copy(update={"clocks": clocks})

    hosted.network.change = rewrite("/report", ReportStatus, later)
    thread = (await hosted.visit(submission)).thread
    assert {c.name: c.due_on for c in thread.status.clocks} == true
    assert kinds(thread) == {NoticeKind.HOST_CLOCKS}


async def test_days_that_are_not_the_signed_ones_are_told(hosted: HostedLine) -> None:
    def move(messages: list[ServedMessage]) -> list[ServedMessage]:
        return [
            m.model_copy(update={"received_on": m.received_on - timedelta(days=5)})
            for m in messages
        ]

    thread = await seen_by_reporter(hosted, serving(move))
    assert NoticeKind.HOST_DAY in kinds(thread)


@pytest.mark.parametrize(
    ("hidden", "found"),
    [
        (0, {Reason.GAP, Reason.UNKNOWN_SEEN}),
        (1, {Reason.GAP, Reason.UNKNOWN_SEEN}),
        (2, {Reason.UNKNOWN_SEEN}),
    ],
)
async def test_a_message_taken_from_the_middle_is_missed_and_nothing_is_sealed(
    hosted: HostedLine, hidden: int, found: set[Reason]
) -> None:
    submission = await conversation(hosted)
    hosted.network.change = serving(lambda messages: messages[:hidden] + messages[hidden + 1 :])
    visit = await hosted.visit(submission)
    assert alarms(visit.thread) == found
    with pytest.raises(RefusedError) as refused:
        await visit.reply("To whom?", language="en")
    assert refused.value.reason in found
    handler = hosted.handlers[1]
    thread = await hosted.only_entry(handler)
    with pytest.raises(RefusedError) as refused:
        await handler.reply(thread, "To whom?", language="en")
    assert refused.value.reason in found


async def test_a_report_without_any_message_is_refused(hosted: HostedLine) -> None:
    submission = await conversation(hosted)
    hosted.network.change = serving(lambda _: [])
    with pytest.raises(RefusedError) as refused:
        await hosted.visit(submission)
    assert refused.value.reason is Reason.GAP


async def test_where_the_reporters_every_message_is_hidden_nobody_seals(hosted: HostedLine) -> None:
    submission = await conversation(hosted)
    hosted.network.change = serving(lambda messages: messages[2:3])
    visit = await hosted.visit(submission)
    assert Reason.GAP in alarms(visit.thread)
    with pytest.raises(RefusedError) as refused:
        await visit.reply("To whom?", language="en", readers=[hosted.id_of(0)])
    assert refused.value.reason in {Reason.GAP, Reason.UNKNOWN_SEEN}


async def test_a_message_that_only_the_second_look_shows_is_told(hosted: HostedLine) -> None:
    """No message can come between two answers that others had seen already."""
    submission = await conversation(hosted)
    pages = 0

    def once(messages: list[ServedMessage]) -> list[ServedMessage]:
        nonlocal pages
        pages += 1
        return messages[:2] + messages[3:] if pages == 1 else messages

    hosted.network.change = serving(once)
    thread = (await hosted.visit(submission)).thread
    assert pages == 2
    assert thread.alarms == ()
    assert kinds(thread) == {NoticeKind.SECOND_LOOK}


@pytest.mark.parametrize(("days", "told"), [(1, False), (2, True)])
@pytest.mark.parametrize("who", ["handler", "reporter"])
async def test_somebody_whose_messages_reach_nobody_is_told(
    hosted: HostedLine, who: str, days: int, told: bool
) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    first, second = hosted.handlers[:2]
    [entry] = [found.entry async for found in first.entries()]
    if who == "handler":
        await first.reply(await first.read(entry), "Nobody shall see this.", language="en")
    else:
        await (await hosted.visit(submission)).reply("Nobody shall see this.", language="en")
    hosted.clock.pass_days(days)
    hosted.network.change = serving(lambda messages: messages[:1])
    await second.acknowledge(await hosted.only_entry(second), "Received.", language="en")
    hosted.network.change = None
    if who == "handler":
        thread = await first.read(entry)
    else:
        thread = (await hosted.visit(submission)).thread
    assert thread.alarms == ()
    assert (NoticeKind.NOT_SEEN in kinds(thread)) is told
    await second.reply(await hosted.only_entry(second), "I see it now.", language="en")
    others = await hosted.only_entry(second)
    assert NoticeKind.NOT_SEEN not in kinds(others)


async def test_a_served_proof_that_does_not_hold_is_told(hosted: HostedLine) -> None:
    def forge(messages: list[ServedMessage]) -> list[ServedMessage]:
        messages[1] = messages[1].model_copy(update={"proof": messages[2].proof})
        return messages

    thread = await seen_by_reporter(hosted, serving(forge))
    found = [notice for notice in thread.notices if notice.kind is NoticeKind.HOST_PROOF]
    assert [notice.message for notice in found] == [thread.messages[1].message_id]


async def test_a_reply_received_before_what_it_answers_is_told(hosted: HostedLine) -> None:
    """The host has proven the wrong day: it signs whatever it likes."""
    hosted.clock.pass_days(1)

    def earlier(messages: list[ServedMessage]) -> list[ServedMessage]:
        newest = messages[-1]
        day = newest.received_on - timedelta(days=1)
        proof = hosted.host.secrets.prove(ids.message_id(newest.header), day)
        return [*messages[:-1], newest.model_copy(update={"received_on": day, "proof": proof})]

    thread = await seen_by_reporter(hosted, serving(earlier))
    last = thread.messages[-1].message_id
    assert Notice(NoticeKind.HOST_DAY, message=last) in thread.notices
    assert NoticeKind.HOST_PROOF not in kinds(thread)


async def test_an_order_that_cannot_be_is_told_and_put_right(hosted: HostedLine) -> None:
    thread = await seen_by_reporter(hosted, serving(lambda messages: messages[::-1]))
    assert NoticeKind.HOST_ORDER in kinds(thread)
    assert [m.header.tag for m in thread.messages] == [
        Tag.REPORT,
        Tag.MESSAGE,
        Tag.ACKNOWLEDGEMENT,
        Tag.MESSAGE,
    ]
    assert thread.status.state is State.ACKNOWLEDGED


async def test_a_message_twice_is_one_message(hosted: HostedLine) -> None:
    thread = await seen_by_reporter(hosted, serving(lambda messages: messages + messages))
    assert len(thread.messages) == 4
    assert thread.alarms == ()


@pytest.mark.parametrize("field", ["header", "signature"])
async def test_a_changed_header_or_signature_is_refused(hosted: HostedLine, field: str) -> None:
    def change(messages: list[ServedMessage]) -> list[ServedMessage]:
        value = bytearray(getattr(messages[2], field))
        value[-20] ^= 1
        messages[2] = messages[2].model_copy(update={field: bytes(value)})
        return messages

    with pytest.raises(RefusedError):
        await seen_by_reporter(hosted, serving(change))


@pytest.mark.parametrize(
    ("fields", "access", "reason"),
    [
        ({"body": bytes(1072)}, Readability.REFUSED, Reason.BODY_HASH),
        ({"body": None}, Readability.REFUSED, Reason.BODY_HASH),
        ({"wraps": ()}, Readability.NO_WRAP, Reason.WRAP_READER),
    ],
)
async def test_one_message_that_does_not_open_hides_no_other(
    hosted: HostedLine, fields: dict[str, object], access: Readability, reason: Reason
) -> None:
    await conversation(hosted)

    def change(messages: list[ServedMessage]) -> list[ServedMessage]:
        return [messages[0].model_copy(update=fields), *messages[1:]]

    hosted.network.change = serving(change)
    thread = await hosted.only_entry(hosted.handlers[1])
    assert [m.readability for m in thread.messages] == [access, *[Readability.OPENED] * 3]
    assert thread.messages[0].refusal is reason
    assert thread.messages[0].text is None


async def test_a_reports_messages_cannot_be_served_under_another(hosted: HostedLine) -> None:
    await hosted.open_line()
    one, two = await hosted.submit("One."), await hosted.submit("Two.")
    taken: list[ServedMessage] = []

    def take(messages: list[ServedMessage]) -> list[ServedMessage]:
        taken.extend(messages)
        return messages

    hosted.network.change = serving(take)
    await hosted.visit(one)
    hosted.network.change = serving(lambda _: taken)
    with pytest.raises(RefusedError) as refused:
        await hosted.visit(two)
    assert refused.value.reason is Reason.OTHER_REPORT


async def test_a_handler_is_not_given_another_reporters_keys(hosted: HostedLine) -> None:
    await hosted.open_line()
    await hosted.submit("One.", readers=(0, 1))
    await hosted.submit("Two.", readers=(0, 2))
    handler = hosted.handlers[0]
    one, two = (await handler.inbox()).entries

    def swap(found: Model) -> Model:
        return found.model_copy(update={"birth_keys": two.birth_keys})

    name = one.to_json().split(b'"entry":"')[1][:22].decode()
    hosted.network.change = rewrite(name, EntryStatus, swap)
    with pytest.raises(RefusedError) as refused:
        await handler.read(one.entry)
    assert refused.value.reason is Reason.OTHER_REPORT


async def test_another_lines_report_is_refused(hosted: HostedLine) -> None:
    with pytest.raises(RefusedError) as refused:
        await seen_by_reporter(hosted, claims(line_id=ids.LineId(bytes(20))))
    assert refused.value.reason is Reason.OTHER_LINE


async def test_erased_without_a_withdrawal_is_loss_and_told_as_such(hosted: HostedLine) -> None:
    thread = await seen_by_reporter(hosted, claims(erased=True))
    assert alarms(thread) == {Reason.GAP}
    assert not thread.erased
    assert thread.messages[-2].text == "Received."


async def _withdrawn(hosted: HostedLine, *, undone: bool, immediate: bool = False) -> DraftReport:
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    await visit.withdraw(language="en", immediate=immediate)
    if undone:
        await visit.reply("No, keep it.", language="en")
    return submission


@pytest.mark.parametrize("undone", [False, True])
async def test_a_withdrawal_that_is_undone_or_not_due_erases_nothing(
    hosted: HostedLine, undone: bool
) -> None:
    submission = await _withdrawn(hosted, undone=undone)
    if undone:
        hosted.clock.pass_days(40)
    hosted.network.change = claims(erased=True)
    thread = (await hosted.visit(submission)).thread
    assert not thread.erased
    assert Reason.GAP in alarms(thread)
    hosted.network.change = _erased_for_handlers
    thread = await hosted.only_entry(hosted.handlers[0])
    assert not thread.erased
    assert thread.messages[0].text is not None
    assert Reason.GAP in alarms(thread)


def _erased_for_handlers(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    path = request.url.path
    if not path.startswith("/v1/inbox/") or path.endswith("/messages") or request.method != "GET":
        return response
    return json_answer(response.content.replace(b'"erased":false', b'"erased":true'))


async def test_what_a_withdrawal_erased_raises_no_alarm(hosted: HostedLine) -> None:
    submission = await _withdrawn(hosted, undone=False, immediate=True)
    thread = (await hosted.visit(submission)).thread
    assert thread.erased
    assert thread.alarms == ()
    thread = await hosted.only_entry(hosted.handlers[0])
    assert thread.erased
    assert thread.alarms == ()


async def test_pages_without_an_end_come_to_one(hosted: HostedLine) -> None:
    def endless(page: Model) -> Model:
        return page.model_copy(update={"more": True})

    with pytest.raises(AnswerError):
        await seen_by_reporter(hosted, rewrite("/messages", MessagesPage, endless))


async def test_a_hidden_tail_is_noticed_when_the_other_side_writes(hosted: HostedLine) -> None:
    submission = await conversation(hosted)
    hosted.network.change = serving(lambda messages: messages[:2])
    visit = await hosted.visit(submission)
    assert kinds(visit.thread) == {
        NoticeKind.HOST_COUNT,
        NoticeKind.HOST_STATE,
        NoticeKind.HOST_CLOCKS,
    }
    handler = hosted.handlers[1]
    hosted.network.change = None
    await handler.reply(await hosted.only_entry(handler), "Still there?", language="en")
    hosted.network.change = serving(lambda messages: [*messages[:3], *messages[4:]])
    assert Reason.UNKNOWN_SEEN in alarms(await visit.refresh())


@pytest.mark.parametrize(
    "fields", [{"proof": bytes(64)}, {"received_on": date(1999, 1, 1)}, {"proof": b"\x01" * 64}]
)
async def test_a_proof_of_receipt_that_does_not_hold_is_told_on_sending(
    hosted: HostedLine, fields: dict[str, object]
) -> None:
    line = await hosted.open_line()

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method != "PUT" or not response.is_success or not response.content:
            return response
        accepted = Accepted.from_value(response.json()).model_copy(update=fields)
        return json_answer(accepted.to_json(), response.status_code)

    hosted.network.change = change
    reporter = hosted.reporter()
    submission = await reporter.prepare(line, "Hello.", language="en")
    notices = [(await reporter.send(submission)).notices]
    visit = await hosted.visit(submission)
    notices.append((await visit.reply("More.", language="en")).notices)
    reader = next(h for h in hosted.handlers if h.keys.handler_id in submission.readers)
    thread = await hosted.only_entry(reader)
    notices.append((await reader.acknowledge(thread, "Received.", language="en")).notices)
    assert [[n.kind for n in told] for told in notices] == [[NoticeKind.HOST_PROOF]] * 3


async def test_an_answer_that_comes_days_later_is_no_notice(hosted: HostedLine) -> None:
    line = await hosted.open_line()
    reporter = hosted.reporter()
    submission = await reporter.prepare(line, "Hello.", language="en")
    assert (await reporter.send(submission)).notices == ()
    hosted.clock.pass_days(30)  # the same answer, again
    assert (await reporter.send(submission)).notices == ()


@pytest.mark.parametrize(("days", "told"), [(-3, True), (-2, False), (12, False), (13, True)])
async def test_a_proof_of_a_day_that_cannot_be_is_told(
    hosted: HostedLine, days: int, told: bool
) -> None:
    """Sealed on the first day, answered on the tenth after it."""
    reporter = hosted.reporter()
    submission = await reporter.prepare(await hosted.open_line(), "Hello.", language="en")
    day = hosted.today() + timedelta(days=days)
    proof = hosted.host.secrets.prove(submission.draft.message_id, day)

    def change(request: httpx.Request, response: httpx.Response) -> httpx.Response:
        if request.method != "PUT" or not response.is_success:
            return response
        return json_answer(Accepted(received_on=day, proof=proof).to_json(), response.status_code)

    hosted.clock.pass_days(10)
    hosted.network.change = change
    notices = (await reporter.send(submission)).notices
    assert [notice.kind for notice in notices] == [NoticeKind.HOST_PROOF] * told


async def _dropped(hosted: HostedLine, *, knowing: bool) -> DraftReport:
    """Let 0, whom the reporter drops, and the host close a report; `knowing` of it or not."""
    await hosted.open_line()
    submission = await hosted.submit()
    first = hosted.handlers[0]
    before = await hosted.only_entry(first)
    visit = await hosted.visit(submission)
    await visit.reply("Not for 0 any more.", language="en", left_out=[hosted.id_of(0)])
    thread = await hosted.only_entry(first) if knowing else before
    extra: list[SealedMessage] = []
    for tag in (Tag.FEEDBACK, Tag.CLOSING):
        header = next_header(
            thread,
            tag=tag,
            readers=[hosted.id_of(0), hosted.id_of(1), REPORTER],
            day=hosted.today(),
        )
        draft = seal_draft(
            header.model_copy(
                update={
                    "n": len(extra),
                    "seen": tuple(
                        sorted([*thread.log.seen(), *(m.message_id for m in extra[-1:])])
                    ),
                }
            ),
            write_payload("Nothing to see.", language="en"),
            lines=thread.lines,
            author=first.keys.signing,
            entropy=hosted.entropy,
            today=hosted.today(),
        )
        extra.append(draft.message)
    served = [
        ServedMessage(
            header=m.header,
            signature=m.signature,
            body=m.body,
            wraps=(),
            wrapped_for=(),
            received_on=hosted.today(),
            proof=bytes(64),
        )
        for m in extra
    ]
    hosted.network.change = serving(lambda messages: [*messages, *served])
    return submission


@pytest.mark.parametrize("knowing", [False, True])
async def test_one_whom_the_reporter_dropped_closes_nothing(
    hosted: HostedLine, knowing: bool
) -> None:
    submission = await _dropped(hosted, knowing=knowing)
    thread = (await hosted.visit(submission)).thread
    assert thread.status.state is State.RECEIVED
    assert alarms(thread) == ({Reason.NOT_A_READER} if knowing else set())
    assert [m.confirmed for m in thread.messages] == [
        m.header.author == REPORTER for m in thread.messages
    ]


async def test_what_one_wrote_before_the_reporter_dropped_them_counts(hosted: HostedLine) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    first = hosted.handlers[0]
    await first.acknowledge(await hosted.only_entry(first), "Received.", language="en")
    visit = await hosted.visit(submission)
    await visit.reply("Not for 0 any more.", language="en", left_out=[hosted.id_of(0)])
    thread = (await hosted.visit(submission)).thread
    assert thread.status.state is State.ACKNOWLEDGED
    assert all(message.confirmed for message in thread.messages)
    assert thread.alarms == ()


async def test_what_crossed_a_drop_counts_once_somebody_who_reads_on_has_seen_it(
    hosted: HostedLine,
) -> None:
    await hosted.open_line()
    submission = await hosted.submit()
    visit = await hosted.visit(submission)
    draft = await visit.seal("Not for 0 any more.", language="en", left_out=[hosted.id_of(0)])
    first, second = hosted.handlers[:2]
    await first.acknowledge(await hosted.only_entry(first), "Received.", language="en")
    await visit.send(draft)
    thread = (await hosted.visit(submission)).thread
    assert thread.status.state is State.RECEIVED
    await second.reply(await hosted.only_entry(second), "So it was.", language="en")
    thread = (await hosted.visit(submission)).thread
    assert thread.status.state is State.ACKNOWLEDGED
    assert thread.alarms == ()
