"""What a person should know, though nothing was refused."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from meldpunt.protocol.verify import ids


class NoticeKind(StrEnum):
    """The closed list of notices."""

    LINE_MOVED = "line-moved"
    """The line is not on the host of its address. The client found it on its new host."""
    DOCUMENT_EXPIRED = "document-expired"
    """The line document is out of date; sealing still works for a while."""
    DOCUMENT_PAST_GRACE = "document-past-grace"
    """The line document is past its grace: nothing is sealed any more."""
    KEY_MISSING = "key-missing"
    """A reader has no current key. They can read the message after a colleague adds a wrap."""
    OLD_BOX_KEY = "old-box-key"
    """The host serves an older box key of this handler than the one that they published."""
    UNKNOWN_BOX_KEY = "unknown-box-key"
    """The host serves a box key of this handler that their key file does not hold."""
    NO_BOX_KEY = "no-box-key"
    """The host serves no box key of this handler: nobody can write to them."""
    READER_DEPARTED = "reader-departed"
    """A handler whom the reporter chose as a reader has left the line."""
    ASKER_UNVERIFIED = "asker-unverified"
    """The line of the asker was not verified: the asker may be anybody."""
    HOST_STATE = "host-state"
    """The host claims another state than the messages show."""
    HOST_CLOCKS = "host-clocks"
    """The host claims other terms than the report's line document gives."""
    HOST_DAY = "host-day"
    """A day of the host is wrong, changed, or more than two days from the author's day."""
    HOST_DOCUMENT = "host-document"
    """The host names another line document than the report does."""
    HOST_ORDER = "host-order"
    """The host serves a message before another message that its author had already seen."""
    HOST_PROOF = "host-proof"
    """The host's proof of receipt is wrong, or is for another day: it proves nothing."""
    BULLETIN_WITHHELD = "bulletin-withheld"
    """A message arrived on a day whose bulletin does not name it: the host left the tag out."""
    NOT_SEEN = "not-seen"
    """Others wrote days after this person's message, and had not seen the message."""
    SECOND_LOOK = "second-look"
    """The host's first answer was wrong: it left something out, or called the report erased."""
    HOST_COUNT = "host-count"
    """The host claims another number of messages than it serves."""


ORDINARY: Final = frozenset(
    {
        NoticeKind.LINE_MOVED,
        NoticeKind.DOCUMENT_EXPIRED,
        NoticeKind.DOCUMENT_PAST_GRACE,
        NoticeKind.ASKER_UNVERIFIED,
    }
)
"""Notices that say nothing against the host: about the line, or about who asks."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, and the person or message that it is about."""

    kind: NoticeKind
    handler: ids.HandlerId | None = None
    message: ids.MessageId | None = None
