"""Why a file was not cleaned, in words."""

from typing import ClassVar

from meldpunt.client.http.errors import ClientError


class CleaningError(ClientError):
    """A file was not cleaned."""

    what: ClassVar[str] = "The file still says something after cleaning."

    def __init__(self) -> None:
        super().__init__(self.what)


class UnknownTypeError(CleaningError):
    """Files of this type are not cleaned."""

    what = "Only JPEG, PNG, WebP, TIFF, GIF and PDF are cleaned; this is none."


class CleanerMissingError(CleaningError):
    """The extra `clean` is not installed."""

    what = "Nothing is cleaned here: install the extra (pip install '.[clean]' in a clone)."


class TooLargeError(CleaningError):
    """Cleaning would take too much memory."""

    what = "The file is too large to be cleaned, or unpacks to too much."


class TooManyPagesError(TooLargeError):
    """The file has more pages or frames than the limit."""

    what = "The file has too many pages or frames to be cleaned: divide it."


class TooSlowError(CleaningError):
    """Cleaning takes too long."""

    what = "Cleaning the file takes too long, so it was given up."


class BrokenFileError(CleaningError):
    """The file is damaged, locked, or made to do harm."""

    what = "The file is damaged or locked by a password, so it cannot be cleaned."
