"""One strict JSON, so that every reader of signed bytes sees the same value.

JSON parsers differ on duplicate keys, floats, big integers, UTF-16, lone surrogates and the order
of number-like keys. The rules are openapi/protocol.md section 2.4.
"""

import json
import re
from typing import Any, Final, NoReturn

from meldpunt.protocol.verify.errors import Reason, RefusedError

MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that JavaScript holds exactly. The smallest is the same with a minus sign."""
MAX_DEPTH: Final = 8
"""How deep objects and arrays may lie inside each other; the root counts as one."""

MAX_COMMAS: Final = 65536
"""The most commas, more than any statement can have.

So a larger body cannot keep a host busy with many tiny values.
"""

_KEY: Final = re.compile(r"[a-z][A-Za-z]*", re.ASCII)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_MAX_DIGITS: Final = 16


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise RefusedError(Reason.JSON_DUPLICATE_KEY)
    return value


def _integer(text: str) -> int:
    if len(text.lstrip("-")) > _MAX_DIGITS or text == "-0" or abs(int(text)) > MAX_INTEGER:
        raise RefusedError(Reason.JSON_NUMBER)
    return int(text)


def _no_number(_text: str) -> NoReturn:
    raise RefusedError(Reason.JSON_NUMBER)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_no_number,
    parse_constant=_no_number,
    strict=True,
)


def _check(value: object, depth: int) -> None:
    """Refuse values that JSON allows and this protocol does not."""
    if isinstance(value, str):
        if not value.isascii() and _SURROGATE.search(value):
            raise RefusedError(Reason.JSON_SURROGATE)
    elif value is None:
        raise RefusedError(Reason.JSON_NULL)
    elif isinstance(value, dict | list):
        if depth >= MAX_DEPTH:
            raise RefusedError(Reason.JSON_DEPTH)
        if isinstance(value, dict) and not all(map(_KEY.fullmatch, value)):
            raise RefusedError(Reason.JSON_KEY)
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth + 1)


def parse(data: bytes, *, max_size: int, max_commas: int = MAX_COMMAS) -> dict[str, Any]:
    """Read one JSON object; it may use any white space and escapes (request and answer bodies).

    Args:
        data: UTF-8 without a byte order mark.
        max_size: Length of the longest accepted input, in bytes.
        max_commas: The most commas accepted. Only a client's own files may have more than the
            default.

    Raises:
        RefusedError: One of the JSON reasons.
    """
    if len(data) > max_size or data.count(b",") > max_commas:
        raise RefusedError(Reason.JSON_SIZE)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError(Reason.JSON_ENCODING) from None
    if text.startswith("\ufeff"):
        raise RefusedError(Reason.JSON_ENCODING)
    try:
        value = _DECODER.decode(text)
    except RecursionError:
        raise RefusedError(Reason.JSON_DEPTH) from None
    except json.JSONDecodeError:
        raise RefusedError(Reason.JSON_SYNTAX) from None
    if not isinstance(value, dict):
        raise RefusedError(Reason.JSON_ROOT)
    _check(value, 0)
    return value


def parse_canonical(data: bytes, *, max_size: int) -> dict[str, Any]:
    """Read signed JSON: the bytes must be exactly those that `dump` writes for their value.

    Raises:
        RefusedError: One of the JSON reasons.
    """
    value = parse(data, max_size=max_size)
    if dump(value) != data:
        raise RefusedError(Reason.JSON_NOT_CANONICAL)
    return value


def dump(value: dict[str, Any]) -> bytes:
    """Write JSON without white space, with keys in the given order and as few escapes as possible.

    `JSON.stringify` writes the same. It escapes the quote, the backslash and the control
    characters: with the short form if JSON has one, else with four lower-case hex digits.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
