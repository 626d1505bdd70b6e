"""What a person should know, though nothing was refused."""

from dataclasses import dataclass
from enum import StrEnum

from meldpunt.protocol.verify import ids


class NoticeKind(StrEnum):
    """The closed list of notices."""

    LINE_MOVED = "line-moved"
    """The line lives on another host than the address says: it was found there."""
    DOCUMENT_EXPIRED = "document-expired"
    """The line document is out of date; sealing still works for a while."""
    DOCUMENT_PAST_GRACE = "document-past-grace"
    """The line document is long out of date: nothing is sealed any more."""
    KEY_MISSING = "key-missing"
    """A reader has no current key: they read the message once a colleague's client adds a wrap."""
    READER_DEPARTED = "reader-departed"
    """Somebody whom the reporter had chosen is no longer with the line."""
    ASKER_UNVERIFIED = "asker-unverified"
    """The line of a handler who asks for advice was not verified: it may be anybody."""
    HOST_STATE = "host-state"
    """The host claims another state than the messages add up to."""
    HOST_CLOCKS = "host-clocks"
    """The host claims other terms than the report's line document gives."""
    HOST_DAY = "host-day"
    """The host's day of arrival is more than two days from the author's."""
    HOST_DOCUMENT = "host-document"
    """The host names another line document than the report does."""
    HOST_ORDER = "host-order"
    """The host serves a message before one that its author had seen."""
    HOST_PROOF = "host-proof"
    """The host's proof of receipt does not hold, or is for another day: it proves nothing."""
    BULLETIN_WITHHELD = "bulletin-withheld"
    """A message came on a day whose bulletin does not tell of it: the host left the tag out."""
    HOST_COUNT = "host-count"
    """The host counts other messages than it serves."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice, and whom or what it is about."""

    kind: NoticeKind
    handler: ids.HandlerId | None = None
    message: ids.MessageId | None = None
