"""Who may read on: the reporter's own newest word counts, and nobody else's."""

from datetime import timedelta
from typing import Any

import pytest

from meldpunt.protocol.log import Alarm, Log
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import Tag
from openapi.generator import scene
from openapi.generator.scene import (
    ANNA,
    BRAM,
    CHRIS,
    TODAY,
    Conversation,
    in_order,
)
from tests.protocol.refusal import refused
from tests.protocol.thread import DOCUMENT, order, readers, talk, verified

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
    start = conversation.say(REPORTER, readers=in_order(ANNA.id, BRAM.id, CHRIS.id))
    conversation.say(REPORTER, readers=in_order(ANNA.id, CHRIS.id))
    conversation.counts[REPORTER] = 1
    conversation.say(REPORTER, readers=in_order(BRAM.id, CHRIS.id), seen=(start,))
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
    conversation.say(REPORTER, readers=(BRAM.id,))
    assert readers(verified(conversation.without())) == {BRAM.id}


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


def test_one_whom_a_later_message_adds_is_told_and_not_sealed_to() -> None:
    conversation, _ = talk()
    conversation.say(REPORTER, readers=in_order(ANNA.id, CHRIS.id))
    log = verified(conversation.without())
    assert Reason.LEFT_OUT in {alarm.reason for alarm in log.alarms}
    assert readers(log) == {ANNA.id}


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
    written = conversation.say(CHRIS.id, readers=in_order(CHRIS.id, REPORTER))
    log = verified(conversation.without(), WITHOUT_BRAM)
    assert log.unconfirmed == {messages[3], written}
    assert Alarm(Reason.NOT_A_READER, CHRIS.id, 0) in log.alarms


def test_two_departed_handlers_do_not_confirm_each_other() -> None:
    conversation = Conversation()
    conversation.say(REPORTER)
    conversation.say(ANNA.id)
    conversation.say(BRAM.id)
    conversation.say(ANNA.id)
    gone = scene.document(handlers=(ANNA.entry(until=TODAY), BRAM.entry(until=TODAY)))
    assert len(verified(conversation.without(), gone).unconfirmed) == 3


def test_one_who_had_seen_that_the_reporter_dropped_them_writes_nothing_that_counts() -> None:
    conversation, _ = talk()
    conversation.say(REPORTER, readers=in_order(BRAM.id))
    written = conversation.say(ANNA.id, Tag.CLOSING)
    log = verified(conversation.without())
    assert log.alarms == (Alarm(Reason.NOT_A_READER, ANNA.id, 1),)
    assert log.void == {written}


def test_one_who_was_dropped_unknowingly_counts_once_a_reader_has_seen_it() -> None:
    conversation, messages = talk()
    conversation.say(REPORTER, readers=in_order(BRAM.id))
    written = conversation.say(ANNA.id, Tag.CLOSING, seen=(messages[-1],))
    assert verified(conversation.without()).alarms == ()
    assert verified(conversation.without()).void == {written}
    conversation.say(BRAM.id)
    assert verified(conversation.without()).void == frozenset()
