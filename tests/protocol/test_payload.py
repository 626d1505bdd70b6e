"""Payloads: one mandatory field, room for what later frontends add."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import openapi.generator
from meldpunt.protocol.payload import make_payload, parse_payload
from meldpunt.protocol.verify.errors import Reason
from openapi.generator.scene import ANNA, BRAM
from tests.protocol.refusal import refused

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(texts, st.sampled_from(["nl", "en", "nl-x-plain"]))
def test_a_payload_comes_back(text: str, language: str) -> None:
    payload = make_payload(text, language=language)
    assert parse_payload(payload.to_json()) == payload
    assert parse_payload(payload.to_json()).text == text


def test_unknown_content_is_kept() -> None:
    payload = make_payload("a", language="nl", audience=["student"], mood={"scale": 3})
    again = parse_payload(payload.to_json())
    assert again.content == {"text": "a", "audience": ["student"], "mood": {"scale": 3}}


def test_who_is_left_out_is_told_to_the_others() -> None:
    left_out = tuple(sorted((ANNA.id, BRAM.id)))
    payload = make_payload("a", language="nl", left_out=left_out)
    assert parse_payload(payload.to_json()).left_out == left_out
    assert b"leftOut" not in make_payload("a", language="nl", left_out=()).to_json()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.JSON_SYNTAX),
        (b"Caf\xe9", Reason.JSON_ENCODING),
        (b"{}", Reason.PAYLOAD_LANGUAGE),
        (b'{"version":1,"language":"nl","content":{}}', Reason.PAYLOAD_TEXT),
        (b'{"version":1,"language":"nl","content":{"text":""}}', Reason.PAYLOAD_TEXT),
        (b'{"version":1,"language":"nl","content":{"text":1}}', Reason.PAYLOAD_TEXT),
        (b'{"version":1,"language":"nl","content":[]}', Reason.PAYLOAD),
        (b'{"version":1,"language":"nl"}', Reason.PAYLOAD),
        (b'{"version":2,"language":"nl","content":{"text":"a"}}', Reason.PAYLOAD),
        (b'{"version":1,"language":"","content":{"text":"a"}}', Reason.PAYLOAD_LANGUAGE),
        (b'{"version":1,"language":"nl\\n","content":{"text":"a"}}', Reason.PAYLOAD_LANGUAGE),
        (b'{"version":1,"language":["nl"],"content":{"text":"a"}}', Reason.PAYLOAD_LANGUAGE),
        (b'{"version":1,"content":{"text":"a"}}', Reason.PAYLOAD_LANGUAGE),
        (b'{"version":1,"language":"nl","content":{"text":"a"},"more":1}', Reason.PAYLOAD),
        (
            b'{"version":1,"language":"nl","content":{"text":"a","text":"b"}}',
            Reason.JSON_DUPLICATE_KEY,
        ),
        (b'{"version":1,"language":"nl","content":{"text":"a"}} ', Reason.JSON_NOT_CANONICAL),
        (b'{"version":1,"language":"nl","content":{"text":"a","n":1.5}}', Reason.JSON_NUMBER),
        (b'{"version":1,"language":"nl","content":{"text":"a","q1":"b"}}', Reason.JSON_KEY),
        (b'{"version":1,"language":"nl","leftOut":[],"content":{"text":"a"}}', Reason.PAYLOAD),
    ],
)
def test_every_other_payload_is_refused_for_what_is_wrong_with_it(
    data: bytes, reason: Reason
) -> None:
    with refused(reason):
        parse_payload(data)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.5, Reason.JSON_NUMBER),
        (float("nan"), Reason.JSON_NULL),
        (None, Reason.JSON_NULL),
        ("\ud800", Reason.PAYLOAD),
        (2**53, Reason.JSON_NUMBER),
        ([[[[[[[[]]]]]]]], Reason.JSON_DEPTH),
        ({"Key": 1}, Reason.JSON_KEY),
        ({"q1": 1}, Reason.JSON_KEY),
        (object(), Reason.PAYLOAD),
    ],
)
def test_content_that_no_reader_accepts_does_not_leave_the_device(
    value: object, reason: Reason
) -> None:
    with refused(reason):
        make_payload("a", language="nl", more=value)


@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        ("", "nl", Reason.PAYLOAD_TEXT),
        ("\udc00", "nl", Reason.PAYLOAD),
        ("a", "NL", Reason.PAYLOAD_LANGUAGE),
        ("a", "", Reason.PAYLOAD_LANGUAGE),
    ],
)
def test_a_text_or_language_that_no_reader_accepts_is_not_made(
    text: str, language: str, reason: Reason
) -> None:
    with refused(reason):
        make_payload(text, language=language)


def test_the_payloads_of_the_specification_are_right_and_wrong_as_it_says() -> None:
    text = (Path(openapi.generator.__file__).parents[1] / "protocol.md").read_text("utf-8")
    box = text[text.index("> **Open your own seal") : text.index("Vectors: `message:payload-")]
    [right] = re.findall(r"^>     (.+)$", box, re.MULTILINE)
    assert parse_payload(right.encode()).text == "Er klopt iets niet."
    assert f"{len(right.encode())} bytes of UTF-8" in box
    wrong = re.findall(r"^> \| `(.+)` \| `([a-z-]+)` \|$", box, re.MULTILINE)
    assert len(wrong) > 5
    for payload, reason in wrong:
        with refused(Reason(reason)):
            parse_payload(payload.encode())
