"""Text forms: one spelling for one value."""

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.verify.encoding import (
    decode_base64url,
    decode_line_id,
    encode_base64url,
    encode_line_id,
    int8,
    lp,
)
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.protocol.refusal import refused


def test_lp_puts_four_bytes_of_length_in_front() -> None:
    assert lp(b"") == b"\0\0\0\0"
    assert lp(b"abc") == b"\0\0\0\x03abc"
    assert lp(bytes(258))[:4] == b"\0\0\x01\x02"


@given(st.lists(st.binary(max_size=6)), st.lists(st.binary(max_size=6)))
def test_length_prefixed_parts_never_run_together(first: list[bytes], second: list[bytes]) -> None:
    assert (b"".join(map(lp, first)) == b"".join(map(lp, second))) == (first == second)


def test_integers_in_hashes_are_eight_bytes() -> None:
    assert int8(0) == bytes(8)
    assert int8(2**53 - 1) == b"\x00\x1f\xff\xff\xff\xff\xff\xff"


@given(st.binary(max_size=200))
def test_base64url_comes_back(value: bytes) -> None:
    assert decode_base64url(encode_base64url(value)) == value
    assert decode_base64url(encode_base64url(value), len(value)) == value


@given(st.text(alphabet="ABCDwxyz0189-_+/= \n", max_size=12))
def test_base64url_accepts_only_what_it_writes(text: str) -> None:
    with contextlib.suppress(RefusedError):
        assert encode_base64url(decode_base64url(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Zg==",
        "Zg=",
        "Zh",
        "Zm9",
        "+/+/",
        "Z",
        "Zm9vY",
        " Zm9v",
        "Zm9v\n",
        "Zm9v Zm9v",
        "Zm\u0660v",
        "\uff3am9v",
    ],
)
def test_base64url_refuses_other_spellings(text: str) -> None:
    with refused(Reason.BASE64URL):
        decode_base64url(text)


@pytest.mark.parametrize("character", ["+", "/", "=", " ", "\n", "\0", "\x7f", "\xe9", "\u0660"])
def test_base64url_refuses_a_wrong_character_at_each_place_of_a_long_text(character: str) -> None:
    text = encode_base64url(bytes(range(200)))  # the library reads many characters at a time
    for place in range(len(text)):
        with refused(Reason.BASE64URL):
            decode_base64url(text[:place] + character + text[place + 1 :])


@given(st.binary(min_size=200, max_size=5000))
def test_base64url_of_a_long_value_is_what_the_standard_library_writes(value: bytes) -> None:
    assert encode_base64url(value) == base64.urlsafe_b64encode(value).decode().rstrip("=")
    assert decode_base64url(encode_base64url(value)) == value


@given(st.binary(max_size=40), st.integers(0, 40))
def test_a_value_of_another_size_is_refused(value: bytes, size: int) -> None:
    if len(value) != size:
        with refused(Reason.LENGTH):
            decode_base64url(encode_base64url(value), size)


@given(st.binary(min_size=20, max_size=20))
def test_line_ids_come_back(line: bytes) -> None:
    text = encode_line_id(line)
    assert len(text) == 32
    assert text == text.lower()
    assert decode_line_id(text) == line


@pytest.mark.parametrize(
    "text",
    ["", "a" * 31, "a" * 33, "A" * 32, "1" * 32, "a" * 31 + "8", "a" * 32 + "\n", "\uff41" * 32],
)
def test_line_ids_refuse_other_spellings(text: str) -> None:
    with refused(Reason.LINE_ID):
        decode_line_id(text)
