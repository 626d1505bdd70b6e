"""Lines: whoever knows the id cannot be shown another key, nor an older document."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from meldpunt.protocol.line import Freshness, Pin, VerifiedLine, verify_line
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.served import ServedLine
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, CHRIS, LINE, LINE_KEY, NEXT_LINE_KEY, TODAY
from tests.protocol.refusal import refused

DAY = timedelta(days=1)


def verified(served: ServedLine, *, today: date = TODAY, pin: Pin | None = None) -> VerifiedLine:
    """Verify what a host serves, after a trip through JSON."""
    return verify_line(served, LINE, today=today, pin=pin)


def test_an_honest_line_is_verified() -> None:
    line = verified(scene.served())
    assert line.document == scene.document()
    assert line.document_hash == ids.document_hash(scene.document().to_json())
    assert line.keys == (LINE_KEY.public_key,)
    assert line.freshness is Freshness.CURRENT
    assert line.pin == Pin(1, line.document_hash, 0)
    assert set(line.box_keys) == {ANNA.id, BRAM.id, CHRIS.id}
    assert line.recipient(ANNA.id) == ANNA.recipient
    assert line.recipient(ids.HandlerId(bytes(16))) is None
    line.check_sealable()


FIRST = verified(scene.served())
SECOND = scene.document(number=2, previous=FIRST.document_hash)


def test_the_next_document_follows_the_pinned_one() -> None:
    line = verified(scene.served(SECOND), pin=FIRST.pin)
    assert line.pin.number == 2
    assert verified(scene.served(), pin=FIRST.pin).pin == FIRST.pin


def test_an_older_document_than_the_pin_is_refused() -> None:
    pin = verified(scene.served(SECOND)).pin
    with refused(Reason.DOCUMENT_BELOW_PIN):
        verified(scene.served(), pin=pin)


def test_another_document_of_the_pinned_number_is_refused() -> None:
    other = scene.document(reader_count=3)
    with refused(Reason.DOCUMENT_FORK):
        verified(scene.served(other), pin=FIRST.pin)


def test_a_next_document_that_names_another_previous_one_is_refused() -> None:
    other = scene.document(number=2, previous=ids.document_hash(b"another"))
    with refused(Reason.DOCUMENT_PREVIOUS):
        verified(scene.served(other), pin=FIRST.pin)


def test_a_document_far_ahead_of_the_pin_is_accepted() -> None:
    later = scene.document(number=9, previous=ids.document_hash(b"number 8"))
    assert verified(scene.served(later), pin=FIRST.pin).pin.number == 9


def test_a_replaced_key_cannot_sign_a_later_document() -> None:
    with refused(Reason.KEY_NUMBER):
        verified(scene.served(SECOND, rotations=(scene.rotation(),)))
    with refused(Reason.SIGNATURE):
        relabelled = SECOND.model_copy(update={"key_number": 1})
        verified(scene.served(relabelled, rotations=(scene.rotation(),)))


def test_a_host_with_a_replaced_key_cannot_hide_the_rotation_from_one_who_saw_it() -> None:
    rotated = scene.document(number=2, previous=FIRST.document_hash, key_number=1)
    pin = verified(scene.served(rotated, key=NEXT_LINE_KEY, rotations=(scene.rotation(),))).pin
    assert pin.key_number == 1
    forged = scene.document(number=3, previous=pin.document)
    with refused(Reason.KEY_NUMBER):
        verified(scene.served(forged), pin=pin)


def test_a_document_of_the_future_is_refused() -> None:
    early = scene.FIRST_DAY - TOLERANCE
    assert verified(scene.served(), today=early).freshness is Freshness.CURRENT
    with refused(Reason.DOCUMENT_DATES):
        verified(scene.served(), today=early - DAY)


@pytest.mark.parametrize(
    ("days", "freshness"),
    [
        (0, Freshness.CURRENT),
        (2, Freshness.CURRENT),
        (3, Freshness.EXPIRED),
        (30, Freshness.EXPIRED),
        (31, Freshness.PAST_GRACE),
    ],
)
def test_an_expired_document_warns_and_thirty_days_later_seals_nothing(
    days: int, freshness: Freshness
) -> None:
    today = scene.document().expires_on + timedelta(days=days)
    line = verified(scene.served(), today=today)
    assert line.freshness is freshness
    if freshness is Freshness.PAST_GRACE:
        with refused(Reason.DOCUMENT_EXPIRED):
            line.check_sealable()
    else:
        line.check_sealable()


def test_the_whole_answer_survives_its_json() -> None:
    served = scene.served(rotations=())
    assert ServedLine.from_value(served.model_dump(mode="json", by_alias=True)) == served


def test_another_line_is_refused() -> None:
    with refused(Reason.FIRST_KEY):
        verify_line(scene.served(), scene.OTHER_LINE, today=TODAY)


def test_a_pin_is_a_value() -> None:
    assert replace(FIRST.pin, number=2) != FIRST.pin
