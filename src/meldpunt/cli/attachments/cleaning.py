"""Prepare files for sending: clean them, or send them unchanged if the person says so."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from meldpunt.cli.speech.look_words import look_words
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import terminal
from meldpunt.cli.terminal.refusal import Refusal
from meldpunt.client import DiskFile, FileError, MemoryFile
from meldpunt.client.files.cleaning import (
    Cleaned,
    CleaningError,
    Remainder,
    Trace,
    clean,
    media_type_of,
)

TRACES: Final = {
    Trace.LOCATION: "where it was taken",
    Trace.DEVICE: "the device or program",
    Trace.TIME: "when it was made",
    Trace.PERSON: "who made it",
    Trace.COMMENT: "comments",
    Trace.FURTHER_DATA: "further hidden fields",
    Trace.COLOUR_PROFILE: "a colour profile",
    Trace.FURTHER_PICTURES: "a preview or second picture",
    Trace.DOCUMENT_DATA: "title, author and history of the document",
    Trace.FILES_INSIDE: "whole files inside it",
    Trace.PLACE_ON_DISK: "names of folders on a disk",
}
REMAINDERS: Final = {
    Remainder.FILES_INSIDE: "a form in XML or a recording inside it, as it is",
    Remainder.PICTURES_INSIDE: "pictures inside it that cannot be cleaned",
    Remainder.COLOUR_PROFILE: "a colour profile, which may fit one scanner or screen only",
    Remainder.SIGNATURE: "a signature, which says who signed and does not hold any more",
}
_STAYS: Final = (
    "Cleaning leaves what can be seen or read in a file: faces, names, a screen in a window, the"
    " yellow dots of a printer, and how a camera colours its pixels."
)


@dataclass(frozen=True, slots=True, repr=False)
class Outgoing:
    """A file in the form in which it will be sent."""

    source: DiskFile | MemoryFile
    name: str
    media_type: str
    cleaned: Cleaned | None
    """The result of cleaning; None if the file is sent unchanged."""

    def to_json(self) -> dict[str, Any]:
        """Return the facts of the file, for programs."""
        told: dict[str, Any] = {"name": self.name, "mediaType": self.media_type}
        told |= {"size": self.source.size, "cleaned": self.cleaned is not None}
        if self.cleaned is not None:
            told["removed"] = [trace.value for trace in self.cleaned.removed]
            told["remaining"] = [found.value for found in self.cleaned.remaining]
        return told


def prepare(
    output: Output, paths: tuple[Path, ...], *, names: tuple[str, ...], keep: bool, uncleaned: bool
) -> list[Outgoing]:
    """Clean files, say what was removed and what was not, and ask before sending one unchanged.

    Args:
        output: Shows what was removed.
        paths: The files.
        names: The names that their readers see, one for each; by default the files' own names.
        keep: Send all files unchanged.
        uncleaned: Send files that cannot be cleaned unchanged.

    Raises:
        Refusal: A file cannot be cleaned, and nobody said that it may be sent unchanged.
        FileError: A file cannot be read.
    """
    made: list[Outgoing] = []
    refused: list[str] = []
    for path, name in zip(paths, names or tuple(path.name for path in paths), strict=True):
        outgoing, why = _prepare(path, name, keep=keep)
        made.append(outgoing)
        refused += [f"{safe_line(str(path))}: {why}"] if why else []
    if refused and not uncleaned:
        _ask(output, refused)
    _tell(output, made)
    return made


def _prepare(path: Path, name: str, *, keep: bool) -> tuple[Outgoing, str | None]:
    as_it_is = Outgoing(DiskFile.at(path), name, media_type_of(path), None)
    if keep:
        return as_it_is, None
    try:
        cleaned = clean(path)
    except CleaningError as error:
        return as_it_is, str(error)
    except OSError as error:
        raise FileError(f"Cannot read {path}: {error.strerror}.") from None
    return Outgoing(MemoryFile(cleaned.data), name, cleaned.media_type, cleaned), None


def _ask(output: Output, refused: list[str]) -> None:
    told = (
        "These files may say who made them, where and when, and are not cleaned:",
        *refused,
        "Clean them another way, or send a picture of what they show.",
    )
    with terminal() as found:
        if found is not None and not output.as_json:
            found.say(*told)
            if found.ask("Send them as they are? [y/N] ").strip().lower().startswith("y"):
                return
    raise Refusal(
        "not-cleaned", " ".join((*told, "With --send-uncleaned they are sent as they are."))
    )


def _tell(output: Output, made: list[Outgoing]) -> None:
    output.warn(*(_told(outgoing) for outgoing in made))
    if any(outgoing.cleaned for outgoing in made):
        output.warn(_STAYS)
    output.warn(look_words().name_tells)


def _told(outgoing: Outgoing) -> str:
    name = safe_line(outgoing.name)
    if outgoing.cleaned is None:
        return f"{name} is sent as it is, with all that it says of who made it."
    removed = ", ".join(_words(TRACES, outgoing.cleaned.removed)) or "nothing was there"
    left = "; ".join(_words(REMAINDERS, outgoing.cleaned.remaining))
    return f"{name}: removed: {removed}." + (f" NOT removed: {left}." if left else "")


def _words(told: dict[Any, str], found: tuple[Any, ...]) -> Iterator[str]:
    return (told[each] for each in found)
