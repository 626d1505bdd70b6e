"""Box keys: signed by their handler, for one line, for at most sixty days."""

from datetime import timedelta
from typing import Any

import pytest

from meldpunt.protocol.keys import SigningKey
from meldpunt.protocol.line import verify_line
from meldpunt.protocol.verify.box_key import (
    BOX_KEY_LABEL,
    BoxKeyStatement,
    SignedBoxKey,
    verify_box_key,
)
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, CHRIS, FIRST_DAY, LINE, TODAY
from tests.protocol.refusal import refused

DAY = timedelta(days=1)
DOCUMENT = scene.document()


def box_keys(*signed: SignedBoxKey, **line: Any) -> dict[Any, BoxKeyStatement]:  # noqa: ANN401 (any field)
    """Return the keys that a client would seal to today."""
    shown = scene.document(**line)
    return verify_line(scene.served(shown, box_keys=signed), LINE, today=TODAY).box_keys


def sign(statement: BoxKeyStatement, key: SigningKey) -> SignedBoxKey:
    data = statement.to_json()
    return SignedBoxKey(statement=data, signature=key.sign(BOX_KEY_LABEL, data))


def test_a_statement_is_verified_and_named_after_its_content() -> None:
    statement = ANNA.box_statement()
    assert verify_box_key(ANNA.sign_box(statement), DOCUMENT) == statement
    assert statement.key_id == ANNA.recipient.key_id
    assert ANNA.box_statement(number=1).key_id != statement.key_id


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"line_id": scene.OTHER_LINE}, Reason.BOX_KEY_OTHER_LINE),
        ({"handler_id": bytes(16)}, Reason.BOX_KEY_OTHER_HANDLER),
        ({"handler_id": BRAM.id}, Reason.SIGNATURE),
        ({"not_after": FIRST_DAY - DAY}, Reason.BOX_KEY_DATES),
        ({"not_after": FIRST_DAY + 61 * DAY}, Reason.BOX_KEY_DATES),
    ],
)
def test_a_statement_that_breaks_a_rule_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        verify_box_key(ANNA.sign_box(ANNA.box_statement(**change)), DOCUMENT)


def test_a_statement_signed_by_the_line_or_a_colleague_is_refused() -> None:
    for key in (scene.LINE_KEY, BRAM.signing, scene.signing_key("stranger")):
        with refused(Reason.SIGNATURE):
            verify_box_key(sign(ANNA.box_statement(), key), DOCUMENT)


def test_a_statement_has_exactly_its_fields() -> None:
    data = ANNA.box_statement().to_json()
    for changed, reason in (
        (data.replace(b'"number":0', b'"number":-1'), Reason.FIELDS),
        (data.replace(b'"number":0', b'"number":0,"extra":0'), Reason.FIELDS),
        (data.replace(b'"number":0', b'"number": 0'), Reason.JSON_NOT_CANONICAL),
        (data.replace(b'"publicKey":"', b'"publicKey":"AAAA'), Reason.LENGTH),
        (data + b" " * 4096, Reason.JSON_SIZE),
    ):
        signature = ANNA.signing.sign(BOX_KEY_LABEL, changed)
        with refused(reason):
            verify_box_key(SignedBoxKey(statement=changed, signature=signature), DOCUMENT)


def test_a_key_outside_its_dates_is_not_sealed_to() -> None:
    past = ANNA.box_statement(not_after=TODAY - TOLERANCE - DAY)
    future = BRAM.box_statement(not_before=TODAY + TOLERANCE + DAY, not_after=TODAY + 30 * DAY)
    assert not box_keys(ANNA.sign_box(past), BRAM.sign_box(future))
    assert past.is_current(TODAY - DAY)
    assert future.is_current(TODAY + DAY)


def test_two_days_of_clock_error_are_tolerated() -> None:
    statement = ANNA.box_statement()
    assert statement.is_current(statement.not_before - TOLERANCE)
    assert statement.is_current(statement.not_after + TOLERANCE)
    assert not statement.is_current(statement.not_before - TOLERANCE - DAY)
    assert not statement.is_current(statement.not_after + TOLERANCE + DAY)


def test_the_highest_number_is_sealed_to_in_any_order() -> None:
    older, newer = (
        ANNA.box_statement(),
        ANNA.box_statement(number=1, public_key=ANNA.chain.key(1).public_key),
    )
    for order in ((older, newer), (newer, older)):
        assert box_keys(*map(ANNA.sign_box, order))[ANNA.id] == newer


def test_a_departed_or_future_handlers_key_is_left_aside() -> None:
    handlers = (
        ANNA.entry(until=TODAY),
        BRAM.entry(from_=TODAY + TOLERANCE + DAY),
        CHRIS.entry(),
    )
    signed = [person.sign_box(person.box_statement()) for person in scene.PEOPLE]
    assert set(box_keys(*signed, handlers=handlers)) == {CHRIS.id}


@pytest.mark.parametrize("broken", ["x25519", "ml-kem"])
def test_a_handler_with_an_unusable_key_counts_as_one_without(broken: str) -> None:
    good = ANNA.chain.key(0).public_key
    key = good[:1184] + bytes(32) if broken == "x25519" else b"\xff\xff\xff" + good[3:]
    signed = (
        ANNA.sign_box(ANNA.box_statement(public_key=key)),
        BRAM.sign_box(BRAM.box_statement()),
    )
    assert set(box_keys(*signed)) == {BRAM.id}
