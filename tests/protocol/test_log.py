"""The log of a report: what a host removes, reorders or slips in is noticed."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.log import Alarm, Log, verify_log, verify_report_keys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.header import MESSAGE_LABEL, Tag
from meldpunt.protocol.verify.line_document import LineDocument
from openapi.generator import scene
from openapi.generator.scene import (
    ANNA,
    BRAM,
    CHRIS,
    LINE,
    REPORT,
    REPORTER_KEYS,
    TODAY,
    Conversation,
    in_order,
    secret,
)
from tests.protocol.refusal import refused

KEYS = verify_report_keys(
    signing_key=REPORTER_KEYS.signing.public_key,
    box_key=REPORTER_KEYS.box.public_key,
    report=REPORT,
)
DOCUMENT = scene.document()


def verified(served: list[tuple[bytes, bytes]], document: LineDocument = DOCUMENT) -> Log:
    return verify_log(served, keys=KEYS, document=document)


def readers(log: Log, document: LineDocument = DOCUMENT) -> frozenset[ids.HandlerId]:
    return log.readers(document, TODAY)


def talk() -> tuple[Conversation, list[ids.MessageId]]:
    """Return report, acknowledgement, reporter's answer, feedback."""
    conversation = Conversation()
    return conversation, [
        conversation.say(REPORTER),
        conversation.say(ANNA.id, Tag.ACKNOWLEDGEMENT),
        conversation.say(REPORTER),
        conversation.say(BRAM.id, Tag.FEEDBACK),
    ]


def order(log: Log) -> list[ids.MessageId]:
    return [message.message_id for message in log.headers]


def test_an_honest_log_raises_no_alarm_in_any_order() -> None:
    conversation, messages = talk()
    served = conversation.without()
    for shown in (served, served[::-1], served[2:] + served[:2]):
        log = verified(shown)
        assert log.alarms == ()
        assert log.unconfirmed == frozenset()
        assert order(log) == messages


def test_the_same_message_twice_is_one_message() -> None:
    conversation, messages = talk()
    log = verified(conversation.without() * 2)
    assert order(log) == messages
    assert log.alarms == ()


def test_an_empty_log_is_empty() -> None:
    log = verified([])
    assert (log.headers, log.alarms, log.seen(), log.next_n(REPORTER)) == ((), (), (), 0)
    assert readers(log) == frozenset()


def test_the_next_message_has_seen_the_newest_of_every_author() -> None:
    conversation, messages = talk()
    log = verified(conversation.without())
    assert log.seen() == tuple(sorted(messages[1:]))
    assert log.next_n(REPORTER) == 2
    assert log.next_n(ANNA.id) == 1
    assert log.next_n(CHRIS.id) == 0


def test_messages_side_by_side_are_in_order_of_day_and_author() -> None:
    for attempt in range(4):  # their ids come into it last: no luck decides
        conversation = Conversation()
        seen = (conversation.say(REPORTER, body=bytes([attempt]) * 32),)
        late = [
            conversation.say(author, seen=seen, day=TODAY) for author in in_order(ANNA.id, BRAM.id)
        ]
        early = conversation.say(
            CHRIS.id, seen=seen, day=TODAY - timedelta(days=1), readers=in_order(CHRIS.id, REPORTER)
        )
        undated = conversation.say(REPORTER, seen=seen)
        assert order(verified(conversation.without())) == [*seen, undated, early, *late]


# --- what a host removes -------------------------------------------------------------------------


def test_a_message_removed_from_the_middle_is_a_gap_and_an_unknown_seen() -> None:
    conversation, messages = talk()
    conversation.say(REPORTER)
    log = verified(conversation.without(messages[2]))
    assert Alarm(Reason.GAP, REPORTER, 1) in log.alarms
    assert Alarm(Reason.UNKNOWN_SEEN, BRAM.id, 0) in log.alarms
    assert Alarm(Reason.UNKNOWN_SEEN, REPORTER, 2) in log.alarms


def test_a_removed_first_message_is_a_gap() -> None:
    conversation, messages = talk()
    assert Alarm(Reason.GAP, REPORTER, 0) in verified(conversation.without(messages[0])).alarms


def test_a_tail_that_the_other_side_confirmed_cannot_be_removed() -> None:
    conversation, messages = talk()
    log = verified(conversation.without(messages[2]))
    assert log.alarms == (Alarm(Reason.UNKNOWN_SEEN, BRAM.id, 0),)


def test_the_newest_messages_can_be_withheld_until_somebody_writes() -> None:
    """Promised no better: the log is a true one of an earlier day."""
    conversation, messages = talk()
    assert verified(conversation.without(messages[3])).alarms == ()
    conversation.say(REPORTER)
    assert (
        Alarm(Reason.UNKNOWN_SEEN, REPORTER, 2)
        in verified(conversation.without(messages[3])).alarms
    )


@given(st.data())
def test_whatever_is_removed_but_a_tail_alarms(data: st.DataObject) -> None:
    conversation, messages = talk()
    removed = data.draw(st.sets(st.sampled_from(messages), max_size=3))
    kept = [message for message in messages if message not in removed]
    log = verified(conversation.without(*removed))
    is_a_beginning = kept == messages[: len(kept)]
    assert (log.alarms == ()) == is_a_beginning


# --- forks ---------------------------------------------------------------------------------------


def fork(first: tuple[Any, ...], second: tuple[Any, ...]) -> Log:
    """Return a log in which the reporter wrote n = 1 twice, to other readers."""
    conversation = Conversation()
    conversation.say(REPORTER)
    conversation.say(REPORTER, readers=in_order(*first))
    conversation.counts[REPORTER] = 1
    conversation.say(REPORTER, readers=in_order(*second), seen=tuple(conversation.messages)[:1])
    return verified(conversation.without())


def test_two_messages_of_one_number_are_a_fork() -> None:
    log = fork((ANNA.id,), (BRAM.id,))
    assert log.alarms == (Alarm(Reason.FORK, REPORTER, 1),)
    assert log.next_n(REPORTER) == 2


def test_the_next_message_has_seen_all_branches() -> None:
    log = fork((ANNA.id,), (BRAM.id,))
    assert log.seen() == tuple(sorted(order(log)[1:]))


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ((ANNA.id, BRAM.id), (BRAM.id, CHRIS.id), {BRAM.id}),
        ((ANNA.id,), (BRAM.id,), set()),
        ((ANNA.id, BRAM.id), (ANNA.id, BRAM.id), {ANNA.id, BRAM.id}),
    ],
)
def test_on_a_fork_only_those_on_every_branch_are_sealed_to(
    first: tuple[Any, ...], second: tuple[Any, ...], both: set[ids.HandlerId]
) -> None:
    assert readers(fork(first, second)) == both


def test_a_message_that_joins_the_branches_ends_the_fork() -> None:
    conversation = Conversation()
    start = conversation.say(REPORTER)
    conversation.say(REPORTER, readers=(ANNA.id,))
    conversation.counts[REPORTER] = 1
    conversation.say(REPORTER, readers=(BRAM.id,), seen=(start,))
    joined = conversation.say(
        REPORTER, readers=(CHRIS.id,), seen=verified(conversation.without()).seen()
    )
    log = verified(conversation.without())
    assert readers(log) == {CHRIS.id}
    assert log.seen() == (joined,)


# --- who may read --------------------------------------------------------------------------------


def test_the_readers_are_those_of_the_reporters_own_newest_message() -> None:
    conversation, _ = talk()
    assert readers(verified(conversation.without())) == {ANNA.id, BRAM.id}
    conversation.say(REPORTER, readers=in_order(BRAM.id, CHRIS.id))
    assert readers(verified(conversation.without())) == {BRAM.id, CHRIS.id}


def test_a_handlers_message_never_changes_the_readers() -> None:
    conversation, _ = talk()
    conversation.say(ANNA.id, readers=in_order(ANNA.id, BRAM.id, CHRIS.id, REPORTER))
    conversation.say(BRAM.id, readers=in_order(BRAM.id))
    assert readers(verified(conversation.without())) == {ANNA.id, BRAM.id}


def test_the_departed_are_not_sealed_to() -> None:
    conversation, _ = talk()
    handlers = (ANNA.entry(until=TODAY), BRAM.entry(), CHRIS.entry())
    document = scene.document(handlers=handlers)
    assert readers(verified(conversation.without(), document), document) == {BRAM.id}


def test_sealing_beyond_the_readers_is_refused() -> None:
    conversation, _ = talk()
    log = verified(conversation.without())
    log.check_readers(in_order(ANNA.id, REPORTER), DOCUMENT, TODAY)
    log.check_readers((ANNA.id, BRAM.id), DOCUMENT, TODAY)
    with refused(Reason.READER_NOT_ALLOWED):
        log.check_readers((ANNA.id, CHRIS.id), DOCUMENT, TODAY)
    with refused(Reason.READER_NOT_ALLOWED):
        log.check_readers((ANNA.id,), DOCUMENT, TODAY - timedelta(days=400))


def test_nothing_is_sealed_while_a_message_of_the_reporter_may_be_hidden() -> None:
    """What the host hides may be the message that left somebody out."""
    conversation = Conversation()
    conversation.say(REPORTER)
    narrowed = conversation.say(REPORTER, readers=(ANNA.id,))
    conversation.say(ANNA.id, readers=in_order(ANNA.id, REPORTER))
    hidden = verified(conversation.without(narrowed))
    assert readers(hidden) == {ANNA.id, BRAM.id}
    with refused(Reason.UNKNOWN_SEEN):
        hidden.check_readers((ANNA.id, BRAM.id), DOCUMENT, TODAY)
    conversation.say(REPORTER, readers=(ANNA.id,), seen=(next(iter(conversation.messages)),))
    with refused(Reason.GAP):
        verified(conversation.without(narrowed, conversation.newest[ANNA.id])).check_readers(
            (ANNA.id,), DOCUMENT, TODAY
        )


def test_a_gap_in_a_handlers_count_does_not_stop_the_reporter() -> None:
    conversation = Conversation()
    start = conversation.say(REPORTER)
    removed = conversation.say(ANNA.id)
    conversation.say(ANNA.id, seen=(start,))
    log = verified(conversation.without(removed))
    assert log.alarms == (Alarm(Reason.GAP, ANNA.id, 0),)
    log.check_readers((ANNA.id,), DOCUMENT, TODAY)


def test_a_left_out_handlers_message_alarms() -> None:
    conversation, _ = talk()
    conversation.say(CHRIS.id, readers=in_order(CHRIS.id, REPORTER))
    log = verified(conversation.without())
    assert log.alarms == (Alarm(Reason.NOT_A_READER, CHRIS.id, 0),)
    assert readers(log) == {ANNA.id, BRAM.id}


def test_showing_a_message_to_a_left_out_handler_alarms() -> None:
    conversation, _ = talk()
    conversation.say(ANNA.id, readers=in_order(ANNA.id, CHRIS.id, REPORTER))
    assert verified(conversation.without()).alarms == (
        Alarm(Reason.READER_NOT_ALLOWED, ANNA.id, 1),
    )


def test_one_whom_the_reporter_adds_later_may_write() -> None:
    conversation, _ = talk()
    conversation.say(REPORTER, readers=in_order(ANNA.id, CHRIS.id))
    conversation.say(CHRIS.id, readers=in_order(ANNA.id, CHRIS.id, REPORTER))
    assert verified(conversation.without()).alarms == ()


# --- the departed --------------------------------------------------------------------------------

WITHOUT_BRAM = scene.document(handlers=(ANNA.entry(), BRAM.entry(until=TODAY), CHRIS.entry()))


def test_a_departed_handlers_message_that_somebody_saw_counts() -> None:
    conversation, _ = talk()
    conversation.say(REPORTER)
    log = verified(conversation.without(), WITHOUT_BRAM)
    assert log.unconfirmed == frozenset()
    assert log.alarms == ()


def test_a_departed_handlers_message_that_nobody_saw_is_unconfirmed() -> None:
    conversation, messages = talk()
    log = verified(conversation.without(), WITHOUT_BRAM)
    assert log.unconfirmed == {messages[3]}
    assert log.alarms == (Alarm(Reason.UNCONFIRMED, BRAM.id, 0),)


def test_answering_does_not_confirm_what_was_slipped_in() -> None:
    conversation, messages = talk()
    log = verified(conversation.without(), WITHOUT_BRAM)
    assert messages[3] not in log.seen()
    conversation.say(REPORTER, seen=log.seen())
    assert verified(conversation.without(), WITHOUT_BRAM).unconfirmed == {messages[3]}


def test_a_departed_handlers_older_message_stays_seen() -> None:
    conversation, messages = talk()
    conversation.say(REPORTER)
    forged = conversation.say(BRAM.id)
    log = verified(conversation.without(), WITHOUT_BRAM)
    assert log.unconfirmed == {forged}
    assert messages[3] in log.seen()


def test_one_whom_the_reporter_left_out_confirms_nothing() -> None:
    conversation, messages = talk()
    conversation.say(CHRIS.id, readers=in_order(CHRIS.id, REPORTER))
    log = verified(conversation.without(), WITHOUT_BRAM)
    assert log.unconfirmed == {messages[3]}
    assert Alarm(Reason.NOT_A_READER, CHRIS.id, 0) in log.alarms


def test_two_departed_handlers_do_not_confirm_each_other() -> None:
    conversation = Conversation()
    conversation.say(REPORTER)
    conversation.say(ANNA.id)
    conversation.say(BRAM.id)
    conversation.say(ANNA.id)
    gone = scene.document(handlers=(ANNA.entry(until=TODAY), BRAM.entry(until=TODAY)))
    assert len(verified(conversation.without(), gone).unconfirmed) == 3


# --- who wrote it --------------------------------------------------------------------------------


def test_keys_that_do_not_hash_to_the_report_are_refused() -> None:
    other = ReporterKeys.from_seed(secret("other reporter"))
    with refused(Reason.REPORT_KEYS):
        verify_report_keys(
            signing_key=other.signing.public_key, box_key=KEYS.box_key, report=REPORT
        )
    with refused(Reason.REPORT_KEYS):
        verify_report_keys(
            signing_key=KEYS.signing_key, box_key=other.box.public_key, report=REPORT
        )
    with refused(Reason.PUBLIC_KEY):
        verify_report_keys(signing_key=bytes(31) + b"\x80", box_key=KEYS.box_key)
    assert verify_report_keys(signing_key=KEYS.signing_key, box_key=KEYS.box_key) == KEYS


def signed_by(author: Any, key: Any, **changes: Any) -> list[tuple[bytes, bytes]]:  # noqa: ANN401
    data = scene.header(author, **changes).to_json()
    return [(data, key.sign(MESSAGE_LABEL, data))]


@pytest.mark.parametrize(
    ("served", "reason"),
    [
        (signed_by(REPORTER, REPORTER_KEYS.signing, line_id=scene.OTHER_LINE), Reason.OTHER_LINE),
        (signed_by(REPORTER, REPORTER_KEYS.signing, report_id=bytes(32)), Reason.OTHER_REPORT),
        (signed_by(REPORTER, ANNA.signing), Reason.SIGNATURE),
        (signed_by(ANNA.id, BRAM.signing), Reason.SIGNATURE),
        (signed_by(ANNA.id, REPORTER_KEYS.signing), Reason.SIGNATURE),
        (
            signed_by(
                ids.handler_id(LINE, scene.signing_key("stranger").public_key),
                scene.signing_key("stranger"),
                readers=in_order(
                    ids.handler_id(LINE, scene.signing_key("stranger").public_key), REPORTER
                ),
            ),
            Reason.AUTHOR_UNKNOWN,
        ),
        (signed_by(REPORTER, REPORTER_KEYS.signing, tag=Tag.CLOSING), Reason.TAG_NOT_ALLOWED),
    ],
)
def test_a_header_that_does_not_hold_stops_everything(
    served: list[tuple[bytes, bytes]], reason: Reason
) -> None:
    conversation, _ = talk()
    with refused(reason):
        verified([*conversation.without(), *served])


def test_one_changed_byte_of_a_header_is_refused() -> None:
    conversation, _ = talk()
    data, signature = conversation.without()[1]
    changed = data.replace(b'"day":"2026-11-20"', b'"day":"2026-11-21"')
    assert changed != data
    with refused(Reason.SIGNATURE):
        verified([(changed, signature)])


# --- laws ----------------------------------------------------------------------------------------


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    """Draw a conversation in which everybody sees some earlier messages, own newest included."""
    conversation = Conversation()
    conversation.say(REPORTER)
    people: list[Participant] = [REPORTER, ANNA.id, BRAM.id]
    for author in draw(st.lists(st.sampled_from(people), max_size=8)):
        known = draw(st.sets(st.sampled_from(sorted(conversation.messages)), min_size=1))
        own = conversation.newest.get(author)
        conversation.say(author, seen=tuple(sorted(known | ({own} if own else set()))))
    return conversation


@given(conversations(), st.randoms(use_true_random=False))
def test_the_order_is_causal_and_does_not_depend_on_the_host(
    conversation: Conversation,
    random: Any,  # noqa: ANN401
) -> None:
    served = conversation.without()
    log = verified(served)
    shuffled = served[:]
    random.shuffle(shuffled)
    assert verified(shuffled) == log
    assert log.alarms == ()
    place = {message: i for i, message in enumerate(order(log))}
    for message in log.headers:
        assert all(place[seen] < place[message.message_id] for seen in message.header.seen)


@given(conversations())
def test_a_message_that_has_seen_all_is_the_only_newest_of_its_author(
    conversation: Conversation,
) -> None:
    log = verified(conversation.without())
    message = conversation.say(REPORTER, seen=log.seen(), n=log.next_n(REPORTER))
    after = verified(conversation.without())
    assert after.alarms == ()
    assert message in after.seen()
    assert after.next_n(REPORTER) == log.next_n(REPORTER) + 1


def test_a_long_log_is_verified_in_reasonable_time() -> None:
    conversation = Conversation()
    for _ in range(300):
        conversation.say(REPORTER)
    log = verified(conversation.without())
    assert [h.header.n for h in log.headers] == list(range(300))
    assert all(a.message_id in b.header.seen for a, b in pairwise(log.headers))
    assert len(log.seen()) == 1
