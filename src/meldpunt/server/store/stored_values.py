"""Reads again what the host checked when it came: if that fails now, the database is damaged.

Without this, whoever asks would be told that their own request is malformed.
"""

import json
import logging
from collections.abc import Callable
from typing import TypeVar

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import RefusedError
from meldpunt.protocol.verify.key_chain import Rotation
from meldpunt.protocol.verify.line_document import LineDocument, parse_line_document
from meldpunt.protocol.verify.log.header import Header, parse_header
from meldpunt.server.errors import StoredValueError

Value = TypeVar("Value")

_log = logging.getLogger("meldpunt")


def stored_header(data: bytes) -> Header:
    """Return the header of a stored message.

    Raises:
        StoredValueError: It is not what came.
    """
    return _read("a header", lambda: parse_header(data))


def stored_document(data: bytes, line: ids.LineId) -> LineDocument:
    """Return a stored document of a line.

    Raises:
        StoredValueError: It is not what came.
    """
    return _read("a line document", lambda: parse_line_document(data, line))


def stored_rotations(data: bytes) -> tuple[Rotation, ...]:
    """Return the rotations of a stored line, written as a JSON list of texts.

    Raises:
        StoredValueError: They are not what came.
    """
    return _read(
        "a key chain",
        lambda: tuple(Rotation.from_value(json.loads(value)) for value in json.loads(data)),
    )


def _read(what: str, parse: Callable[[], Value]) -> Value:
    try:
        return parse()
    except (RefusedError, ValueError, TypeError):
        _log.error("the database is damaged: %s that was stored cannot be read", what)
        raise StoredValueError from None
