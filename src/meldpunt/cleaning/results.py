"""What cleaning a file comes to: what it removed, what it cannot remove, or why it was not done."""

from dataclasses import dataclass
from enum import StrEnum


class Trace(StrEnum):
    """Something that a file says beside its content, and that is removed."""

    LOCATION = "location"
    DEVICE = "device"
    TIME = "time"
    PERSON = "person"
    COMMENT = "comment"
    FURTHER_DATA = "further-data"
    """Of the camera or the program, such as EXIF, XMP or IPTC fields."""
    COLOUR_PROFILE = "colour-profile"
    FURTHER_PICTURES = "further-pictures"
    """A preview, or a second picture such as a depth map."""
    DOCUMENT_DATA = "document-data"
    """Title, author, program and dates of a document, and its history."""
    FILES_INSIDE = "files-inside"
    """Whole files that a document carried, such as the text that it was made from."""
    PLACE_ON_DISK = "place-on-disk"
    """Names of folders on the device of whoever made it."""


class Remainder(StrEnum):
    """Something that cleaning found and cannot remove."""

    FILES_INSIDE = "files-inside"
    """A form in XML, or a recording."""
    PICTURES_INSIDE = "pictures-inside"
    """Of a kind that cannot be cleaned inside a document."""
    COLOUR_PROFILE = "colour-profile"
    """Of a document: it names nothing any more, but may fit one scanner or screen only."""
    SIGNATURE = "signature"
    """It says who signed, and does not hold any more."""


@dataclass(frozen=True, slots=True, repr=False)
class Cleaned:
    """A file without what says who made it."""

    data: bytes
    media_type: str
    removed: tuple[Trace, ...]
    remaining: tuple[Remainder, ...] = ()
    """What was found inside; what can be seen or read remains in every file."""


class Failure(StrEnum):
    """Why a file was not cleaned."""

    REMAINS = "remains"
    """It still says something after cleaning."""
    BROKEN = "broken"
    """It is damaged, locked, or made to do harm."""
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_SLOW = "too-slow"
    MISSING = "missing"
    """The libraries that clean are not installed."""


class NotCleanedError(Exception):
    """A file was not cleaned; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure
