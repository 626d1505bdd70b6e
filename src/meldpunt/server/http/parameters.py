"""Read values in paths and queries. Each value has exactly one text form."""

import re
from typing import Any, Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url, decode_line_id
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.server.errors import NotFoundError

_POSITION: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_ID: Final = "In unpadded base64url."
LENGTH: Final = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "lineId": {
        "schema": {"type": "string", "pattern": "^[a-z2-7]{32}$"},
        "description": "The line's id, in base32.",
    },
    "name": {
        "schema": {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$"},
        "description": "A day that is over (`2026-11-28`), a month (`2026-11`) or a year (`2026`).",
    },
    "line": {
        "schema": {"type": "string", "pattern": "^[a-z2-7]{32}$"},
        "description": "The id of the line whose handler asks, in base32.",
    },
    "hash": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
        "description": f"The hash of a document, or of a text that a document names. {_ID}",
    },
    "entry": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
        "description": f"The report's id in this handler's inbox. {_ID}",
    },
    "messageId": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
        "description": f"The message's id, a hash of its header. {_ID}",
    },
    "keyId": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
        "description": f"The id of one of the handler's own box keys. {_ID}",
    },
    "held": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
        "description": f"The hash of what this host holds of the line. {_ID}",
    },
    "after": {
        "schema": {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": 0},
        "description": "The `cursor` of the page before. Without it, messages start at the first.",
    },
    "cursor": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
        "description": "The `cursor` of the page before. Without it, the first page comes.",
    },
    "attachmentId": {
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
        "description": f"16 random bytes that the uploading client chose. {_ID}",
    },
    "Tus-Resumable": {
        "schema": {"type": "string", "enum": ["1.0.0"]},
        "description": "The version of tus that the client speaks.",
    },
    "Upload-Length": {
        "schema": LENGTH,
        "description": "Bytes of ciphertext. openapi/extensions.md section 7.7 lists the sizes.",
    },
    "Upload-Offset": {
        "schema": LENGTH,
        "description": "Where the body starts: the number of bytes that the host has already.",
    },
    "Upload-Checksum": {
        "schema": {"type": "string", "pattern": "^(sha1|sha256) [A-Za-z0-9+/]+=*$"},
        "description": "An algorithm, a space, and the checksum of the body in base64.",
    },
    "Range": {
        "schema": {"type": "string", "pattern": "^bytes=([0-9]+-[0-9]*|-[0-9]+)$"},
        "description": "One range of bytes (RFC 9110). Any other range gets the whole file.",
    },
    "If-Range": {
        "schema": {"type": "string", "pattern": '^"[A-Za-z0-9_-]{22}"$'},
        "description": "The ETag of the file of which the range is a part.",
    },
    "state": {
        "schema": {"type": "string", "enum": [state.value for state in State]},
        "description": "Only reports in this state.",
    },
}
"""How the contract describes each of them."""


def _id(text: str, size: int) -> bytes:
    """Read an id in a path. A text that is no id gives NotFoundError, like an unknown id."""
    try:
        return decode_base64url(text, size)
    except RefusedError:
        raise NotFoundError from None


def line_id(text: str) -> ids.LineId:
    """Read a line id.

    Raises:
        NotFoundError: The text is no line id.
    """
    try:
        return ids.LineId(decode_line_id(text))
    except RefusedError:
        raise NotFoundError from None


def wanted_line(text: str | None) -> ids.LineId:
    """Read `line`, the line of the requested inbox.

    Raises:
        RefusedError: FIELDS if the parameter is missing; LINE_ID.
    """
    if text is None:
        raise RefusedError(Reason.FIELDS)
    return ids.LineId(decode_line_id(text))


def held(text: str | None) -> bytes:
    """Read `held`, the hash of what a host holds of a line.

    Raises:
        RefusedError: FIELDS if the parameter is missing; BASE64URL.
    """
    if text is None:
        raise RefusedError(Reason.FIELDS)
    return decode_base64url(text, ids.HASH_SIZE)


def hash_(text: str) -> ids.Hash:
    """Read the hash of a document or text."""
    return ids.Hash(_id(text, ids.HASH_SIZE))


def message_id(text: str) -> ids.MessageId:
    """Read a message id."""
    return ids.MessageId(_id(text, ids.HASH_SIZE))


def entry_id(text: str) -> ids.EntryId:
    """Read the id of an inbox entry."""
    return ids.EntryId(_id(text, ids.SHORT_ID_SIZE))


def attachment_id(text: str) -> ids.AttachmentId:
    """Read the id of an attachment."""
    return ids.AttachmentId(_id(text, ids.SHORT_ID_SIZE))


def key_id(text: str) -> ids.KeyId:
    """Read the id of a box key."""
    return ids.KeyId(_id(text, ids.SHORT_ID_SIZE))


def position(text: str | None) -> int:
    """Read the `after` of a page of messages: 0 to 999,999,999, by default 0.

    Raises:
        RefusedError: FIELDS.
    """
    if text is None:
        return 0
    if not _POSITION.fullmatch(text):
        raise RefusedError(Reason.FIELDS)
    return int(text)


def cursor(text: str | None) -> ids.EntryId | None:
    """Read the `cursor` of an inbox page.

    Raises:
        RefusedError: BASE64URL, LENGTH.
    """
    return None if text is None else ids.EntryId(decode_base64url(text, ids.SHORT_ID_SIZE))


def state(text: str | None) -> State | None:
    """Read the `state` filter.

    Raises:
        RefusedError: FIELDS.
    """
    if text is None:
        return None
    try:
        return State(text)
    except ValueError:
        raise RefusedError(Reason.FIELDS) from None
