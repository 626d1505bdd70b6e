"""Reporter and handlers talk; the host refuses what their readers would have to refuse."""

import asyncio
from datetime import timedelta
from typing import Any, Final

import pytest

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import encode_base64url
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, participant_text
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.wire.problems import ProblemType
from tests.support.answers import assert_problem, not_found, refused, stored
from tests.support.clock import FIRST_DAY
from tests.support.correspondence import name
from tests.support.hosts import TestHost

UNKNOWN: Final = ids.MessageId(bytes(32))


async def test_a_conversation_is_served_in_order_to_both_sides(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    await talk.reporter_says()
    await talk.handler_says(1)
    sent = [message.model_dump(mode="json", by_alias=True)["header"] for message in talk.messages]
    for caller, path in (
        (talk.reporter, "/v1/report/messages"),
        (talk.handler(0), f"{talk.entry(0)}/messages"),
    ):
        page = await caller.read(path)
        assert [message["header"] for message in page["messages"]] == sent
        assert (page["cursor"], page["more"]) == (4, False)


async def test_a_body_goes_to_its_readers_only(host: TestHost) -> None:
    """A reporter's own words are not sealed to the reporter: a receipt is no confession."""
    talk = await host.report()
    await talk.handler_says(0)
    own, answer = (await talk.reporter.read("/v1/report/messages"))["messages"]
    assert "body" not in own
    assert own["wraps"] == []
    assert len(answer["wraps"]) == 1
    assert answer["wraps"][0]["keyId"] == encode_base64url(talk.keys.box_key_id)
    assert answer["wrappedFor"] == []


async def test_a_note_among_handlers_reaches_the_reporter_as_a_header(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0, readers=talk.readers)
    note = (await talk.reporter.read("/v1/report/messages"))["messages"][1]
    assert "body" not in note
    assert note["wraps"] == []
    read = (await talk.handler(1).read(f"{talk.entry(1)}/messages"))["messages"][1]
    assert len(read["wraps"]) == 1
    assert len(read["wrappedFor"]) == 2


async def test_every_author_counts_without_a_gap(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0)
    refused(await talk.reporter_puts(talk.by_reporter(n=2)), Reason.GAP)
    refused(await talk.handler_puts(0, talk.by_handler(0, n=2)), Reason.GAP)
    refused(await talk.handler_puts(1, talk.by_handler(1, n=1)), Reason.GAP)


async def test_one_number_has_one_message(host: TestHost) -> None:
    talk = await host.report()
    first, second = talk.by_handler(0), talk.by_handler(0)
    stored(await talk.handler_puts(0, first))
    assert_problem(await talk.handler_puts(0, second), ProblemType.CONFLICT)
    mine, other = talk.by_reporter(), talk.by_reporter()
    stored(await talk.reporter_puts(mine))
    assert_problem(await talk.reporter_puts(other), ProblemType.CONFLICT)
    assert len((await host.rows())["messages"]) == 3


async def test_of_two_messages_at_once_with_one_number_one_wins(host: TestHost) -> None:
    talk = await host.report()
    drafts = [talk.by_handler(0) for _ in range(4)]
    answers = await asyncio.gather(*(talk.handler_puts(0, draft) for draft in drafts))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_a_handler_and_the_reporter_at_once_both_arrive(host: TestHost) -> None:
    talk = await host.report()
    answers = await asyncio.gather(
        talk.reporter_puts(talk.by_reporter()),
        talk.handler_puts(0, talk.by_handler(0)),
        talk.handler_puts(1, talk.by_handler(1)),
    )
    assert {answer.status_code for answer in answers} == {201}
    page = await talk.reporter.read("/v1/report/messages")
    assert (len(page["messages"]), page["cursor"]) == (4, 4)


async def test_what_an_author_has_seen_must_be_there(host: TestHost) -> None:
    talk = await host.report()
    other = await host.report()
    foreign = other.messages[0].message_id
    for seen in ((UNKNOWN,), (foreign,), tuple(sorted((UNKNOWN, talk.messages[0].message_id)))):
        refused(await talk.reporter_puts(talk.by_reporter(seen=seen)), Reason.UNKNOWN_SEEN)
        refused(await talk.handler_puts(0, talk.by_handler(0, seen=seen)), Reason.UNKNOWN_SEEN)


async def test_an_author_has_seen_their_own_newest_message(host: TestHost) -> None:
    talk = await host.report()
    await talk.handler_says(0)
    first = (talk.messages[0].message_id,)
    refused(await talk.handler_puts(0, talk.by_handler(0, seen=first)), Reason.UNKNOWN_SEEN)
    handlers = (talk.messages[1].message_id,)
    refused(await talk.reporter_puts(talk.by_reporter(seen=handlers)), Reason.UNKNOWN_SEEN)


@pytest.mark.parametrize(
    "tag", [Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK, Tag.PAUSE, Tag.CLOSING, Tag.REPORT]
)
async def test_a_reporter_does_not_do_a_handlers_work(host: TestHost, tag: Tag) -> None:
    talk = await host.report()
    refused(await talk.reporter_puts(talk.by_reporter(tag)), Reason.TAG_NOT_ALLOWED)


@pytest.mark.parametrize("tag", [Tag.REPORT, Tag.WITHDRAWAL])
async def test_a_handler_does_not_speak_for_the_reporter(host: TestHost, tag: Tag) -> None:
    talk = await host.report()
    refused(await talk.handler_puts(0, talk.by_handler(0, tag)), Reason.TAG_NOT_ALLOWED)


async def test_a_report_is_not_sent_as_a_message(host: TestHost) -> None:
    talk = await host.report()
    again = talk.seal(talk.first_draft(), talk.keys.signing)
    refused(await talk.reporter_puts(again), Reason.TAG_NOT_ALLOWED)
    assert (await talk.reporter_puts(talk.messages[0])).status_code == 200  # it is there already


async def test_no_closing_without_feedback(host: TestHost) -> None:
    talk = await host.report()
    for tag in (Tag.CLOSING, Tag.REOPENING):
        answer = await talk.handler_puts(0, talk.by_handler(0, tag))
        assert_problem(answer, ProblemType.NOT_ALLOWED_NOW)
    await talk.handler_says(0, Tag.FEEDBACK)
    await talk.handler_says(0, Tag.CLOSING)
    answer = await talk.handler_puts(0, talk.by_handler(0, Tag.CLOSING))
    assert_problem(answer, ProblemType.NOT_ALLOWED_NOW)
    until = FIRST_DAY + timedelta(days=5)
    answer = await talk.handler_puts(0, talk.by_handler(0, Tag.PAUSE, until=until))
    assert_problem(answer, ProblemType.NOT_ALLOWED_NOW)


async def test_the_reporter_reopens_what_was_closed(host: TestHost) -> None:
    talk = await host.report()
    for tag in (Tag.FEEDBACK, Tag.CLOSING):
        await talk.handler_says(0, tag)
    assert (await talk.reporter.read("/v1/report"))["state"] == "closed"
    await talk.reporter_says(Tag.REOPENING)
    assert (await talk.reporter.read("/v1/report"))["state"] == "feedback-given"


async def test_the_reporters_newest_message_says_who_reads_on(host: TestHost) -> None:
    talk = await host.report()
    people = talk.office.people
    kept = tuple(r for r in talk.readers if r == people[0].id)
    await talk.reporter_says(readers=kept)
    for person in (0, 1):
        both = _with_reporter(*talk.readers)
        answer = await talk.handler_puts(person, talk.by_handler(person, readers=both))
        refused(answer, Reason.READER_NOT_ALLOWED)
    stored(await talk.handler_puts(0, talk.by_handler(0, readers=_with_reporter(*kept))))


def _with_reporter(*handlers: ids.HandlerId) -> tuple[Any, ...]:
    return tuple(sorted((*handlers, REPORTER), key=participant_text))


async def test_no_handler_adds_a_reader(host: TestHost) -> None:
    talk = await host.report()
    everybody = _with_reporter(*(person.id for person in talk.office.people))
    answer = await talk.handler_puts(0, talk.by_handler(0, readers=everybody))
    refused(answer, Reason.READER_NOT_ALLOWED)
    not_found(await talk.handler(2).get(talk.entry(2)))


async def test_a_later_message_adds_no_reader_whom_nobody_let_in(host: TestHost) -> None:
    """Else whoever finds a receipt code could widen the circle of readers."""
    talk = await host.report()
    widened = talk.by_reporter(readers=talk.office.readers(0, 1, 2))
    refused(await talk.reporter_puts(widened), Reason.READER_NOT_ALLOWED)
    not_found(await talk.handler(2).get(talk.entry(2)))


async def test_a_handler_signs_their_own_messages(host: TestHost) -> None:
    talk = await host.report()
    draft = talk.by_handler(1)
    path = f"{talk.entry(0)}/messages/{name(draft)}"
    refused(await talk.handler(0).put(path, draft), Reason.SIGNATURE)
    borrowed = talk.draft(talk.office.people[1].id, Tag.MESSAGE)
    forged = talk.seal(borrowed, talk.office.people[0].signing)
    refused(await talk.handler_puts(0, forged), Reason.AUTHOR_UNKNOWN)
    as_reporter = talk.seal(talk.draft(REPORTER, Tag.MESSAGE), talk.office.people[0].signing)
    refused(await talk.handler_puts(0, as_reporter), Reason.AUTHOR_UNKNOWN)


async def test_a_path_names_the_message_it_carries(host: TestHost) -> None:
    talk = await host.report()
    mine, other = talk.by_reporter(), talk.by_handler(0)
    refused(await talk.reporter.put(f"/v1/report/messages/{name(other)}", mine), Reason.BODY_HASH)
    wrong = f"{talk.entry(0)}/messages/{name(mine)}"
    refused(await talk.handler(0).put(wrong, other), Reason.BODY_HASH)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"report_id": ids.ReportId(bytes(32))}, Reason.OTHER_REPORT),
        ({"line_id": ids.LineId(bytes(20))}, Reason.OTHER_LINE),
        ({"document": ids.Hash(bytes(32))}, Reason.DOCUMENT_UNKNOWN),
    ],
    ids=["report", "line", "document"],
)
async def test_a_message_belongs_to_its_report(
    host: TestHost, changes: dict[str, Any], reason: Reason
) -> None:
    talk = await host.report()
    refused(await talk.reporter_puts(talk.by_reporter(**changes)), reason)
    refused(await talk.handler_puts(0, talk.by_handler(0, **changes)), reason)


@pytest.mark.parametrize("days", [-3, 3])
async def test_a_handlers_day_is_about_todays(host: TestHost, days: int) -> None:
    talk = await host.report()
    wrong = talk.by_handler(0, day=FIRST_DAY + timedelta(days=days))
    refused(await talk.handler_puts(0, wrong), Reason.DOCUMENT_DATES)
    near = talk.by_handler(0, day=FIRST_DAY + timedelta(days=days - days // abs(days)))
    stored(await talk.handler_puts(0, near))


async def test_wraps_of_a_message_are_for_its_readers(host: TestHost) -> None:
    talk = await host.report()
    outsider = talk.office.people[2].recipient()
    author = talk.office.people[0]
    draft = talk.draft(author.id, Tag.MESSAGE)
    honest = talk.recipients(draft.readers)
    note = talk.draft(author.id, Tag.MESSAGE, readers=talk.readers)
    for header, recipients, reason in (
        (draft, [*honest, outsider], Reason.WRAP_READER),
        (note, honest, Reason.WRAP_READER),
        (draft, [talk.own_key], Reason.NO_READER),
    ):
        sealed = talk.seal(header, author.signing, recipients=recipients)
        refused(await talk.handler_puts(0, sealed), reason)


async def test_a_handler_who_has_left_reads_and_writes_nothing(host: TestHost) -> None:
    talk = await host.report()
    people = host.office.people
    listed = (people[0].listed(until=FIRST_DAY + timedelta(days=1)),)
    following = host.office.next(handlers=(*listed, *(p.listed() for p in people[1:])))
    await host.caller(host.office.line_key).put(following.path, following.put())
    stored(await talk.handler_puts(0, talk.by_handler(0)))
    host.time.pass_days(1)
    draft = talk.by_handler(0)
    for path in (talk.office.inbox, talk.entry(0), f"{talk.entry(0)}/messages"):
        not_found(await talk.handler(0).get(path))
    not_found(await talk.handler_puts(0, draft))
    keys = people[0].box_keys(people[0].statement(1))
    not_found(await talk.handler(0).put(f"{host.office.path}/box-keys", keys))


async def test_the_reporter_stops_writing_to_one_who_has_left(host: TestHost) -> None:
    talk = await host.report()
    people = host.office.people
    listed = people[0].listed(until=FIRST_DAY + timedelta(days=1))
    following = host.office.next(handlers=(listed, *(p.listed() for p in people[1:])))
    await host.caller(host.office.line_key).put(following.path, following.put())
    host.time.pass_days(1)
    talk.office = following
    refused(await talk.reporter_puts(talk.by_reporter()), Reason.READER_NOT_ALLOWED)
    stored(await talk.reporter_puts(talk.by_reporter(readers=talk.office.readers(1))))


async def test_keys_of_strangers_open_no_report(host: TestHost) -> None:
    talk, stranger = await host.report(), host.correspondence()
    draft = talk.by_reporter()
    for caller in (stranger.reporter, talk.handler(0), host.caller(host.office.line_key)):
        not_found(await caller.get("/v1/report"))
        not_found(await caller.get("/v1/report/messages"))
        not_found(await caller.put(f"/v1/report/messages/{name(draft)}", draft))
