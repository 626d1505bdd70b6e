"""Results of cleaning a file: what was removed, what remains, or why the cleaner refused it."""

from dataclasses import dataclass
from enum import StrEnum


class Trace(StrEnum):
    """Something that a file says besides its content, and that cleaning removes."""

    LOCATION = "location"
    DEVICE = "device"
    TIME = "time"
    PERSON = "person"
    COMMENT = "comment"
    FURTHER_DATA = "further-data"
    """Data of the camera or the program, such as EXIF, XMP or IPTC fields."""
    COLOUR_PROFILE = "colour-profile"
    FURTHER_PICTURES = "further-pictures"
    """A preview, or a second picture such as a depth map."""
    DOCUMENT_DATA = "document-data"
    """Title, author, program and dates of a document, and its history."""
    FILES_INSIDE = "files-inside"
    """Whole files inside a document, such as its source text."""
    PLACE_ON_DISK = "place-on-disk"
    """Names of folders on the author's device."""


class Remainder(StrEnum):
    """Something that cleaning found and cannot remove."""

    FILES_INSIDE = "files-inside"
    """A form in XML, or a recording."""
    PICTURES_INSIDE = "pictures-inside"
    """Pictures inside a document, of a kind that the cleaner cannot clean there."""
    COLOUR_PROFILE = "colour-profile"
    """A profile in a document. It names nothing, but may point at one scanner or screen."""
    SIGNATURE = "signature"
    """A digital signature. It says who signed, and is no longer valid after cleaning."""


@dataclass(frozen=True, slots=True, repr=False)
class Cleaned:
    """A cleaned file."""

    data: bytes
    media_type: str
    removed: tuple[Trace, ...]
    remaining: tuple[Remainder, ...] = ()
    """What the cleaner found inside and left. Visible content remains in every file."""


class Failure(StrEnum):
    """Why the cleaner refused a file."""

    REMAINS = "remains"
    """The file still holds a trace after cleaning."""
    BROKEN = "broken"
    """The file is damaged, locked, or made to do harm."""
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_SLOW = "too-slow"
    MISSING = "missing"
    """The cleaning libraries are not installed."""


class NotCleanedError(Exception):
    """The cleaner refused a file; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure
