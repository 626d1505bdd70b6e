"""The log of a report: what a host removes, reorders or slips in is noticed."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.keys import ReporterKeys
from meldpunt.protocol.log import Alarm, verify_report_keys
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Tag
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
from tests.protocol.thread import KEYS, order, readers, talk, verified


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


def test_numbers_that_are_missing_in_a_row_are_one_alarm_however_many() -> None:
    conversation, _ = talk()
    conversation.say(ANNA.id, n=3)
    conversation.say(ANNA.id, n=2**53 - 1)
    log = verified(conversation.without())
    assert log.alarms == (Alarm(Reason.GAP, ANNA.id, 1), Alarm(Reason.GAP, ANNA.id, 4))


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


def signed_by(author: Any, key: Any, **changes: Any) -> list[tuple[bytes, bytes]]:  # noqa: ANN401 (any field)
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
    random: Any,  # noqa: ANN401 (hypothesis's own type)
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
