"""A report goes to another line of the host: who may do what, and who is shown what."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from meldpunt.protocol.message import wrap_for
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import parse_term
from meldpunt.protocol.verify.encoding import encode_base64url, encode_line_id
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant, participant_text
from meldpunt.protocol.verify.held import held_line_hash, held_report_hash
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.server.usecases.reports import checks
from meldpunt.wire.problems import ProblemType
from meldpunt.wire.reports import WrapsPut
from tests.support import upkeep
from tests.support.answers import assert_problem, not_found, refused, stored
from tests.support.correspondence import name
from tests.support.hosts import TestHost
from tests.support.two_offices import THEIRS, HandedOver, sunday_after

DAY = timedelta(days=1)
FAR = date(2030, 1, 6)


async def seen_by(talk: HandedOver, person: int) -> list[dict[str, Any]]:
    """Return what a handler is shown of the messages."""
    page = await talk.handler(person).read(f"{talk.entry(person)}/messages")
    found: list[dict[str, Any]] = page["messages"]
    return found


async def test_an_accepted_report_is_the_other_lines(host: TestHost) -> None:
    talk = await HandedOver.begin(host, clocks=host.office.document.clocks[:1])
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    consent = await talk.agree()
    host.time.pass_days(3)
    await talk.decide(Tag.ACCEPTANCE, consent)
    status = await talk.reporter.read("/v1/report")
    assert status["answeredBy"] == encode_line_id(talk.other.line)
    assert status["document"] == encode_base64url(talk.other.document_hash)
    assert status["state"] == "received"
    assert status["receivedOn"] == host.time.day.isoformat()
    assert [(c["name"], c["dueOn"]) for c in status["clocks"]] == [
        ("acknowledge", (host.time.day + 7 * DAY).isoformat())
    ]
    stored(await talk.send_theirs(talk.theirs(Tag.ACKNOWLEDGEMENT)))
    assert (await talk.reporter.read("/v1/report"))["state"] == "acknowledged"


async def test_until_it_is_accepted_the_first_line_stays_responsible(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    await talk.agree()
    status = await talk.reporter.read("/v1/report")
    assert "answeredBy" not in status
    for tag in (Tag.ACKNOWLEDGEMENT, Tag.FEEDBACK, Tag.PROPOSAL):
        extra = {"proposes": host.office.line} if tag is Tag.PROPOSAL else {}
        refused(await talk.send_theirs(talk.theirs(tag, **extra)), Reason.HANDOVER)
    sealed = talk.theirs()
    stored(await talk.send_theirs(sealed))  # a question before they decide
    talk.note(sealed)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT, readers=everybody_and_reporter(talk))


def everybody_and_reporter(talk: HandedOver) -> tuple[Any, ...]:
    return tuple(sorted((*talk.everybody(), REPORTER), key=participant_text))


async def test_a_consent_opens_what_it_names_and_nothing_else(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    await talk.reporter_says()
    named = talk.messages[0].message_id
    await talk.agree(handover=talk.handover(messages=(named,)))
    shown = await seen_by(talk, THEIRS)
    assert ["body" in message for message in shown] == [True, False, True]
    status = await talk.handler(THEIRS).read(talk.entry(THEIRS))
    assert status["messageCount"] == 2
    wraps = WrapsPut(wraps=(wrap_for_theirs(talk, 0),))
    path = f"{talk.entry(0)}/messages/{name(talk.messages[0])}/wraps"
    assert (await talk.handler(0).put(path, wraps)).status_code == 204
    assert len((await seen_by(talk, THEIRS))[0]["wraps"]) == 1
    hidden = f"{talk.entry(0)}/messages/{name(talk.messages[1])}/wraps"
    other = WrapsPut(wraps=(wrap_for_theirs(talk, 1),))
    refused(await talk.handler(0).put(hidden, other), Reason.WRAP_READER)


def wrap_for_theirs(talk: HandedOver, index: int) -> Any:  # noqa: ANN401 (a wrap)
    sealed = talk.messages[index]
    return wrap_for(
        talk.draft(REPORTER, Tag.MESSAGE),
        sealed.message_id,
        content_key=talk.content_keys[index],
        recipient=talk.office.people[THEIRS].recipient(),
    )


async def test_notes_among_handlers_are_not_the_reporters_to_pass_on(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    await talk.handler_says(0, readers=talk.readers)
    await talk.agree()
    assert "body" not in (await seen_by(talk, THEIRS))[1]


async def test_those_who_handed_over_are_shown_nothing_that_follows(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    await talk.decide(Tag.ACCEPTANCE, consent)
    stored(await talk.send_theirs(talk.theirs(Tag.ACKNOWLEDGEMENT)))
    assert len(await seen_by(talk, 0)) == 3
    status = await talk.handler(0).read(talk.entry(0))
    assert (status["state"], status["clocks"]) == ("handed-over", [])
    assert status["document"] == encode_base64url(host.office.document_hash)
    assert "answeredBy" not in status
    inbox = await talk.handler(0).read(f"{talk.office.inbox}&state=handed-over")
    assert [entry["state"] for entry in inbox["entries"]] == ["handed-over"]
    assert (await talk.handler(0).read(f"{talk.office.inbox}&state=acknowledged"))["entries"] == []
    late = talk.by_handler(0, seen=tuple(sorted(m.message_id for m in talk.messages[:1])))
    refused(await talk.handler_puts(0, late), Reason.READER_NOT_ALLOWED)


async def test_their_entry_goes_when_their_own_term_is_over(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    await talk.decide(Tag.ACCEPTANCE, await talk.agree())
    ends = (await talk.handler(0).read(talk.entry(0)))["erasedOn"]
    host.time.set_day(date.fromisoformat(ends) - DAY)
    await upkeep.erase_due(host.host)
    assert (await talk.handler(0).get(talk.entry(0))).status_code == 200
    host.time.set_day(date.fromisoformat(ends))
    await upkeep.erase_due(host.host)
    not_found(await talk.handler(0).get(talk.entry(0)))
    assert (await talk.handler(THEIRS).get(talk.entry(THEIRS))).status_code == 200
    assert (await talk.reporter.get("/v1/report")).status_code == 200


async def test_the_terms_of_erasure_are_the_other_lines(host: TestHost) -> None:
    talk = await HandedOver.begin(host, maximum_term=parse_term("P30D"))
    host.time.pass_days(10)
    await talk.decide(Tag.ACCEPTANCE, await talk.agree())
    ends = host.time.day + 30 * DAY
    assert (await talk.reporter.read("/v1/report"))["erasedOn"] == ends.isoformat()
    host.time.set_day(ends)
    assert await upkeep.erase_due(host.host) == 1
    not_found(await talk.reporter.get("/v1/report"))


async def test_a_refused_report_stays_where_it_was(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    await talk.decide(Tag.REFUSAL, consent)
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    assert "answeredBy" not in await talk.reporter.read("/v1/report")
    shown = await seen_by(talk, THEIRS)
    assert len(shown) == 3
    assert "body" not in shown[0]  # what the consent opened is closed again
    status = await talk.handler(THEIRS).read(talk.entry(THEIRS))
    assert (status["state"], status["messageCount"]) == ("handed-over", 2)
    refused(await talk.send_theirs(talk.theirs()), Reason.READER_NOT_ALLOWED)
    again = await talk.send_theirs(talk.answer(Tag.ACCEPTANCE, consent))
    refused(again, Reason.READER_NOT_ALLOWED)


async def test_who_does_not_answer_in_time_reads_on_no_more(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    host.time.set_day(sunday_after(host.time.day))
    await upkeep.erase_due(host.host)
    assert (await talk.handler(THEIRS).read(talk.entry(THEIRS)))["state"] == "received"
    host.time.pass_days(1)
    refused(await talk.send_theirs(talk.answer(Tag.ACCEPTANCE, consent)), Reason.HANDOVER)
    refused(await talk.send_theirs(talk.theirs()), Reason.READER_NOT_ALLOWED)
    backdated = talk.answer(Tag.ACCEPTANCE, consent, day=host.time.day - DAY)
    refused(await talk.send_theirs(backdated), Reason.READER_NOT_ALLOWED)
    await upkeep.erase_due(host.host)
    assert (await talk.handler(THEIRS).read(talk.entry(THEIRS)))["state"] == "handed-over"
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    assert len(await seen_by(talk, THEIRS)) == 2


async def test_a_consent_can_be_taken_back(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    answer = talk.answer(Tag.ACCEPTANCE, consent)
    await talk.reporter_says()  # to the first line alone
    for late in (answer, talk.answer(Tag.ACCEPTANCE, consent)):
        refused(await talk.send_theirs(late), Reason.READER_NOT_ALLOWED)
    alone = talk.answer(Tag.ACCEPTANCE, consent, readers=first_line_and_reporter(talk))
    refused(await talk.send_theirs(alone), Reason.READER_NOT_ALLOWED)
    assert len(await seen_by(talk, THEIRS)) == 3
    await talk.handler_says(0)
    assert len(await seen_by(talk, THEIRS)) == 3


async def test_a_withdrawal_takes_a_consent_back(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    readers = talk.everybody()
    await talk.reporter_says(Tag.WITHDRAWAL, immediate=False, readers=readers)
    refused(await talk.send_theirs(talk.answer(Tag.ACCEPTANCE, consent)), Reason.READER_NOT_ALLOWED)


async def test_who_has_not_seen_an_acceptance_does_not_take_it_back(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    everybody: dict[str, Any] = {"readers": talk.everybody(), "immediate": False}
    unaware = [talk.by_reporter(), talk.by_reporter(Tag.WITHDRAWAL, **everybody)]
    await talk.decide(Tag.ACCEPTANCE, consent)
    for sealed in unaware:
        assert_problem(await talk.reporter_puts(sealed), ProblemType.NOT_ALLOWED_NOW)
    assert "answeredBy" in await talk.reporter.read("/v1/report")
    asked = tuple(sorted(talk.asked(), key=participant_text))
    theirs: dict[str, Any] = {"readers": asked, "immediate": False}
    stored(await talk.reporter_puts(talk.by_reporter(Tag.WITHDRAWAL, **theirs)))
    assert "answeredBy" in await talk.reporter.read("/v1/report")


async def test_only_those_who_were_asked_answer(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    own = {"document": host.office.document_hash}
    by_first = talk.answer(Tag.ACCEPTANCE, consent, 0, **own)
    refused(await talk.handler_puts(0, by_first), Reason.HANDOVER)
    stranger = talk.answer(Tag.ACCEPTANCE, consent, THEIRS + 2)
    not_found(await talk.handler_puts(THEIRS + 2, stranger))
    for wrong in (talk.messages[0].message_id, ids.MessageId(bytes(32))):
        refused(await talk.send_theirs(talk.answer(Tag.ACCEPTANCE, wrong)), Reason.HANDOVER)


async def test_a_consent_is_answered_once(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    refusal = talk.answer(Tag.REFUSAL, consent, THEIRS + 1)
    crossing = talk.answer(Tag.REFUSAL, consent, THEIRS + 1, readers=theirs_and_reporter(talk))
    await talk.decide(Tag.ACCEPTANCE, consent)
    answer = await talk.handler_puts(THEIRS + 1, refusal)
    refused(answer, Reason.READER_NOT_ALLOWED)  # its readers handed over meanwhile
    crossed = await talk.handler_puts(THEIRS + 1, crossing)
    assert_problem(crossed, ProblemType.NOT_ALLOWED_NOW)
    later = talk.answer(Tag.REFUSAL, consent, THEIRS + 1, readers=theirs_and_reporter(talk))
    refused(await talk.handler_puts(THEIRS + 1, later), Reason.HANDOVER)


@pytest.mark.parametrize(
    "change",
    [
        {"until": date(2026, 3, 1)},
        {"until": date(2026, 4, 12)},
        {"messages": (ids.MessageId(bytes(32)),)},
        {"document": ids.Hash(bytes(32))},
    ],
)
async def test_a_consent_that_cannot_be_kept_is_refused(
    host: TestHost, change: dict[str, Any]
) -> None:
    talk = await HandedOver.begin(host)
    handover = talk.handover(**change)
    refused(await talk.reporter_puts(talk.consent(handover=handover)), Reason.HANDOVER)


async def test_a_line_that_is_not_here_is_not_asked(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    handover = talk.handover(line_id=ids.LineId(bytes(20)))
    refused(await talk.reporter_puts(talk.consent(handover=handover)), Reason.READER_NOT_ALLOWED)


async def test_a_line_is_not_asked_to_take_its_own_report(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    own = talk.handover(
        line_id=host.office.line,
        document=host.office.document_hash,
        readers=talk.asked(0, 1),
    )
    sealed = talk.consent(handover=own, readers=talk.readers)
    refused(await talk.reporter_puts(sealed), Reason.HANDOVER)


async def test_the_readers_asked_are_that_lines(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    mixed = talk.handover(readers=talk.asked(0, THEIRS))
    refused(await talk.reporter_puts(talk.consent(handover=mixed)), Reason.HANDOVER)


async def test_without_a_consent_nobody_of_another_line_reads(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    sealed = talk.by_reporter(readers=talk.everybody())
    refused(await talk.reporter_puts(sealed), Reason.READER_NOT_ALLOWED)
    not_found(await talk.handler(THEIRS).get(talk.entry(THEIRS)))


async def test_an_answer_without_a_consent_is_refused(host: TestHost) -> None:
    talk = await host.report()
    for tag in (Tag.ACCEPTANCE, Tag.REFUSAL):
        sealed = talk.by_handler(0, tag, consent=talk.messages[0].message_id)
        refused(await talk.handler_puts(0, sealed), Reason.HANDOVER)


async def test_a_handler_goes_by_the_document_of_their_own_line(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    theirs = talk.answer(Tag.ACCEPTANCE, consent, document=host.office.document_hash)
    refused(await talk.send_theirs(theirs), Reason.DOCUMENT_UNKNOWN)
    ours = talk.by_handler(
        0, document=talk.other.document_hash, readers=everybody_and_reporter(talk)
    )
    refused(await talk.handler_puts(0, ours), Reason.DOCUMENT_UNKNOWN)


async def test_a_report_can_go_back(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    await talk.decide(Tag.ACCEPTANCE, await talk.agree())
    back = talk.handover(
        line_id=host.office.line,
        document=host.office.document_hash,
        readers=talk.asked(0, 1),
    )
    consent = await talk.agree(handover=back)
    assert (await talk.handler(0).read(talk.entry(0)))["state"] == "received"
    own = {"document": host.office.document_hash}
    sealed = talk.answer(Tag.ACCEPTANCE, consent, 0, **own)
    stored(await talk.handler_puts(0, sealed))
    talk.note(sealed)
    assert "answeredBy" not in await talk.reporter.read("/v1/report")
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)
    assert (await talk.handler(THEIRS).read(talk.entry(THEIRS)))["state"] == "handed-over"
    assert len(await seen_by(talk, 0)) == 6


async def test_a_withdrawal_after_a_handover_reaches_both_lines(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    await talk.decide(Tag.ACCEPTANCE, await talk.agree())
    sealed = talk.by_reporter(Tag.WITHDRAWAL, immediate=True, readers=theirs_alone(talk))
    stored(await talk.reporter_puts(sealed))
    for person in (0, THEIRS):
        status = await talk.handler(person).read(talk.entry(person))
        assert (status["state"], status["erased"]) == ("withdrawn", True)
        shown = await seen_by(talk, person)
        assert len(shown) == 1
        assert "body" not in shown[0]


def theirs_and_reporter(talk: HandedOver) -> tuple[Any, ...]:
    return tuple(sorted((*talk.asked(), REPORTER), key=participant_text))


def first_line_and_reporter(talk: HandedOver) -> tuple[Any, ...]:
    readers: tuple[Participant, ...] = (*talk.readers, REPORTER)
    return tuple(sorted(readers, key=participant_text))


def theirs_alone(talk: HandedOver) -> tuple[Any, ...]:
    readers: tuple[Participant, ...] = (*talk.asked(),)
    return tuple(sorted(readers, key=participant_text))


async def test_the_line_that_has_it_lets_in_its_own_people_only(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    await talk.decide(Tag.ACCEPTANCE, await talk.agree())
    for newcomer, expected in ((2, Reason.READER_NOT_ALLOWED), (THEIRS + 2, None)):
        who = talk.office.people[newcomer].id
        both: tuple[Participant, ...] = (*talk.asked(), who, REPORTER)
        readers = tuple(sorted(both, key=participant_text))
        sealed = talk.theirs(Tag.ADMIT, admits=who, readers=readers)
        answer = await talk.send_theirs(sealed)
        if expected is None:
            stored(answer)
        else:
            refused(answer, expected)


async def test_two_answers_at_once_are_one(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    consent = await talk.agree()
    alone: dict[str, Any] = {
        "readers": theirs_and_reporter(talk)
    }  # who handed over is no reader any more
    answers = await asyncio.gather(
        talk.handler_puts(THEIRS, talk.answer(Tag.ACCEPTANCE, consent, **alone)),
        talk.handler_puts(THEIRS + 1, talk.answer(Tag.REFUSAL, consent, THEIRS + 1, **alone)),
    )
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 201
    assert codes[1] in {400, 409, 503}  # refused first: the line does not read on


async def test_a_report_of_two_lines_stays_on_this_host(host: TestHost) -> None:
    """Neither line takes it along, nor erases it by leaving; it can still be read and answered."""
    talk = await HandedOver.begin(host)
    alone = await host.report()
    await talk.agree()
    owner = host.caller(host.office.line_key)
    exported = await owner.read(f"{host.office.path}/export")
    assert exported["staying"] == 1
    named = [
        record["report"]["first"]["report"] for record in exported["records"] if "report" in record
    ]
    assert named == [encode_base64url(alone.keys.report_id)]
    elsewhere = host.office.next(
        origins=("https://elsewhere.example",), receipt_key=talk.other.document.receipt_key
    )
    stored_or_same = await owner.put(elsewhere.path, elsewhere.put())
    assert stored_or_same.status_code == 200, stored_or_same.text
    messages = [ids.message_id(sealed.header) for sealed in alone.messages]
    held = held_line_hash([held_report_hash(alone.keys.report_id, messages)])
    leave = f"{host.office.path}/reports?held={encode_base64url(held)}"
    assert (await owner.send("DELETE", leave)).status_code == 204
    not_found(await alone.reporter.get("/v1/report"))
    await talk.reporter_says(readers=talk.everybody())
    await talk.handler_says(0, Tag.ACKNOWLEDGEMENT)


async def test_a_line_that_has_moved_away_is_not_asked(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    elsewhere = talk.other.next(origins=("https://elsewhere.example",))
    owner = host.caller(talk.other.line_key)
    assert (await owner.put(elsewhere.path, elsewhere.put())).status_code == 200
    host.time.seconds += 3  # the host looks again after two
    talk.other = elsewhere
    refused(await talk.reporter_puts(talk.consent()), Reason.HANDOVER)


async def test_a_line_that_is_moving_away_at_this_moment_is_not_asked(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    refused(
        await talk.reporter_puts(talk.consent(handover=talk.handover(until=FAR))), Reason.HANDOVER
    )
    elsewhere = talk.other.next(origins=("https://elsewhere.example",))
    owner = host.caller(talk.other.line_key)
    assert (await owner.put(elsewhere.path, elsewhere.put())).status_code == 200
    assert_problem(await talk.reporter_puts(talk.consent()), ProblemType.MOVED)


async def test_the_document_agreed_to_is_that_lines(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    handover = talk.handover(document=host.office.document_hash)
    refused(await talk.reporter_puts(talk.consent(handover=handover)), Reason.HANDOVER)


async def test_a_line_whose_document_ran_out_long_ago_is_not_asked(host: TestHost) -> None:
    talk = await HandedOver.begin(host)
    host.time.set_day(talk.other.document.expires_on + 32 * DAY)
    sealed = talk.consent()
    stored(await talk.reporter_puts(sealed))
    talk.note(sealed)
    host.time.pass_days(1)
    refused(await talk.reporter_puts(talk.consent()), Reason.HANDOVER)


async def test_nobody_asks_ever_more_lines(host: TestHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MAX_OTHER_LINES", 0)
    talk = await HandedOver.begin(host)
    refused(await talk.reporter_puts(talk.consent()), Reason.HANDOVER)
