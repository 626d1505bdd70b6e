"""Read values in paths and queries. Each value has exactly one text form."""

import re
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.encoding import decode_base64url, decode_line_id
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.server.errors import NotFoundError

_POSITION: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


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
