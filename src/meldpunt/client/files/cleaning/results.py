"""What cleaning a file comes to: what it removed, what it cannot remove, or why it was not done."""

from dataclasses import dataclass
from enum import StrEnum

from meldpunt.client.http.errors import ClientError


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


class Remainder(StrEnum):
    """Something that cleaning found and cannot remove."""

    FILES_INSIDE = "files-inside"
    PICTURES_INSIDE = "pictures-inside"
    """Of a kind that cannot be cleaned inside a document."""
    COLOUR_PROFILE = "colour-profile"
    """Of a document: it may name a scanner or a program."""
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


class CleaningError(ClientError):
    """A file was not cleaned."""

    def __init__(self, text: str = "The file still says something after cleaning.") -> None:
        super().__init__(text)


class UnknownTypeError(CleaningError):
    """A type that is not cleaned."""

    def __init__(self) -> None:
        super().__init__("Only JPEG, PNG, WebP, TIFF, GIF and PDF are cleaned; this is none.")


class CleanerMissingError(CleaningError):
    """The extra is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing is cleaned here: install the extra (pip install meldpunt[clean])."
        )


class TooLargeError(CleaningError):
    """Cleaning would take too much memory."""

    def __init__(self) -> None:
        super().__init__("The file is too large to be cleaned.")


class BrokenFileError(CleaningError):
    """A file that is damaged, locked, or made to do harm."""

    def __init__(self) -> None:
        super().__init__("The file is damaged or locked by a password, so it cannot be cleaned.")
