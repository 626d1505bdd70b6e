"""Strict JSON: bytes that two parsers could read in two ways are refused."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.protocol.verify import strict_json
from meldpunt.protocol.verify.errors import Reason, RefusedError
from tests.protocol.refusal import refused

SIZE = 65536

keys = st.from_regex(r"[a-z][A-Za-z]{0,8}", fullmatch=True)
leaves = (
    st.booleans()
    | st.integers(-strict_json.MAX_INTEGER, strict_json.MAX_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(keys, values, max_size=5)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


@given(objects)
def test_what_is_written_is_read_and_written_alike(value: dict[str, Any]) -> None:
    data = strict_json.dump(value)
    if _depth(value) > strict_json.MAX_DEPTH:
        with refused(Reason.JSON_DEPTH):
            strict_json.parse_canonical(data, max_size=SIZE)
        return
    again = strict_json.parse_canonical(data, max_size=SIZE)
    assert again == value
    assert list(again) == list(value)
    assert strict_json.dump(again) == data


@given(objects, st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_canonical_accepts_only_what_dump_writes(
    value: dict[str, Any], place: int, noise: bytes
) -> None:
    data = strict_json.dump(value)
    place = min(place, len(data))
    for changed in (data[:place] + noise + data[place:], data[:place] + data[place + 1 :]):
        with contextlib.suppress(RefusedError):
            assert strict_json.dump(strict_json.parse_canonical(changed, max_size=SIZE)) == changed


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(RefusedError):
        assert isinstance(strict_json.parse(data, max_size=SIZE), dict)


@given(st.text(st.characters(max_codepoint=0x7F), max_size=30))
def test_any_text_is_read_as_the_standard_library_reads_it_or_refused(text: str) -> None:
    with contextlib.suppress(RefusedError):
        assert strict_json.parse(text.encode(), max_size=SIZE) == json.loads(text)


def test_escapes_are_the_fewest() -> None:
    value = {"a": '"\\/\b\f\n\r\t\x00\x1f\x7f\u2028é😀'}
    assert strict_json.dump(value) == (
        b'{"a":"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f' + "\u2028é😀".encode() + b'"}'
    )
    assert strict_json.parse_canonical(strict_json.dump(value), max_size=SIZE) == value


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xef\xbb\xbf{}", Reason.JSON_ENCODING),
        (b"\xff\xfe{\0}\0", Reason.JSON_ENCODING),
        (b"{\0}\0", Reason.JSON_SYNTAX),
        (b'{"a":"\xff"}', Reason.JSON_ENCODING),
        (b'{"a":"\xc0\xaf"}', Reason.JSON_ENCODING),
        (b'{"a":"\xed\xa0\x80"}', Reason.JSON_ENCODING),
        (b"", Reason.JSON_SYNTAX),
        (b"{", Reason.JSON_SYNTAX),
        (b"{}{}", Reason.JSON_SYNTAX),
        (b"{'a':1}", Reason.JSON_SYNTAX),
        (b'{"a":1,}', Reason.JSON_SYNTAX),
        (b'{"a":"\x00"}', Reason.JSON_SYNTAX),
        (b'{"a":"\n"}', Reason.JSON_SYNTAX),
        (b'{"a":"\\x41"}', Reason.JSON_SYNTAX),
        (b'{"a":01}', Reason.JSON_SYNTAX),
        (b'{"a":+1}', Reason.JSON_SYNTAX),
        (b'{"a":/**/1}', Reason.JSON_SYNTAX),
        (b'{"a":1,"a":1}', Reason.JSON_DUPLICATE_KEY),
        (b'{"a":{"b":1,"\\u0062":2}}', Reason.JSON_DUPLICATE_KEY),
        (b'{"10":1}', Reason.JSON_KEY),
        (b'{"__proto__":1}', Reason.JSON_KEY),
        (b'{"":1}', Reason.JSON_KEY),
        (b'{"A":1}', Reason.JSON_KEY),
        (b'{"a1":1}', Reason.JSON_KEY),
        ('{"é":1}'.encode(), Reason.JSON_KEY),
        (b'{"a\\n":1}', Reason.JSON_KEY),
        (b'{"a":[{"b c":1}]}', Reason.JSON_KEY),
        (b'{"a":1.0}', Reason.JSON_NUMBER),
        (b'{"a":1e2}', Reason.JSON_NUMBER),
        (b'{"a":-0}', Reason.JSON_NUMBER),
        (b'{"a":NaN}', Reason.JSON_NUMBER),
        (b'{"a":-Infinity}', Reason.JSON_NUMBER),
        (b'{"a":9007199254740992}', Reason.JSON_NUMBER),
        (b'{"a":-9007199254740992}', Reason.JSON_NUMBER),
        (b'{"a":1' + b"0" * 5000 + b"}", Reason.JSON_NUMBER),
        (b'{"a":null}', Reason.JSON_NULL),
        (b'{"a":"\\ud800"}', Reason.JSON_SURROGATE),
        (b'{"a":"\\udc00\\ud800"}', Reason.JSON_SURROGATE),
        (b"[]", Reason.JSON_ROOT),
        (b'"a"', Reason.JSON_ROOT),
        (b"1", Reason.JSON_ROOT),
        (b"null", Reason.JSON_ROOT),
        (b'{"a":' + b"[" * 8 + b"]" * 8 + b"}", Reason.JSON_DEPTH),
        (b'{"a":' * 30000 + b"1" + b"}" * 30000, Reason.JSON_SIZE),
    ],
)
def test_what_parsers_disagree_on_is_refused(data: bytes, reason: Reason) -> None:
    with refused(reason):
        strict_json.parse(data, max_size=SIZE)


@pytest.mark.parametrize("opening", [b'{"a":', b"[", b'{"a":['])
def test_nesting_cannot_exhaust_the_stack(opening: bytes) -> None:
    with refused(Reason.JSON_DEPTH, Reason.JSON_SYNTAX):
        strict_json.parse(opening * 200_000, max_size=10_000_000)


def test_eight_levels_are_read() -> None:
    data = b'{"a":' + b"[" * 7 + b"]" * 7 + b"}"
    assert strict_json.parse_canonical(data, max_size=SIZE)


@pytest.mark.parametrize(
    "data",
    [
        b' {"a":1}',
        b'{"a":1}\n',
        b'{"a": 1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000A"}',
        b'{"a":"\\u001F"}',
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":"\\u007f"}',
    ],
)
def test_another_spelling_is_read_in_requests_and_refused_in_signed_bytes(data: bytes) -> None:
    value = strict_json.parse(data, max_size=SIZE)
    assert strict_json.parse_canonical(strict_json.dump(value), max_size=SIZE) == value
    with refused(Reason.JSON_NOT_CANONICAL):
        strict_json.parse_canonical(data, max_size=SIZE)


def test_size_is_counted_in_bytes_before_anything_is_read() -> None:
    assert strict_json.parse(b'{"a":1}', max_size=7) == {"a": 1}
    with refused(Reason.JSON_SIZE):
        strict_json.parse(b'{"a":1}', max_size=6)
    with refused(Reason.JSON_SIZE):
        strict_json.parse('{"a":"é"}'.encode(), max_size=9)


def test_the_largest_integers_are_read() -> None:
    data = b'{"a":9007199254740991,"b":-9007199254740991,"c":0,"d":true}'
    value = strict_json.parse_canonical(data, max_size=SIZE)
    assert value["d"] is True
    assert value["a"] == 2**53 - 1
