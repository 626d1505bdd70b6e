"""A handler of one line asks those of another, without the report; and whoever pretends to."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from meldpunt.client import (
    DraftReport,
    HandlerKeys,
    LineKeys,
    LineOwner,
    NoticeKind,
    ProblemError,
    Thread,
    UnsentError,
    Writer,
    fetch_line,
)
from meldpunt.client.keys.receipts import new_keys
from meldpunt.client.messages.draft import next_header, seal_draft, write_payload
from meldpunt.client.thread.consultation import vouched
from meldpunt.protocol.payload import ConsultationNote
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.store.lines import insert_invite
from meldpunt.server.usecases.lines import invite_hash
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import EntryStatus, ServedMessage
from tests.client.hosted_line import ORIGIN, HostedLine
from tests.client.test_bad_host import rewrite, serving
from tests.client.transfer_scenario import NEW_ORIGIN, TransferScenario, make_transfer_scenario
from tests.client.two_lines import OTHER_INVITE

CASE = "Somebody is paid twice, and their manager says it is fine. What would you ask first?"


@dataclasses.dataclass
class Two:
    """A line that asks, and one that is asked, on one host."""

    asking: HostedLine
    asked: HostedLine

    async def ask(self, keys: HandlerKeys | None = None, text: str = CASE) -> DraftReport:
        """Let a handler of the one line ask the handlers of the other."""
        reporter = self.asked.reporter()
        submission = await reporter.prepare(
            await reporter.line(),
            text,
            language="en",
            readers=[self.asked.id_of(0), self.asked.id_of(1)],
            written_by=Writer("consultation", keys or self.asking.handlers[0].keys),
        )
        await reporter.send(submission)
        return submission

    async def read(self) -> Thread:
        return await self.asked.only_entry(self.asked.handlers[0])


async def make_two(hosted: HostedLine, invite: str = OTHER_INVITE) -> Two:
    """Open a second line on the same host."""
    await hosted.host.store.write(lambda tx: insert_invite(tx, invite_hash(invite)))
    other = dataclasses.replace(hosted, line_keys=LineKeys.create(hosted.entropy), handlers=[])
    await hosted.open_line()
    keys = [other.new_keys() for _ in range(2)]
    await other.owner().publish(other.plan(*keys), invite=invite)
    other.handlers = [other.handler(k) for k in keys]
    for handler in other.handlers:
        await handler.publish_keys(lambda _: None)
    return Two(hosted, other)


@pytest.fixture
async def two(hosted: HostedLine) -> Two:
    """Give two lines on one host."""
    return await make_two(hosted)


def reasons(thread: Thread) -> list[Reason]:
    return [alarm.reason for alarm in thread.alarms]


def kinds(thread: Thread) -> list[NoticeKind]:
    return [notice.kind for notice in thread.notices]


async def test_those_asked_see_who_asks_and_answer_as_always(two: Two) -> None:
    submission = await two.ask()
    thread = await two.read()
    assert thread.is_consultation
    assert [m.text for m in thread.messages] == [CASE]
    assert thread.asker is not None
    assert thread.asker.handler.id == two.asking.id_of(0)
    assert thread.asker.line.document.line_id == two.asking.line_keys.line_id
    assert (thread.alarms, thread.notices) == ((), ())

    await two.asked.handlers[0].reply(thread, "Who signed for it?", language="en")
    visit = await two.asked.visit(submission)
    assert [m.text for m in visit.thread.messages] == [None, "Who signed for it?"]
    await visit.reply("The manager.", language="en")
    assert (await two.read()).messages[-1].text == "The manager."


async def test_a_consultation_is_no_report_and_has_no_terms(two: Two) -> None:
    await two.ask()
    two.asking.clock.pass_days(45)
    thread = await two.read()
    assert thread.status.clocks == ()
    assert thread.report.claim.consultation
    assert kinds(thread) == []
    [entry] = [e async for e in two.asked.handlers[0].entries()]
    assert entry.consultation
    assert entry.clocks == ()


async def test_nothing_of_it_names_a_report_or_the_line_in_the_open(two: Two) -> None:
    report = await two.asking.submit()
    submission = await two.ask()
    sent = submission.draft.message
    line, handler = two.asking.line_keys.line_id, two.asking.id_of(0)
    named: tuple[bytes, ...] = (line, handler, report.keys.report_id, report.draft.message_id)
    for secret in named:
        assert encode_base64url(secret).encode() not in sent.header
    assert encode_line_id(line).encode() not in sent.header
    payload = (await two.read()).messages[0].payload
    assert payload is not None
    assert payload.consultation is not None
    assert payload.content == {"text": CASE}


async def test_nobody_takes_a_consultation_over(two: Two) -> None:
    submission = await two.ask()
    visit = await two.asked.visit(submission)
    assert not visit.thread.awaits_takeover
    with pytest.raises(UnsentError, match="as a handler"):
        await visit.take_over(language="en")


async def test_one_whom_the_other_line_does_not_list_raises_an_alarm(two: Two) -> None:
    await two.ask(two.asking.new_keys())
    thread = await two.read()
    assert reasons(thread) == [Reason.CONSULTATION]
    assert thread.asker is None


async def test_one_who_has_left_the_other_line_asks_no_more(two: Two) -> None:
    await two.ask()
    owner = two.asking.owner()
    line = await owner.line()
    assert line is not None
    plan = await owner.plan(line)
    today = two.asking.today()
    await owner.publish(plan.without_handler(two.asking.id_of(0), day=today))
    thread = await two.read()
    assert reasons(thread) == [Reason.CONSULTATION]
    assert thread.asker is None


@pytest.mark.parametrize(("days", "holds"), [(91, True), (119, True), (121, False)])
async def test_a_line_long_out_of_date_vouches_for_nobody(two: Two, days: int, holds: bool) -> None:
    await two.ask()
    two.asking.clock.pass_days(days)
    owner = two.asked.owner()
    line = await owner.line()
    assert line is not None
    await owner.publish(await owner.plan(line))  # those who are asked renew
    thread = await two.read()
    assert reasons(thread) == ([] if holds else [Reason.CONSULTATION])
    assert (thread.asker is not None) is holds


async def test_a_note_made_for_another_report_or_line_raises_an_alarm(two: Two) -> None:
    """Somebody who was asked cannot pass the question on as if the asker had put it there."""
    first = await two.ask()
    payload = (await two.read()).messages[0].payload
    assert payload is not None

    note = payload.consultation

    class Replaying(HandlerKeys):
        def consultation_note(self, *_: object) -> ConsultationNote:
            assert note is not None
            return note

    keys = two.asking.handlers[0].keys
    await two.ask(Replaying(keys.line_id, keys.signing), "Another question, in the same name.")
    threads = [
        await two.asked.handlers[0].read(e.entry) async for e in two.asked.handlers[0].entries()
    ]
    assert sorted(map(reasons, threads)) == [[], [Reason.CONSULTATION]]
    [forged] = [thread for thread in threads if thread.alarms]
    assert forged.keys.report != first.keys.report_id


async def test_what_says_of_itself_that_it_is_one_and_holds_no_note_raises_an_alarm(
    two: Two,
) -> None:
    """And the other way round: a note in a message of an ordinary report."""
    submission = await two.asked.submit(readers=(0, 1))
    visit = await two.asked.visit(submission)
    note = two.asking.handlers[0].keys.consultation_note(
        two.asked.line_keys.line_id, submission.keys.report_id
    )
    draft = seal_draft(
        next_header(visit.thread, tag=Tag.MESSAGE, readers=visit.thread.readers(two.asked.today())),
        write_payload("Trust me.", language="en", consultation=note),
        lines=visit.thread.lines,
        author=submission.keys.signing,
        entropy=two.asked.entropy,
        today=two.asked.today(),
    )
    await visit.send(draft)
    thread = await two.read()
    assert [(a.reason, a.n) for a in thread.alarms] == [(Reason.CONSULTATION, 1)]
    assert thread.asker is None


async def test_a_line_elsewhere_is_not_looked_for_but_shown_as_unverified(
    tmp_path: Path,
) -> None:
    async with make_transfer_scenario(tmp_path) as transfer:
        two = await _on_two_hosts(transfer)
        await two.ask()
        two.asked.network.sent.clear()
        thread = await two.read()
        assert thread.asker is None
        assert kinds(thread) == [NoticeKind.ASKER_UNVERIFIED]
        assert reasons(thread) == []
        assert {request.url.host for request in two.asked.network.sent} == {"report.example"}

        # by the address that the reader has from a source of their own
        away = transfer.transport(NEW_ORIGIN)
        line = await fetch_line(away, two.asking.line_keys.line_id, two.asked.today())
        told = vouched(thread, line, two.asked.today())
        assert told.asker is not None
        assert told.asker.handler.name == "Handler 0"
        assert kinds(told) == []

        other = await two.asked.reporter().line()
        assert reasons(vouched(thread, other, two.asked.today())) == [Reason.CONSULTATION]


async def _on_two_hosts(transfer: TransferScenario) -> Two:
    """Open the line that is asked on one host, and the one that asks on another."""
    asked = transfer.hosted
    await asked.open_line(2)
    asking = dataclasses.replace(asked, line_keys=LineKeys.create(asked.entropy), handlers=[])
    keys = [asking.new_keys()]
    await transfer.new.store.write(lambda tx: insert_invite(tx, invite_hash(OTHER_INVITE)))
    owner = LineOwner(transfer.transport(NEW_ORIGIN), asking.line_keys, today=asked.clock.today)
    await owner.publish(asking.plan(*keys), invite=OTHER_INVITE)
    asking.handlers = [asking.handler(keys[0])]
    return Two(asking, asked)


async def test_a_line_that_has_moved_is_not_followed(tmp_path: Path) -> None:
    async with make_transfer_scenario(tmp_path) as transfer:
        two = await make_two(transfer.hosted)
        await two.ask()
        await transfer.move_line()
        two.asked.network.sent.clear()
        thread = await two.read()
        assert kinds(thread) == [NoticeKind.ASKER_UNVERIFIED]
        assert {request.url.host for request in two.asked.network.sent} == {"report.example"}
        assert two.asked.handlers[0].transport.origin == ORIGIN


async def test_a_consultation_moves_with_the_line_that_is_asked(tmp_path: Path) -> None:
    async with make_transfer_scenario(tmp_path) as transfer:
        two = await make_two(transfer.hosted)
        mine = Two(asking=two.asked, asked=two.asking)
        await mine.ask()
        await transfer.move_line()
        thread = await mine.asked.only_entry(mine.asked.handler(mine.asked.handlers[0].keys))
        assert thread.is_consultation
        assert thread.report.claim.consultation
        assert thread.status.clocks == thread.report.claim.clocks == ()
        longest = two.asking.today().replace(year=2028)
        assert thread.report.claim.erased_on == longest + timedelta(days=14)  # nobody has answered
        assert timedelta() == thread.status.milestones.received_on - two.asking.today()


@pytest.mark.parametrize("claimed", [True, False])
async def test_a_host_that_calls_it_something_else_is_told(two: Two, claimed: bool) -> None:
    if claimed:
        await two.asked.submit(readers=(0, 1))
    else:
        await two.ask()
    reader = two.asked.handlers[0]
    [entry] = [found async for found in reader.entries()]
    name = encode_base64url(entry.entry)
    two.asked.network.change = rewrite(
        f"/{name}", EntryStatus, lambda found: found.model_copy(update={"consultation": claimed})
    )
    assert kinds(await reader.read(entry.entry)) == [NoticeKind.HOST_STATE]


async def test_one_that_was_taken_over_raises_an_alarm(two: Two) -> None:
    """No honest host takes the succession: whoever asked signed for the first keys alone."""
    submission = await two.ask()
    visit = await two.asked.visit(submission)
    _, keys = await new_keys(two.asked.entropy, two.asked.line_keys.line_id)
    draft = await visit.seal("Mine now.", language="en", tag=Tag.SUCCESSION, successor=keys)
    with pytest.raises(ProblemError) as refused:
        await visit.send(draft)
    assert refused.value.kind is ProblemType.NOT_ALLOWED_NOW
    taken = ServedMessage(
        header=draft.message.header,
        signature=draft.message.signature,
        body=draft.message.body,
        wraps=(),
        wrapped_for=(),
        received_on=two.asked.today(),
        proof=bytes(64),
    )
    two.asked.network.change = serving(lambda messages: [*messages, taken])
    assert Reason.CONSULTATION in reasons(await two.read())
