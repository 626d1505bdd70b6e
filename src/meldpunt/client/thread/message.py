"""A message of a report: verified, and opened if its reader may open it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meldpunt.protocol.keys import BoxKey
from meldpunt.protocol.log import Log
from meldpunt.protocol.message import (
    OpenedKey,
    OpenedMessage,
    UnreadableError,
    open_message,
)
from meldpunt.protocol.payload import Payload
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.errors import Reason, RefusedError
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log.header import Header, VerifiedHeader
from meldpunt.protocol.verify.sealed import Wrap

BoxKeys = Callable[[Iterable[ids.KeyId]], Mapping[ids.KeyId, BoxKey]]
"""Given key ids, returns the box keys that the reader holds for them."""


class Readability(StrEnum):
    """What this reader could make of a message."""

    OPENED = "opened"
    OWN = "own"
    """The reporter wrote it. It is not sealed to the reporter, so a found code does not open it."""
    NOT_FOR_YOU = "not-for-you"
    NO_WRAP = "no-wrap"
    """The reader may read it, but holds none of the keys to which it is wrapped."""
    UNREADABLE = "unreadable"
    """Its author's software made what no reader accepts; `refusal` says what. Nobody changed it
    on the way: the author signed it."""
    REFUSED = "refused"
    """Its body or its wraps fail a check; `refusal` says which. The host may have changed them."""
    ERASED = "erased"
    """Only the header of a withdrawal is left."""


@dataclass(frozen=True, slots=True, repr=False)
class VerifiedMessage:
    """A message whose header is verified, with what the host served beside it."""

    verified_header: VerifiedHeader
    received_on: date
    """The host's day of arrival."""
    body: bytes | None
    wraps: tuple[Wrap, ...]
    """Wraps to the reader's own keys."""
    wrapped_for: tuple[ids.KeyId, ...]
    """Every key to which it is wrapped, of those that the host shows to this reader."""
    proof: bytes
    """The host's proof of receipt (64 bytes). `proof_notices` checks it when a report is read."""

    @property
    def header(self) -> Header:
        """The signed header."""
        return self.verified_header.header

    @property
    def message_id(self) -> ids.MessageId:
        """The message's 32-byte name."""
        return self.verified_header.message_id


@dataclass(frozen=True, slots=True, repr=False)
class ThreadMessage:
    """A message as one reader sees it."""

    verified: VerifiedMessage
    readability: Readability
    opened: OpenedKey | None = None
    """The content key, if the message is opened or unreadable."""
    refusal: Reason | None = None
    confirmed: bool = True
    """False if the message counts for nothing: its author may not write, or nobody has seen it."""

    @property
    def header(self) -> Header:
        """The signed header."""
        return self.verified.header

    @property
    def message_id(self) -> ids.MessageId:
        """The message's 32-byte name."""
        return self.verified.message_id

    @property
    def received_on(self) -> date:
        """The host's day of arrival."""
        return self.verified.received_on

    @property
    def payload(self) -> Payload | None:
        """The payload, or None if the message could not be opened."""
        return self.opened.payload if isinstance(self.opened, OpenedMessage) else None

    @property
    def text(self) -> str | None:
        """The text, or None if the message could not be opened."""
        return None if self.payload is None else self.payload.text


def open_messages(
    log: Log, messages: Mapping[ids.MessageId, VerifiedMessage], me: Participant, box_keys: BoxKeys
) -> tuple[ThreadMessage, ...]:
    """Open each message on its own, if the reader may read it. A bad message hides no other."""
    return tuple(_open(messages[h.message_id], log, me, box_keys) for h in log.headers)


def left_out_by_message(
    messages: Iterable[ThreadMessage],
) -> dict[ids.MessageId, tuple[ids.HandlerId, ...]]:
    """Return the handlers that each opened message of the reporter leaves out."""
    own = ((m.message_id, m.payload) for m in messages if m.header.author == REPORTER)
    return {message: payload.left_out or () for message, payload in own if payload}


def _open(message: VerifiedMessage, log: Log, me: Participant, box_keys: BoxKeys) -> ThreadMessage:
    readability, opened, refusal = _readability(message, log, me, box_keys)
    return ThreadMessage(
        message, readability, opened, refusal, confirmed=message.message_id not in log.void
    )


def _readability(
    message: VerifiedMessage, log: Log, me: Participant, box_keys: BoxKeys
) -> tuple[Readability, OpenedKey | None, Reason | None]:
    header = message.header
    admitted = not isinstance(me, str) and log.may_read(me, message.message_id)
    if me not in header.readers and not admitted:
        own = me == header.author
        return (Readability.OWN if own else Readability.NOT_FOR_YOU), None, None
    if message.body is None:
        return Readability.REFUSED, None, Reason.BODY_HASH
    at_hand = box_keys(wrap.key_id for wrap in message.wraps)
    try:
        opened = open_message(
            message.verified_header,
            message.body,
            message.wraps,
            reader=me,
            box_keys=at_hand,
            admitted=admitted,
        )
    except UnreadableError as error:
        return Readability.UNREADABLE, error.key, error.reason
    except RefusedError as error:
        missing = error.reason is Reason.WRAP_READER
        return (Readability.NO_WRAP if missing else Readability.REFUSED), None, error.reason
    return Readability.OPENED, opened, None
