"""Lines: whoever knows the id cannot be shown another key, nor an older document."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from meldpunt.protocol.line import Freshness, Pin, VerifiedLine, verify_line
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.key_chain import verify_key_chain
from meldpunt.protocol.verify.line_document import (
    DOCUMENT_LABEL,
    LineDocument,
    parse_line_document,
    verify_line_document,
)
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


# --- the key chain -------------------------------------------------------------------------------


def test_the_first_key_must_hash_to_the_line_id() -> None:
    other = scene.signing_key("another line").public_key
    with refused(Reason.FIRST_KEY):
        verify_key_chain(LINE, other, ())
    with refused(Reason.PUBLIC_KEY):
        verify_key_chain(LINE, bytes(31) + b"\x80", ())


def test_a_rotation_signed_by_both_keys_adds_the_new_one() -> None:
    third = scene.signing_key("third line")
    chain = (scene.rotation(), scene.rotation(NEXT_LINE_KEY, third, number=2))
    keys = (LINE_KEY.public_key, NEXT_LINE_KEY.public_key, third.public_key)
    assert verify_key_chain(LINE, LINE_KEY.public_key, chain) == keys


@pytest.mark.parametrize("missing", ["old_signature", "new_signature"])
def test_a_rotation_needs_both_signatures(missing: str) -> None:
    good = scene.rotation()
    swapped = {
        "old_signature": good.new_signature,
        "new_signature": good.old_signature,
    }[missing]
    with refused(Reason.SIGNATURE):
        verify_key_chain(LINE, LINE_KEY.public_key, (good.model_copy(update={missing: swapped}),))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"line_id": scene.OTHER_LINE}, Reason.OTHER_LINE),
        ({"number": 2}, Reason.ROTATION),
        ({"old_key": NEXT_LINE_KEY.public_key}, Reason.ROTATION),
        ({"new_key": bytes(31) + b"\x80"}, Reason.PUBLIC_KEY),
    ],
)
def test_a_rotation_out_of_place_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        verify_key_chain(LINE, LINE_KEY.public_key, (scene.rotation(**change),))


def test_a_rotation_cannot_be_left_out_of_the_chain() -> None:
    second = scene.rotation(NEXT_LINE_KEY, scene.signing_key("third line"), number=2)
    with refused(Reason.ROTATION):
        verify_key_chain(LINE, LINE_KEY.public_key, (second,))


# --- the document --------------------------------------------------------------------------------


def parsed(shown: LineDocument) -> LineDocument:
    return parse_line_document(shown.to_json(), LINE)


def test_a_document_comes_back_as_it_was_written() -> None:
    assert parsed(scene.document()) == scene.document()
    assert parsed(scene.document()).to_json() == scene.document().to_json()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"line_id": scene.OTHER_LINE}, Reason.OTHER_LINE),
        ({"expires_on": scene.FIRST_DAY - DAY}, Reason.DOCUMENT_DATES),
        ({"expires_on": scene.FIRST_DAY + 91 * DAY}, Reason.DOCUMENT_DATES),
        ({"number": 2}, Reason.DOCUMENT_PREVIOUS),
        ({"previous": ids.document_hash(b"")}, Reason.DOCUMENT_PREVIOUS),
        ({"receipt_key": bytes(31) + b"\x80"}, Reason.PUBLIC_KEY),
        ({"handlers": (ANNA.entry(), ANNA.entry(name="Double"))}, Reason.HANDLER_DUPLICATE),
        ({"handlers": (ANNA.entry(id=BRAM.id),)}, Reason.HANDLER_ID),
        ({"handlers": (ANNA.entry(signing_key=bytes(31) + b"\x80"),)}, Reason.PUBLIC_KEY),
        (
            {
                "handlers": (
                    ANNA.entry(id=ids.handler_id(scene.OTHER_LINE, ANNA.signing.public_key)),
                )
            },
            Reason.HANDLER_ID,
        ),
    ],
)
def test_a_document_that_breaks_a_rule_is_refused(change: dict[str, Any], reason: Reason) -> None:
    with refused(reason):
        parsed(scene.document(**change))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"version":1', b'"version":2'),
        (b'"number":1', b'"number":0'),
        (b'"number":1', b'"number":true'),
        (b'"number":1', b'"number":"1"'),
        (b'"readerCount":2', b'"readerCount":0'),
        (b'"languages":["nl","en"]', b'"languages":[]'),
        (b'"languages":["nl","en"]', b'"languages":["NL"]'),
        (b'"languages":["nl","en"]', b'"languages":["nl\\n"]'),
        (b'"startsAt":"received"', b'"startsAt":"sent"'),
        (b'"metBy":"feedback"', b'"metBy":"silence"'),
        (b'"retention":"P2M"', b'"retention":"P1M30D"'),
        (b'"signedOn":"2026-11-01"', b'"signedOn":"2026-11-1"'),
        (b'"origins":["https://meldpunt.example"]', b'"origins":[]'),
        (b"https://meldpunt.example", b"https://meldpunt.example/v1"),
        (b"https://meldpunt.example", b"https://user@meldpunt.example"),
        (b"https://meldpunt.example", b"https://Meldpunt.example"),
        (b"https://meldpunt.example", b"ftp://meldpunt.example"),
        (b"https://meldpunt.example", b"https://meldpunt.example\\n"),
        (b'"withdrawalTerm":"P14D",', b""),
        (b'{"version":1', b'{"extra":1,"version":1'),
        (b'"name":"acknowledge"', b'"name":"Acknowledge"'),
    ],
)
def test_a_document_has_exactly_its_fields(old: bytes, new: bytes) -> None:
    data = scene.document().to_json()
    assert old in data
    with refused(Reason.FIELDS):
        parse_line_document(data.replace(old, new, 1), LINE)


def test_a_document_is_signed_by_the_key_of_its_number() -> None:
    data = scene.document(key_number=1).to_json()
    signature = NEXT_LINE_KEY.sign(DOCUMENT_LABEL, data)
    keys = (LINE_KEY.public_key, NEXT_LINE_KEY.public_key)
    assert verify_line_document(data, signature, LINE, keys).key_number == 1
    with refused(Reason.KEY_NUMBER):
        verify_line_document(data, signature, LINE, keys[:1])
    with refused(Reason.SIGNATURE):
        verify_line_document(data, LINE_KEY.sign(DOCUMENT_LABEL, data), LINE, keys)


def test_a_document_written_again_does_not_carry_the_signature() -> None:
    data = scene.document().to_json()
    signature = LINE_KEY.sign(DOCUMENT_LABEL, data)
    start, end = data.index(b'"version":1,'), len(b'"version":1,')
    moved = data[:start] + data[start + end : -1] + b',"version":1}'
    assert parse_line_document(moved, LINE) == scene.document()
    with refused(Reason.SIGNATURE):
        verify_line_document(moved, signature, LINE, (LINE_KEY.public_key,))


def test_handlers_are_found_by_id_and_texts_by_hash() -> None:
    shown = scene.document(texts=(ids.text_hash(b"leaflet"),))
    found = shown.handler(BRAM.id)
    assert found is not None
    assert found.name == BRAM.name
    assert shown.handler(ids.HandlerId(bytes(16))) is None
    assert shown.text_hashes() == {
        ids.text_hash(t) for t in (b"form", b"guide", b"procedure", b"leaflet")
    }


def test_a_handler_reads_from_their_first_day_until_their_last() -> None:
    first, last = TODAY, TODAY + 10 * DAY
    entry = ANNA.entry(from_=first, until=last)
    assert not entry.is_active(first - TOLERANCE - DAY)
    assert entry.is_active(first - TOLERANCE)
    assert entry.is_active(last - DAY)
    assert not entry.is_active(last)
    assert ANNA.entry(from_=first).is_active(date.max - TOLERANCE)


# --- pins and dates ------------------------------------------------------------------------------

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
