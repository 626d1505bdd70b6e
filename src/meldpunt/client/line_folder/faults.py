"""Faults in a line's folder: what is wrong, and in which line and column of which file."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from meldpunt.client.http.errors import ClientError
from meldpunt.client.line_folder.dutch import DUTCH
from meldpunt.client.line_folder.english import ENGLISH
from meldpunt.client.line_folder.fault_kinds import FaultKind

_MAX_NAMED: Final = 60
"""Characters of what a sentence names: a name, never a whole text."""


class TextPlace(NamedTuple):
    """Where something stands in a file, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong, or that an office should know."""

    place: TextPlace
    kind: FaultKind
    what: tuple[tuple[str, str], ...] = ()
    """What the sentence names: ids, members and languages, never a whole text."""

    @classmethod
    def at(cls, place: TextPlace, kind: FaultKind, **what: object) -> "Fault":
        """Make a fault; `what` fills the sentence in."""
        return cls(place, kind, tuple((name, str(value)) for name, value in what.items()))

    @property
    def is_warning(self) -> bool:
        """Say whether the line may be published all the same."""
        return self.kind.is_warning

    @property
    def stops_only_publishing(self) -> bool:
        """Say whether the folder can be read all the same."""
        return self.kind.stops_only_publishing

    def told(self, language: str) -> str:
        """Return place and reason, in Dutch for `nl` and its variants, else in English."""
        words = (DUTCH if language.startswith("nl") else ENGLISH)[self.kind]
        return f"{self.place}: {words.format(**{n: _short(v) for n, v in self.what})}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_NAMED else f"{line[: _MAX_NAMED - 1]}…"


class LineFolderError(ClientError):
    """A line's folder cannot be used; `faults` says what is wrong, and where."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(fault.told("en") for fault in self.faults))
