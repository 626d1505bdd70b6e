"""Admissions: a newcomer reads what precedes, and the reporter decides on what follows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.log import Alarm, Log
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log import causality, graph
from meldpunt.protocol.verify.log.header import Tag, parse_header
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, CHRIS, DAVID, TODAY, Conversation, Person, in_order
from tests.protocol.refusal import refused
from tests.protocol.thread import verified

EVERYBODY = (ANNA, BRAM, CHRIS, DAVID)


def document(*gone: Person) -> LineDocument:
    return scene.document(
        handlers=tuple(p.entry(until=TODAY) if p in gone else p.entry() for p in EVERYBODY)
    )


def log_of(conversation: Conversation, *gone: Person) -> Log:
    return verified(conversation.without(), document(*gone))


def admitted(log: Log, *gone: Person) -> set[Person]:
    waiting = log.admitted(document(*gone), TODAY)
    return {person for person in EVERYBODY if person.id in waiting}


def check(
    log: Log,
    author: Person,
    newcomer: Person,
    *gone: Person,
    left_out: tuple[ids.HandlerId, ...] = (),
) -> None:
    log.check_admission(
        author.id, newcomer.id, document=document(*gone), today=TODAY, left_out=left_out
    )


def start() -> tuple[Conversation, list[ids.MessageId]]:
    """Return a report to Anna and Bram, and Anna's answer."""
    conversation = Conversation()
    return conversation, [conversation.say(REPORTER), conversation.say(ANNA.id)]


def test_one_who_is_admitted_reads_what_precedes_and_nothing_else() -> None:
    conversation, before = start()
    admission = conversation.admit(ANNA, CHRIS)
    after = [conversation.say(REPORTER), conversation.say(ANNA.id)]
    log = log_of(conversation)
    assert log.alarms == ()
    assert all(log.may_read(CHRIS.id, message) for message in [*before, admission])
    assert not any(log.may_read(CHRIS.id, message) for message in after)
    assert not log.may_read(DAVID.id, admission)


def test_the_reporters_next_message_decides() -> None:
    conversation, _ = start()
    conversation.admit(ANNA, CHRIS)
    assert admitted(log_of(conversation)) == {CHRIS}
    assert CHRIS.id not in log_of(conversation).readers(document(), TODAY)
    conversation.say(REPORTER, readers=in_order(ANNA.id, CHRIS.id))
    log = log_of(conversation)
    assert admitted(log) == set()
    assert CHRIS.id in log.readers(document(), TODAY)


def test_a_message_that_crossed_the_admission_decides_nothing() -> None:
    conversation, _ = start()
    known = tuple(sorted(conversation.newest.values()))
    conversation.admit(ANNA, CHRIS)
    crossed = conversation.say(REPORTER, seen=known)
    log = log_of(conversation)
    assert admitted(log) == {CHRIS}
    assert not log.may_read(CHRIS.id, crossed)
    conversation.say(REPORTER)
    assert admitted(log_of(conversation)) == set()


def test_one_whom_the_reporter_did_not_take_is_not_admitted_again() -> None:
    conversation, _ = start()
    conversation.admit(ANNA, CHRIS)
    refusal = conversation.say(REPORTER)
    log = log_of(conversation)
    assert not log.may_be_admitted(CHRIS.id)
    with refused(Reason.READER_NOT_ALLOWED):
        check(log, BRAM, CHRIS)
    conversation.admit(BRAM, CHRIS)
    log = log_of(conversation)
    assert log.alarms == (Alarm(Reason.READER_NOT_ALLOWED, BRAM.id, 0),)
    assert admitted(log) == set()
    assert not log.may_read(CHRIS.id, refusal)


def test_a_colleague_may_admit_one_who_is_waiting_once_more() -> None:
    conversation, _ = start()
    known = tuple(sorted(conversation.newest.values()))
    conversation.admit(ANNA, CHRIS)
    crossed = conversation.say(REPORTER, seen=known)
    conversation.admit(BRAM, CHRIS)
    log = log_of(conversation)
    assert log.alarms == ()
    assert log.may_read(CHRIS.id, crossed)  # it precedes the second admission


def test_one_admission_by_one_author_is_enough() -> None:
    conversation, _ = start()
    conversation.admit(ANNA, CHRIS)
    with refused(Reason.READER_NOT_ALLOWED):
        check(log_of(conversation), ANNA, CHRIS)
    check(log_of(conversation), BRAM, CHRIS)
    conversation.admit(ANNA, CHRIS)
    log = log_of(conversation)
    assert log.alarms == (Alarm(Reason.READER_NOT_ALLOWED, ANNA.id, 2),)
    assert admitted(log) == {CHRIS}


# --- a host in league ----------------------------------------------------------------------------


def test_two_who_were_left_out_cannot_admit_each_other() -> None:
    """Else colleagues' clients would pass every key on."""
    conversation, before = start()
    conversation.admit(CHRIS, DAVID)
    conversation.admit(DAVID, CHRIS)
    log = log_of(conversation)
    assert {alarm.reason for alarm in log.alarms} == {Reason.NOT_A_READER}
    assert admitted(log) == set()
    for person in (CHRIS, DAVID):
        assert not any(log.may_read(person.id, message) for message in before)


def test_one_who_was_dropped_lets_nobody_in() -> None:
    conversation, _ = start()
    dropping = conversation.say(REPORTER, readers=(BRAM.id,))
    admission = conversation.admit(ANNA, CHRIS)
    log = log_of(conversation)
    assert log.alarms == (Alarm(Reason.NOT_A_READER, ANNA.id, 1),)
    assert admitted(log) == set()
    assert not log.may_read(CHRIS.id, dropping)
    assert log.may_read(CHRIS.id, admission)  # Anna named Chris as its reader: it is Anna's own


def test_one_who_claims_not_to_know_they_were_dropped_opens_only_what_they_had() -> None:
    conversation, before = start()
    known = tuple(sorted(conversation.newest.values()))
    dropping = conversation.say(REPORTER, readers=(BRAM.id,))
    conversation.admit(ANNA, CHRIS, seen=known)
    log = log_of(conversation)
    assert admitted(log) == set()
    assert all(log.may_read(CHRIS.id, message) for message in before)
    assert not log.may_read(CHRIS.id, dropping)


def test_nobody_opens_what_they_may_not_read_themselves() -> None:
    conversation, before = start()
    conversation.say(REPORTER, readers=in_order(BRAM.id, CHRIS.id))
    conversation.admit(CHRIS, DAVID, BRAM.id)
    log = log_of(conversation)
    assert admitted(log) == set()  # nobody let Chris in, so Chris lets nobody in
    assert not any(log.may_read(DAVID.id, message) for message in before)


def test_those_admitted_by_one_who_is_dropped_are_out_with_them() -> None:
    conversation, _ = start()
    conversation.admit(ANNA, CHRIS)
    known = tuple(sorted(conversation.newest.values()))
    conversation.say(REPORTER, readers=(BRAM.id,))
    conversation.admit(CHRIS, DAVID, seen=known)
    assert admitted(log_of(conversation)) == set()


def test_a_stolen_key_and_a_newcomer_do_not_vouch_for_each_other() -> None:
    conversation, before = start()
    conversation.say(BRAM.id)
    conversation.admit(ANNA, CHRIS)
    conversation.say(CHRIS.id, readers=in_order(ANNA.id, BRAM.id, CHRIS.id, REPORTER))
    log = log_of(conversation, ANNA)
    assert admitted(log, ANNA) == set()
    assert not any(log.may_read(CHRIS.id, message) for message in before)
    assert log.alarms == (
        Alarm(Reason.UNCONFIRMED, ANNA.id, 1),
        Alarm(Reason.UNCONFIRMED, CHRIS.id, 0),
    )


def test_an_answer_does_not_vouch_for_a_stolen_key_by_way_of_the_newcomer() -> None:
    conversation, before = start()
    conversation.admit(ANNA, CHRIS)
    written = conversation.say(CHRIS.id, readers=in_order(ANNA.id, BRAM.id, CHRIS.id, REPORTER))
    log = log_of(conversation, ANNA)
    assert written in log.void
    conversation.say(BRAM.id, seen=log.seen())
    log = log_of(conversation, ANNA)
    assert written in log.unconfirmed
    assert admitted(log, ANNA) == set()
    assert not any(log.may_read(CHRIS.id, message) for message in before)


def test_an_admission_that_lacks_confirmation_alone_puts_nothing_in_doubt() -> None:
    conversation, before = start()
    conversation.admit(ANNA, CHRIS)
    conversation.say(ANNA.id, readers=in_order(ANNA.id, BRAM.id, CHRIS.id, REPORTER))
    log = log_of(conversation, ANNA)
    assert {alarm.reason for alarm in log.alarms} == {Reason.UNCONFIRMED}
    assert admitted(log, ANNA) == set()
    assert not any(log.may_read(CHRIS.id, message) for message in before)
    conversation.admit(BRAM, CHRIS, seen=log.seen())
    log = log_of(conversation, ANNA)
    assert admitted(log, ANNA) == {CHRIS}
    assert log.may_read(CHRIS.id, before[0])


@pytest.mark.parametrize("shown", [True, False])
def test_what_would_not_count_with_confirmation_either_is_in_doubt(shown: bool) -> None:
    conversation, _ = start()
    if shown:
        conversation.say(ANNA.id, readers=in_order(ANNA.id, DAVID.id, REPORTER))
    else:
        conversation.admit(ANNA, BRAM)
    assert {alarm.reason for alarm in log_of(conversation, ANNA).alarms} == {
        Reason.READER_NOT_ALLOWED,
        Reason.UNCONFIRMED,
    }


def test_one_who_was_dropped_does_not_vouch_for_a_stolen_key() -> None:
    conversation = Conversation()
    conversation.say(REPORTER, readers=in_order(ANNA.id, BRAM.id, CHRIS.id))
    conversation.say(REPORTER, readers=in_order(ANNA.id, BRAM.id))
    conversation.admit(ANNA, DAVID)
    conversation.say(CHRIS.id, readers=in_order(CHRIS.id, REPORTER))
    assert admitted(log_of(conversation, ANNA), ANNA) == set()


def test_an_admission_that_a_colleague_saw_outlives_its_author() -> None:
    conversation, _ = start()
    conversation.admit(ANNA, CHRIS)
    conversation.say(BRAM.id)
    log = log_of(conversation, ANNA)
    assert log.alarms == ()
    assert admitted(log, ANNA) == {CHRIS}


def test_where_all_have_left_the_one_they_admitted_takes_over() -> None:
    conversation, before = start()
    admission = conversation.admit(ANNA, CHRIS)
    log = log_of(conversation, ANNA, BRAM)
    assert admitted(log, ANNA, BRAM) == {CHRIS}
    assert all(log.may_read(CHRIS.id, message) for message in [*before, admission])
    assert admission in log.seen()
    conversation.say(CHRIS.id, readers=in_order(CHRIS.id, REPORTER), seen=log.seen())
    log = log_of(conversation, ANNA, BRAM)
    assert log.alarms == ()  # Chris has seen it all
    assert admitted(log, ANNA, BRAM) == {CHRIS}


def test_on_a_fork_one_branch_is_enough_to_decide() -> None:
    conversation, _ = start()
    known = tuple(sorted(conversation.newest.values()))
    conversation.admit(ANNA, CHRIS)
    conversation.say(REPORTER, readers=in_order(ANNA.id, BRAM.id, CHRIS.id))
    conversation.counts[REPORTER] = 1
    conversation.say(REPORTER, seen=known)
    log = log_of(conversation)
    assert admitted(log) == set()
    assert CHRIS.id not in log.readers(document(), TODAY)


# --- whom the reporter left out ------------------------------------------------------------------


def test_one_left_out_is_not_admitted_and_an_admission_opens_nothing_to_them() -> None:
    conversation, before = start()
    with refused(Reason.LEFT_OUT):
        check(log_of(conversation), ANNA, CHRIS, left_out=(CHRIS.id,))
    admission = conversation.admit(ANNA, CHRIS)
    log = log_of(conversation)
    left_out = (CHRIS.id,)
    assert log.left_out_alarms({before[0]: left_out}) == (Alarm(Reason.LEFT_OUT, ANNA.id, 1),)
    assert log.left_out_alarms({before[0]: (DAVID.id,)}) == ()
    assert log.admitted(document(), TODAY, left_out) == frozenset()
    assert not any(log.may_read(CHRIS.id, message, left_out) for message in before)
    assert log.may_read(CHRIS.id, admission, left_out)  # it names Chris as a reader


def test_nobody_is_admitted_while_something_is_hidden() -> None:
    conversation, _ = start()
    hidden = conversation.say(REPORTER, readers=(ANNA.id,))
    conversation.say(ANNA.id)
    log = verified(conversation.without(hidden), document())
    with refused(Reason.UNKNOWN_SEEN):
        check(log, ANNA, CHRIS)


@pytest.mark.parametrize(
    ("author", "person", "gone"),
    [
        (BRAM, ANNA, ()),
        (ANNA, BRAM, ()),
        (ANNA, CHRIS, (CHRIS,)),
        (ANNA, CHRIS, (ANNA,)),
        (DAVID, CHRIS, ()),
    ],
)
def test_readers_and_those_who_left_are_not_admitted_and_only_readers_admit(
    author: Person, person: Person, gone: tuple[Person, ...]
) -> None:
    conversation, _ = start()
    with refused(Reason.READER_NOT_ALLOWED):
        check(log_of(conversation, *gone), author, person, *gone)


# --- laws ----------------------------------------------------------------------------------------


@st.composite
def quarrels(draw: st.DrawFn) -> Conversation:
    """Draw a log in which everybody admits everybody, whatever a host should have refused."""
    conversation = Conversation()
    conversation.say(REPORTER, readers=in_order(ANNA.id, BRAM.id))
    people = st.sampled_from(EVERYBODY)
    for _ in range(draw(st.integers(0, 6))):
        known = draw(st.sets(st.sampled_from(sorted(conversation.messages)), min_size=1))
        changes: dict[str, Any] = {}
        author = draw(st.one_of(st.just(None), people))
        own = conversation.newest.get(REPORTER if author is None else author.id)
        changes["seen"] = tuple(sorted(known | ({own} if own else set())))
        if author is None:
            chosen = draw(st.sets(people, min_size=1))
            conversation.say(REPORTER, readers=in_order(*(p.id for p in chosen)), **changes)
        else:
            others = [person for person in EVERYBODY if person is not author]
            conversation.admit(author, draw(st.sampled_from(others)), **changes)
    return conversation


@given(quarrels())
def test_only_readers_and_those_whom_they_admitted_are_written_to(
    conversation: Conversation,
) -> None:
    headers = {m: parse_header(data) for m, (data, _) in conversation.messages.items()}
    access = graph.access(headers)
    assert access.chosen.isdisjoint(access.pending)
    assert access.pending.isdisjoint(access.settled)
    allowed = set(access.chosen)
    for message, newcomer in access.admissions.items():
        author = headers[message].author
        assert headers[message].tag is Tag.ADMIT
        if newcomer in access.pending and author in allowed:
            allowed.add(newcomer)
    assert access.pending <= allowed


@given(quarrels())
def test_nobody_reads_a_reporters_message_that_came_after_the_reporters_word_on_them(
    conversation: Conversation,
) -> None:
    headers = {m: parse_header(data) for m, (data, _) in conversation.messages.items()}
    access = graph.access(headers)
    for message, header in headers.items():
        if header.author != REPORTER:
            continue
        before = causality.ancestors(header.seen, headers)
        known = {m: headers[m] for m in before}
        for handler in graph.access(known).settled:
            assert access.may_read(handler, message) == (handler in header.readers)


@given(quarrels())
def test_no_answer_confirms_what_nobody_had_confirmed(
    conversation: Conversation,
) -> None:
    before = log_of(conversation, ANNA)
    chosen = before.access.chosen
    if chosen <= {ANNA.id}:
        return  # where nobody who reads on is left, admissions need no confirmation
    conversation.say(REPORTER, readers=in_order(*chosen), seen=before.seen())
    assert log_of(conversation, ANNA).unconfirmed >= before.unconfirmed


@given(quarrels(), st.sampled_from(EVERYBODY))
def test_what_may_be_admitted_counts(conversation: Conversation, newcomer: Person) -> None:
    before = log_of(conversation)
    may_write = before.readers(document(), TODAY) | before.admitted(document(), TODAY)
    authors = [p for p in EVERYBODY if p is not newcomer and p.id in may_write]
    authors = [p for p in authors if before.access.may_admit(p.id, newcomer.id)]
    if not authors:
        return
    message = conversation.admit(authors[0], newcomer, seen=before.seen())
    after = log_of(conversation)
    assert after.access.admissions[message] == newcomer.id
    assert newcomer in admitted(after)
