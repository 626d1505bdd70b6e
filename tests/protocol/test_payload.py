"""Payloads: one mandatory field, room for what later frontends add."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_an_empty_text_is_not_made() -> None:
    with refused(Reason.PAYLOAD):
        make_payload("", language="nl")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"version":1,"language":"nl","content":{}}',
        b'{"version":1,"language":"nl","content":{"text":""}}',
        b'{"version":1,"language":"nl","content":{"text":1}}',
        b'{"version":1,"language":"nl","content":[]}',
        b'{"version":2,"language":"nl","content":{"text":"a"}}',
        b'{"version":1,"language":"","content":{"text":"a"}}',
        b'{"version":1,"content":{"text":"a"}}',
        b'{"version":1,"language":"nl","content":{"text":"a"},"more":1}',
        b'{"version":1,"language":"nl","content":{"text":"a","text":"b"}}',
        b'{"version":1,"language":"nl","content":{"text":"a"}} ',
        b'{"version":1,"language":"nl","content":{"text":"a","n":1.5}}',
        b'{"version":1,"language":"nl","leftOut":[],"content":{"text":"a"}}',
    ],
)
def test_every_other_payload_is_refused_for_one_reason(data: bytes) -> None:
    with refused(Reason.PAYLOAD):
        parse_payload(data)


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), None, "\ud800", 2**53, [[[[[[[[]]]]]]]], {"Key": 1}, object()]
)
def test_content_that_no_reader_accepts_does_not_leave_the_device(value: object) -> None:
    with refused(Reason.PAYLOAD):
        make_payload("a", language="nl", more=value)


@pytest.mark.parametrize(
    ("text", "language"), [("", "nl"), ("\udc00", "nl"), ("a", "NL"), ("a", "")]
)
def test_a_text_or_language_that_no_reader_accepts_is_not_made(text: str, language: str) -> None:
    with refused(Reason.PAYLOAD):
        make_payload(text, language=language)
