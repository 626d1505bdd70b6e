"""Line documents: closed, dated, and signed by the key of their number."""

from datetime import date, timedelta
from typing import Any

import pytest

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.line_document import (
    DOCUMENT_LABEL,
    LineDocument,
    parse_line_document,
    verify_line_document,
)
from openapi.generator import scene
from openapi.generator.scene import ANNA, BRAM, LINE, LINE_KEY, NEXT_LINE_KEY, TODAY
from tests.protocol.refusal import refused

DAY = timedelta(days=1)


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
