"""A caller takes an oral report over: from then on the code that was given counts for nothing."""

from typing import Any

import pytest

from meldpunt.protocol.keys import ReporterKeys, SigningKey
from meldpunt.protocol.log import Alarm
from meldpunt.protocol.oral import make_successor, sign_oral_note, verify_oral_note
from meldpunt.protocol.payload import OralNote, make_payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log.header import MESSAGE_LABEL, Successor, Tag, verify_header
from openapi.generator import scene
from openapi.generator.scene import (
    ANNA,
    BRAM,
    CALLER_KEYS,
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
from tests.protocol.thread import DOCUMENT, KEYS, order, readers, verified

OLD = REPORTER_KEYS.signing
NEW = CALLER_KEYS.signing
OTHER_KEYS = ReporterKeys.from_seed(secret("second caller"))


def oral() -> tuple[Conversation, list[ids.MessageId]]:
    conversation = Conversation()
    return conversation, [
        conversation.say(REPORTER, origin="oral"),
        conversation.say(ANNA.id, Tag.ACKNOWLEDGEMENT),
    ]


def taken_over(**changes: Any) -> tuple[Conversation, list[ids.MessageId]]:  # noqa: ANN401 (any field)
    conversation, messages = oral()
    return conversation, [
        *messages,
        conversation.succeed(**changes),
        conversation.say(ANNA.id),
        conversation.say(REPORTER, key=NEW),
    ]


def test_after_a_succession_the_new_keys_are_in_force() -> None:
    conversation, messages = taken_over()
    for served in (conversation.without(), conversation.without()[::-1]):
        log = verified(served)
        assert log.alarms == ()
        assert order(log) == messages
        assert (log.keys.signing_key, log.keys.box_key) == (
            NEW.public_key,
            CALLER_KEYS.box.public_key,
        )
        assert log.keys.report == KEYS.report
        assert log.next_n(REPORTER) == 3


def test_before_it_the_first_keys_are() -> None:
    conversation, _ = oral()
    assert verified(conversation.without()).keys == KEYS


def test_the_new_key_signs_nothing_before_it_takes_over() -> None:
    conversation, _ = oral()
    conversation.say(REPORTER, key=NEW)
    with refused(Reason.SIGNATURE):
        verified(conversation.without())


# --- whoever still knows the code that was given -------------------------------------------------


def test_the_old_key_says_nothing_afterwards() -> None:
    conversation, messages = taken_over()
    conversation.say(REPORTER, key=OLD)
    log = verified(conversation.without())
    assert log.alarms == (Alarm(Reason.SUCCEEDED, REPORTER, 3),)
    assert order(log) == messages
    with refused(Reason.SUCCEEDED):
        log.check_readers((ANNA.id,), DOCUMENT, TODAY)


@pytest.mark.parametrize("n", [0, 1])
def test_the_old_key_slips_nothing_in_behind_the_succession(n: int) -> None:
    """The host would let it look like a fork of what came before."""
    conversation, messages = oral()
    known = tuple(sorted(conversation.newest.values()))
    messages.append(conversation.succeed())
    changes: dict[str, Any] = (
        {"tag": Tag.REPORT, "seen": ()} if n == 0 else {"tag": Tag.MESSAGE, "seen": known}
    )
    conversation.say(REPORTER, key=OLD, n=n, readers=(CHRIS.id,), **changes)
    log = verified(conversation.without())
    assert log.alarms == (Alarm(Reason.SUCCEEDED, REPORTER, n),)
    assert order(log) == messages
    assert readers(log) == {ANNA.id, BRAM.id}
    assert CHRIS.id not in log.access.let_in


def test_the_old_key_cannot_write_another_succession_to_the_same_keys() -> None:
    """It knows the statement; the message around it, with its readers, is the new key's."""
    conversation, _ = oral()
    conversation.succeed(key=OLD, readers=(CHRIS.id,))
    with refused(Reason.SIGNATURE):
        verified(conversation.without())


def test_of_two_successions_one_is_shown_and_nothing_is_sealed() -> None:
    conversation, _ = oral()
    known = tuple(sorted(conversation.newest.values()))
    conversation.succeed()
    conversation.counts[REPORTER] = 1
    conversation.succeed(OTHER_KEYS, seen=known)
    log, other = verified(conversation.without()), verified(conversation.without()[::-1])
    assert log.keys == other.keys
    assert log.alarms == (Alarm(Reason.SUCCEEDED, REPORTER, 1),)
    with refused(Reason.SUCCEEDED):
        log.check_readers((), DOCUMENT, TODAY)


@pytest.mark.parametrize("replaced", [OLD, NEW])
def test_the_first_succession_wins(replaced: SigningKey) -> None:
    conversation, messages = taken_over()
    conversation.succeed(OTHER_KEYS, successor=scene.successor(OTHER_KEYS, replaced=replaced), n=1)
    log = verified(conversation.without())
    assert log.keys.signing_key == NEW.public_key
    assert log.alarms == (Alarm(Reason.SUCCEEDED, REPORTER, 1),)
    assert order(log) == messages


def test_a_succession_that_has_seen_another_is_never_the_first() -> None:
    conversation, _ = oral()
    conversation.say(REPORTER, key=OLD)
    first = conversation.succeed()
    conversation.succeed(OTHER_KEYS, n=1)  # a lower number proves nothing
    log = verified(conversation.without())
    assert log.keys.signing_key == NEW.public_key
    assert first in order(log)


# --- statements ----------------------------------------------------------------------------------


def successor_to(signing_key: bytes, **changes: Any) -> Successor:  # noqa: ANN401 (any field)
    box_key = CALLER_KEYS.box.public_key
    place = {"line": LINE, "report": REPORT} | changes
    statement = Successor.statement(**place, signing_key=signing_key, box_key=box_key)
    signature = OLD.sign("mp1/succession", statement)
    return Successor(signing_key=signing_key, box_key=box_key, signature=signature)


@pytest.mark.parametrize(
    ("successor", "reason"),
    [
        (scene.successor(replaced=CHRIS.signing), Reason.SUCCESSION),
        (scene.successor(replaced=NEW), Reason.SUCCESSION),
        (scene.successor(report=ids.ReportId(bytes(32))), Reason.SUCCESSION),
        (scene.successor(line=scene.OTHER_LINE), Reason.SUCCESSION),
        (
            scene.successor().model_copy(update={"box_key": REPORTER_KEYS.box.public_key}),
            Reason.SUCCESSION,
        ),
        (successor_to(OLD.public_key), Reason.SUCCESSION),
        (successor_to(bytes(32)), Reason.PUBLIC_KEY),
        (successor_to(bytes(31) + b"\x80"), Reason.PUBLIC_KEY),
    ],
)
def test_a_statement_holds_for_its_keys_report_and_line_only(
    successor: Successor, reason: Reason
) -> None:
    conversation, _ = taken_over(successor=successor)
    with refused(reason):
        verified(conversation.without())


def test_a_key_takes_over_only_what_it_signs_for() -> None:
    """Nobody makes somebody else's key the owner of a report."""
    conversation, messages = oral()
    conversation.succeed(key=CHRIS.signing)
    data, signature = conversation.without()[-1]
    with refused(Reason.SIGNATURE):
        verify_header(data, signature, OLD.public_key)
    assert verify_header(data, NEW.sign(MESSAGE_LABEL, data), OLD.public_key).data == data
    assert messages


def test_a_successor_made_here_is_the_scenes() -> None:
    made = make_successor(CALLER_KEYS, line=LINE, report=REPORT, replaced=OLD)
    assert made == scene.successor()


# --- oral notes ----------------------------------------------------------------------------------


def note(key: SigningKey = ANNA.signing, **changes: Any) -> OralNote:  # noqa: ANN401 (any field)
    given: dict[str, Any] = {"handler": ANNA.id, "line": LINE, "report": REPORT}
    return sign_oral_note(key, **(given | changes))


def check(oral: OralNote | None, **changes: Any) -> Any:  # noqa: ANN401 (any field)
    header = scene.header(**({"origin": "oral"} | changes))
    return verify_oral_note(header, make_payload("a", language="nl", oral=oral), DOCUMENT)


def test_an_oral_report_names_who_wrote_it_down() -> None:
    assert check(note()) == ANNA.entry()
    assert check(None, origin=None) is None


def test_one_who_left_still_wrote_it_down() -> None:
    document = scene.document(handlers=(ANNA.entry(until=TODAY), BRAM.entry()))
    payload = make_payload("a", language="nl", oral=note())
    assert verify_oral_note(scene.header(origin="oral"), payload, document) is not None


@pytest.mark.parametrize(
    "oral_note",
    [
        None,
        note(BRAM.signing),
        note(line=scene.OTHER_LINE),
        note(report=bytes(32)),
        note(handler=bytes(16)),
        note(OLD, handler=ANNA.id),
    ],
)
def test_another_note_is_refused(oral_note: OralNote | None) -> None:
    with refused(Reason.ORAL):
        check(oral_note)


def test_a_note_goes_with_the_first_message_of_an_oral_report_only() -> None:
    with refused(Reason.ORAL):
        check(note(), origin=None)
    with refused(Reason.ORAL):
        check(
            note(),
            origin=None,
            n=1,
            tag=Tag.MESSAGE,
            seen=(ids.message_id(b"earlier"),),
        )
    with refused(Reason.ORAL):
        header = scene.header(ANNA.id, readers=in_order(ANNA.id, REPORTER))
        verify_oral_note(header, make_payload("a", language="nl", oral=note()), DOCUMENT)
