"""Handing a report over to another line: who answers, who reads on, and whose word counts."""

from datetime import date, timedelta
from typing import Any

from meldpunt.protocol.log import Alarm, Log
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.line_document import Lines
from meldpunt.protocol.verify.log import graph
from meldpunt.protocol.verify.log.handover import Handovers, handovers
from meldpunt.protocol.verify.log.header import Tag, parse_header
from openapi.generator import scene
from openapi.generator.scene import (
    ANNA,
    BRAM,
    CHRIS,
    OTHER_LINE,
    SUNDAY,
    TESS,
    TODAY,
    TOM,
    Conversation,
    Person,
    in_order,
)
from tests.protocol.thread import verified_with

EVERYBODY = (ANNA, BRAM, CHRIS, TESS, TOM)
BOTH = Lines(scene.document(), (scene.other_document(),))
DAY = timedelta(days=1)


def log_of(conversation: Conversation, lines: Lines = BOTH) -> Log:
    return verified_with(conversation.without(), lines)


def reading(log: Log, today: date = TODAY) -> set[Person]:
    return {person for person in EVERYBODY if person.id in log.readers(BOTH, today)}


def found_in(conversation: Conversation, *hidden: ids.MessageId) -> Handovers:
    headers = {ids.message_id(d): parse_header(d) for d, _ in conversation.without(*hidden)}
    return handovers(headers)


def known(conversation: Conversation) -> tuple[ids.MessageId, ...]:
    """Return what one names in `seen` who has seen all of it until now."""
    return tuple(sorted(conversation.newest.values()))


def start() -> Conversation:
    """Return a report to Anna and Bram, and Anna's answer."""
    conversation = Conversation()
    conversation.say(REPORTER)
    conversation.say(ANNA.id, Tag.ACKNOWLEDGEMENT)
    return conversation


def asked(*people: Person, **changes: object) -> tuple[Conversation, ids.MessageId]:
    """Return a report whose reporter asks the other line to take it."""
    conversation = start()
    return conversation, conversation.consent(*(people or (TESS, TOM)), **changes)


def taken() -> tuple[Conversation, ids.MessageId, ids.MessageId]:
    conversation, consent = asked()
    return conversation, consent, conversation.answer(TESS, consent)


def said(conversation: Conversation, author: Participant, *people: Person, **more: Any) -> Any:  # noqa: ANN401 (any field)
    """Let an author write to the reporter and to people, oneself included."""
    own = () if author == REPORTER else (author, REPORTER)
    readers = in_order(*{*own, *(person.id for person in people)})
    return conversation.say(author, more.pop("tag", None), readers=readers, **more)


def back(line: tuple[Person, ...] = (ANNA,), **changes: object) -> dict[str, Any]:
    """Return what a consent says that hands the report back to the line it was made on."""
    return {"readers": in_order(*(p.id for p in (*line, TESS, TOM))), **changes}


# --- who answers


def test_until_somebody_answers_the_report_stays_where_it_is() -> None:
    conversation, consent = asked()
    log = log_of(conversation)
    assert (log.handovers.line, log.handovers.pending) == (None, consent)
    assert reading(log) == {ANNA, BRAM, TESS, TOM}
    assert log.alarms == ()


def test_an_acceptance_hands_it_over_and_those_who_had_it_read_on_no_more() -> None:
    conversation, consent, acceptance = taken()
    log = log_of(conversation)
    assert log.handovers.line == OTHER_LINE
    assert (log.handovers.accepted, log.handovers.acceptance) == ((consent,), acceptance)
    assert reading(log) == {TESS, TOM}
    assert log.alarms == ()
    assert acceptance not in log.void


def test_a_refusal_leaves_it_where_it_is_and_ends_what_the_other_line_reads() -> None:
    conversation, consent = asked()
    conversation.answer(TOM, consent, Tag.REFUSAL)
    log = log_of(conversation)
    assert (log.handovers.line, log.handovers.pending) == (None, None)
    assert reading(log) == {ANNA, BRAM}
    assert log.alarms == ()


def test_after_the_last_day_the_line_that_was_asked_reads_on_no_more() -> None:
    conversation, _ = asked()
    log = log_of(conversation)
    assert reading(log, SUNDAY) == {ANNA, BRAM, TESS, TOM}
    assert reading(log, SUNDAY + DAY) == {ANNA, BRAM}


def test_an_acceptance_after_the_last_day_counts_for_nothing() -> None:
    conversation, consent = asked()
    late = conversation.answer(TESS, consent, day=SUNDAY + DAY)
    log = log_of(conversation)
    assert log.handovers.line is None
    assert late in log.void
    assert Alarm(Reason.HANDOVER, TESS.id, 0) in log.alarms


def test_only_a_reader_of_the_consent_answers_it() -> None:
    for person in (ANNA, TOM):
        conversation, consent = asked(TESS)
        answer = conversation.answer(person, consent)
        log = log_of(conversation)
        assert log.handovers.line is None
        assert answer in log.void
        assert Reason.HANDOVER in {alarm.reason for alarm in log.alarms}


def test_an_acceptance_of_an_older_consent_counts_for_nothing() -> None:
    conversation, first = asked(TESS)
    second = conversation.consent(TESS, TOM)
    conversation.answer(TESS, first)
    log = log_of(conversation)
    assert (log.handovers.line, log.handovers.pending) == (None, second)
    assert log.alarms == (Alarm(Reason.HANDOVER, TESS.id, 0),)


def test_who_was_asked_before_does_not_answer_for_those_who_are_now() -> None:
    conversation, _ = asked(TESS)
    second = conversation.consent(TOM)
    acceptance = conversation.answer(TESS, second)
    log = log_of(conversation)
    assert log.handovers.line is None
    assert acceptance in log.void


def test_an_acceptance_of_what_is_no_consent_counts_for_nothing() -> None:
    conversation, _ = asked()
    report = next(iter(conversation.messages))
    conversation.answer(TESS, report)
    log = log_of(conversation)
    assert log.handovers.line is None
    assert log.alarms == (Alarm(Reason.HANDOVER, TESS.id, 0),)


def test_an_acceptance_without_its_consent_counts_for_nothing() -> None:
    conversation, consent, _ = taken()
    log = verified_with(conversation.without(consent), BOTH)
    assert log.handovers.line is None
    assert {a.reason for a in log.alarms} >= {Reason.UNKNOWN_SEEN, Reason.HANDOVER}


def test_an_answer_by_one_who_has_not_seen_the_consent_counts_for_nothing() -> None:
    conversation = start()
    before = known(conversation)
    consent = conversation.consent(TESS)
    conversation.answer(TESS, consent, seen=before)
    assert log_of(conversation).handovers.line is None


def test_nobody_answers_twice() -> None:
    conversation, consent = asked()
    conversation.answer(TESS, consent, Tag.REFUSAL)
    conversation.answer(TESS, consent)
    log = log_of(conversation)
    assert log.handovers.line is None
    assert Alarm(Reason.HANDOVER, TESS.id, 1) in log.alarms


def test_of_two_acceptances_that_cross_one_starts_the_clocks() -> None:
    conversation, consent = asked()
    before = known(conversation)
    first = conversation.answer(TESS, consent)
    second = conversation.answer(TOM, consent, seen=before)
    log = log_of(conversation)
    assert log.handovers.accepted == (consent,)
    assert len({first, second} & log.void) == 1
    assert log.alarms == ()


def test_where_answers_cross_the_acceptance_holds() -> None:
    conversation, consent = asked()
    before = known(conversation)
    conversation.answer(TESS, consent, Tag.REFUSAL)
    conversation.answer(TOM, consent, seen=before)
    log = log_of(conversation)
    assert log.handovers.line == OTHER_LINE
    assert log.alarms == ()


def test_the_line_that_answers_is_not_asked_again() -> None:
    conversation = start()
    own = scene.handover(ANNA, messages=conversation.messages)
    consent = conversation.consent(ANNA, handover=own, readers=in_order(ANNA.id, BRAM.id))
    acceptance = conversation.answer(ANNA, consent)
    log = log_of(conversation)
    assert log.handovers.accepted == ()
    assert {consent, acceptance} <= log.void
    conversation, _, _ = taken()
    again = conversation.consent(TESS, readers=in_order(TESS.id, TOM.id))
    assert again in log_of(conversation).void


def test_a_consent_to_readers_of_another_line_is_told() -> None:
    wrong = scene.handover(TESS, messages=start().messages, readers=(ANNA.id,))
    conversation, _ = asked(TESS, handover=wrong)
    assert set(log_of(conversation).alarms) == {
        Alarm(Reason.HANDOVER, REPORTER, 1),
        Alarm(Reason.LEFT_OUT, REPORTER, 1),  # Tess is among the readers, and is not asked
    }


# --- the reporter's word


def test_a_word_that_is_not_for_those_who_were_asked_takes_the_consent_back() -> None:
    conversation, consent = asked()
    said(conversation, REPORTER, ANNA, BRAM)
    late = conversation.answer(TESS, consent)
    log = log_of(conversation)
    assert (log.handovers.line, log.handovers.pending) == (None, None)
    assert late in log.void
    assert reading(log) == {ANNA, BRAM}


def test_a_word_to_some_of_those_who_were_asked_does_not() -> None:
    conversation, consent = asked()
    said(conversation, REPORTER, ANNA, BRAM, TESS)
    assert log_of(conversation).handovers.pending == consent
    conversation.answer(TESS, consent)
    assert reading(log_of(conversation)) == {TESS}


def test_an_acceptance_undoes_no_word_that_its_author_had_not_seen() -> None:
    for tag in (Tag.MESSAGE, Tag.WITHDRAWAL):
        conversation, consent = asked()
        before = known(conversation)
        changes = {"immediate": False} if tag is Tag.WITHDRAWAL else {}
        everybody = (ANNA, BRAM, TESS) if tag is Tag.WITHDRAWAL else (ANNA, BRAM)
        said(conversation, REPORTER, *everybody, tag=tag, **changes)
        acceptance = conversation.answer(TESS, consent, seen=before)
        log = log_of(conversation)
        assert log.handovers.line is None
        assert acceptance in log.void
        assert Alarm(Reason.HANDOVER, TESS.id, 0) in log.alarms
        assert reading(log) == {ANNA, BRAM}


def test_an_acceptance_that_the_reporter_has_seen_stands() -> None:
    conversation, consent, _ = taken()
    said(conversation, REPORTER, TOM)
    log = log_of(conversation)
    assert log.handovers.accepted == (consent,)
    assert reading(log) == {TOM}
    assert log.alarms == ()


def test_what_follows_an_acceptance_that_is_undone_changes_nothing() -> None:
    conversation, consent = asked()
    before = known(conversation)
    said(conversation, REPORTER, ANNA, BRAM)
    acceptance = conversation.answer(TESS, consent, seen=before)
    closing = said(conversation, TESS.id, TOM, tag=Tag.FEEDBACK, seen=(acceptance,))
    said(conversation, ANNA.id, BRAM)  # an honest device names it
    log = log_of(conversation)
    assert closing in log.void
    assert log.handovers.line is None


def test_two_consents_on_a_fork_hand_nothing_over() -> None:
    conversation = start()
    before = known(conversation)
    first = conversation.consent(TESS)
    conversation.answer(TESS, first)
    conversation.counts[REPORTER] = 1
    second = conversation.consent(TOM, seen=before)
    conversation.answer(TOM, second, seen=(second,))
    log = log_of(conversation)
    assert (log.handovers.accepted, log.handovers.pending) == ((), None)
    assert reading(log) == {ANNA, BRAM}
    assert Reason.FORK in {alarm.reason for alarm in log.alarms}


def test_a_word_on_another_branch_takes_a_consent_back() -> None:
    conversation = start()
    before = known(conversation)
    consent = conversation.consent(TESS)
    conversation.counts[REPORTER] = 1
    said(conversation, REPORTER, ANNA, BRAM, seen=before)
    conversation.answer(TESS, consent, seen=(consent,))
    assert log_of(conversation).handovers.line is None


def test_a_consent_stands_after_a_succession() -> None:
    conversation, consent = asked()
    everybody = in_order(ANNA.id, BRAM.id, TESS.id, TOM.id)
    conversation.succeed(readers=everybody)
    conversation.answer(TESS, consent)
    log = log_of(conversation)
    assert log.handovers.line == OTHER_LINE
    assert log.alarms == ()


def test_a_consent_of_the_replaced_key_counts_for_nothing() -> None:
    conversation = start()
    before = known(conversation)
    conversation.succeed()
    consent = conversation.consent(TESS, seen=before)
    conversation.answer(TESS, consent)
    log = log_of(conversation)
    assert log.handovers.line is None
    assert Reason.SUCCEEDED in {alarm.reason for alarm in log.alarms}


def test_nobody_hands_a_consultation_over() -> None:
    conversation = Conversation()
    conversation.say(REPORTER, origin="consultation")
    consent = conversation.consent(TESS)
    conversation.answer(TESS, consent)
    log = log_of(conversation)
    assert log.handovers.line is None
    assert consent in log.handovers.void


def test_a_line_that_did_not_take_a_report_can_be_asked_again() -> None:
    conversation, consent = asked()
    conversation.answer(TESS, consent, Tag.REFUSAL)
    said(conversation, REPORTER, ANNA, BRAM)
    again = conversation.consent(TESS)
    assert reading(log_of(conversation)) == {ANNA, BRAM, TESS}
    conversation.answer(TESS, again)
    said(conversation, REPORTER, TESS)
    log = log_of(conversation)
    assert reading(log) == {TESS}
    assert log.alarms == ()
    said(conversation, REPORTER, TESS, TOM)  # Tom was asked before, and not again
    log = log_of(conversation)
    assert reading(log) == {TESS}
    assert Reason.LEFT_OUT in {alarm.reason for alarm in log.alarms}


# --- before an answer


def test_who_is_asked_does_nothing_but_write_and_answer() -> None:
    for day in (TODAY, SUNDAY + DAY):
        for tag in (Tag.FEEDBACK, Tag.ACKNOWLEDGEMENT):
            conversation, _ = asked()
            message = said(conversation, TESS.id, TOM, tag=tag, day=day)
            said(conversation, ANNA.id, BRAM, TESS, TOM)
            log = log_of(conversation)
            assert message in log.void
            assert Alarm(Reason.HANDOVER, TESS.id, 0) in log.alarms


def test_who_is_asked_lets_nobody_in() -> None:
    for day in (TODAY, SUNDAY + DAY):
        conversation, _ = asked(TESS)
        conversation.admit(TESS, TOM, day=day)
        log = log_of(conversation)
        assert log.access.pending == frozenset()
        assert not log.access.may_admit(TESS.id, TOM.id)
        assert Alarm(Reason.HANDOVER, TESS.id, 0) in log.alarms


def test_who_is_asked_confirms_nothing() -> None:
    conversation = start()
    before = known(conversation)
    said(conversation, REPORTER, BRAM)
    consent_readers = in_order(BRAM.id, TESS.id)
    conversation.consent(TESS, readers=consent_readers)
    claimed = said(conversation, ANNA.id, tag=Tag.FEEDBACK, seen=before)
    said(conversation, TESS.id)
    assert claimed in log_of(conversation).void


def test_who_is_asked_confirms_nobody_who_left() -> None:
    gone = scene.document(handlers=(ANNA.entry(until=TODAY), BRAM.entry(), CHRIS.entry()))
    conversation = start()
    before = known(conversation)
    conversation.consent(TESS)
    forged = said(conversation, ANNA.id, tag=Tag.FEEDBACK, seen=before)
    said(conversation, TESS.id)
    log = log_of(conversation, Lines(gone, (scene.other_document(),)))
    assert forged in log.unconfirmed


def test_a_handler_of_the_line_admits_nobody_of_another() -> None:
    conversation, consent = asked(TESS)
    conversation.answer(TESS, consent, Tag.REFUSAL)
    conversation.admit(ANNA, TOM)
    assert log_of(conversation).admitted(BOTH, TODAY) == frozenset()


def test_a_consent_opens_what_it_names_and_no_note_among_handlers() -> None:
    conversation = start()
    report, answer = conversation.messages
    note = conversation.say(ANNA.id, readers=in_order(ANNA.id, BRAM.id))
    later = said(conversation, REPORTER, ANNA)
    scope = scene.handover(TESS, messages=(report, answer, note))
    conversation.consent(TESS, handover=scope)
    log = log_of(conversation)
    readable = {m for m in conversation.messages if log.may_read(TESS.id, m)}
    assert {report, answer} <= readable
    assert not {note, later} & readable


def test_a_consent_opens_nothing_that_the_reporter_had_not_seen() -> None:
    conversation = start()
    before = known(conversation)
    answer = said(conversation, ANNA.id, BRAM)
    conversation.consent(TESS, seen=before)
    assert not log_of(conversation).may_read(TESS.id, answer)


def test_a_consent_that_came_to_nothing_opens_nothing_more() -> None:
    conversation, consent = asked(TESS)
    report = next(iter(conversation.messages))
    conversation.answer(TESS, consent, Tag.REFUSAL)
    assert not log_of(conversation).may_read(TESS.id, report)


# --- after it


def test_the_line_that_has_it_admits_colleagues_who_read_what_it_reads() -> None:
    conversation, consent = asked(TESS)
    report = next(iter(conversation.messages))
    conversation.answer(TESS, consent)
    conversation.admit(TESS, TOM)
    log = log_of(conversation)
    assert log.admitted(BOTH, TODAY) == {TOM.id}
    assert log.may_read(TOM.id, report)
    assert log.alarms == ()


def test_what_those_who_handed_over_write_later_changes_nothing() -> None:
    for knowing in (True, False):
        conversation, consent = asked()
        before = known(conversation)
        conversation.answer(TESS, consent)
        seen = {} if knowing else {"seen": before}
        feedback = said(conversation, ANNA.id, BRAM, tag=Tag.FEEDBACK, **seen)
        said(conversation, TESS.id, TOM)
        said(conversation, REPORTER, TESS, TOM)
        log = log_of(conversation)
        assert feedback in log.void
        reasons = [alarm.reason for alarm in log.alarms]
        assert reasons == ([Reason.NOT_A_READER] if knowing else [])


def test_nobody_of_those_who_handed_over_comes_in_by_an_admission_that_crossed() -> None:
    conversation, consent = asked()
    before = known(conversation)
    conversation.answer(TESS, consent)
    conversation.admit(ANNA, CHRIS, seen=before)
    feedback = said(conversation, CHRIS.id, tag=Tag.FEEDBACK, seen=(conversation.newest[ANNA.id],))
    said(conversation, TESS.id, TOM)
    log = log_of(conversation)
    assert log.admitted(BOTH, TODAY) == frozenset()
    assert reading(log) == {TESS, TOM}
    assert feedback in log.void
    assert log.alarms == ()


def test_who_has_it_brings_nobody_back_who_handed_over() -> None:
    conversation, consent = asked()
    before = known(conversation)
    conversation.answer(TESS, consent)
    conversation.admit(ANNA, CHRIS, seen=before)
    conversation.admit(TESS, CHRIS)
    assert log_of(conversation).access.pending == frozenset()


def test_a_word_of_the_reporter_that_crossed_an_acceptance_lets_nobody_read_on() -> None:
    conversation, consent = asked()
    before = known(conversation)
    conversation.answer(TESS, consent)
    said(conversation, REPORTER, ANNA, BRAM, CHRIS, TESS, seen=before)
    log = log_of(conversation)
    assert reading(log) == {TESS}
    assert log.access.chosen == {TESS.id}


def test_an_acceptance_starts_the_clocks_though_its_author_reads_on_no_more() -> None:
    conversation, consent = asked()
    before = known(conversation)
    acceptance = conversation.answer(TESS, consent)
    said(conversation, REPORTER, ANNA, BRAM, TOM, seen=before)
    log = log_of(conversation)
    assert reading(log) == {TOM}
    assert acceptance not in log.void


def test_after_a_handover_no_message_adds_others_of_the_line_that_answers() -> None:
    conversation, consent = asked(TESS)
    conversation.answer(TESS, consent)
    said(conversation, REPORTER, TOM)
    log = log_of(conversation)
    assert reading(log) == set()
    assert Reason.LEFT_OUT in {alarm.reason for alarm in log.alarms}


def test_it_can_be_handed_back() -> None:
    conversation, first, _ = taken()
    second = conversation.consent(ANNA, **back())
    assert reading(log_of(conversation)) == {ANNA, TESS, TOM}
    conversation.answer(ANNA, second)
    log = log_of(conversation)
    assert log.handovers.accepted == (first, second)
    assert log.handovers.line == scene.LINE
    assert reading(log) == {ANNA}
    assert log.alarms == ()
    said(conversation, REPORTER, ANNA, BRAM)  # it was handed back to Anna alone
    log = log_of(conversation)
    assert reading(log) == {ANNA}
    assert Reason.LEFT_OUT in {alarm.reason for alarm in log.alarms}


def test_what_crossed_a_handover_changes_nothing_when_it_is_handed_back() -> None:
    conversation, consent = asked()
    before = known(conversation)
    conversation.answer(TESS, consent)
    feedback = said(conversation, ANNA.id, BRAM, tag=Tag.FEEDBACK, seen=before)
    conversation.consent(ANNA, **back())
    log = log_of(conversation)
    assert feedback in log.void


def test_who_left_can_still_have_accepted() -> None:
    lines = Lines(
        scene.document(), (scene.other_document(handlers=(TESS.entry(until=TODAY), TOM.entry())),)
    )
    conversation, _, acceptance = taken()
    log = verified_with(conversation.without(), lines)
    assert log.handovers.line == OTHER_LINE
    assert acceptance not in log.void
    assert acceptance in log.seen()


# --- laws


def test_the_host_counts_what_a_client_counts() -> None:
    conversation, _, _ = taken()
    said(conversation, TESS.id, TOM, tag=Tag.FEEDBACK)
    headers = {ids.message_id(d): parse_header(d) for d, _ in conversation.without()}
    assert graph.access(headers).handovers == log_of(conversation).handovers
