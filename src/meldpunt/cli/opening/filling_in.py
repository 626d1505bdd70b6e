"""Step 2: fill in what the texts leave open, each answer checked at once."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from meldpunt.cli.opening.asking import Asking
from meldpunt.cli.opening.sentences import Sentences
from meldpunt.client.line_folder.fault_kinds import FaultKind
from meldpunt.client.line_folder.faults import Fault, LineFolderError
from meldpunt.client.line_folder.filling import OpenPlace, fill_in, open_places
from meldpunt.client.line_folder.folder import LINE, read_folder, read_tree
from meldpunt.client.line_folder.yaml_reader import Mapped, Written, read_yaml_file


def read_values(path: Path | None, folder: Path) -> dict[tuple[str, ...], str]:
    """Return what a file says, by name, or by name and language.

    Raises:
        LineFolderError: It is no YAML, or has a name that the folder does not ask for.
    """
    if path is None:
        return {}
    given = read_yaml_file(path.parent, path.name)
    asked = asked_values(folder)
    faults = [*_unasked(given, asked)]
    found: dict[tuple[str, ...], str] = {}
    for name, node in given.members.items():
        if isinstance(node, Written):
            found[name,] = node.text
        elif isinstance(node, Mapped):
            faults += _unasked(node, asked[name]) if name in asked else ()
            members = node.members.items()
            found |= {(name, key): n.text for key, n in members if isinstance(n, Written)}
    if faults:
        raise LineFolderError(faults)
    return found


def asked_values(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return what a folder asks for, filled in or not: names, each with the languages of its text.

    Raises:
        LineFolderError: A file is no YAML.
    """
    values = read_tree(folder)[LINE].members.get("values")
    members = values.members if isinstance(values, Mapped) else {}
    found = {n: tuple(v.members) if isinstance(v, Mapped) else () for n, v in members.items()}
    for place in open_places(folder):
        if place.name[0] != "values":
            found[place.name[0]] = (*found.get(place.name[0], ()), *place.name[1:])
    return found


def _unasked(given: Mapped, asked: Iterable[str]) -> Iterator[Fault]:
    """Yield the names that nothing asks for, each with the nearest one that something does."""
    known = list(asked)
    for name, node in given.members.items():
        place = given.keys.get(name, node.place)
        near = difflib.get_close_matches(name, known, n=1)
        if name in known:
            continue
        if near:
            yield Fault.at(place, FaultKind.VALUE_MISSPELT, name=name, near=near[0])
        else:
            yield Fault.at(place, FaultKind.VALUE_UNASKED, name=name, known=", ".join(known))


class FillingIn:
    """Fills placeholders of a folder."""

    def __init__(
        self,
        folder: Path,
        values: Mapping[tuple[str, ...], str],
        asking: Asking,
        sentences: Sentences,
        language: str,
    ) -> None:
        self._folder = folder
        self._values = values
        self._asking = asking
        self._sentences = sentences
        self._language = language
        self._said: dict[str, str] = {}
        """What was answered, by what was asked: one question for all its places."""
        self._skipped: set[str] = set()

    def run(self) -> list[str]:
        """Fill in what is known or answered; returns what is still open.

        Raises:
            LineFolderError: The folder cannot be read.
        """
        while True:
            places = open_places(self._folder)
            left = [each for each in places if each.placeholder not in self._skipped]
            if not left:
                return list(dict.fromkeys(each.asked for each in places))
            self._fill(left[0])

    def _fill(self, place: OpenPlace) -> None:
        known = self._known(place) or self._said.get(place.placeholder)
        if known is not None:
            wrong = self._try(place, known)
            if wrong is None:
                return
            if not self._asking.is_possible():
                raise LineFolderError(wrong)
        if not self._asking.is_possible():
            self._skipped.add(place.placeholder)
            return
        answer = self._asking.until(
            self._question(place), "--values", lambda text: self._wrong(place, text)
        )
        if answer:
            self._said[place.placeholder] = answer
        else:
            self._skipped.add(place.placeholder)

    def _known(self, place: OpenPlace) -> str | None:
        name = place.name[1:] if place.name[:1] == ("values",) else place.name
        return self._values.get(name) or self._values.get(name[:1])

    def _wrong(self, place: OpenPlace, text: str) -> str | None:
        faults = self._try(place, text) if text else None
        if faults is None:
            return None
        why = faults[0].told(self._language).partition(": ")[2]
        return self._sentences.wrong.format(why=why)

    def _question(self, place: OpenPlace) -> str:
        """Say in which language the answer is, if it is not the one that is spoken here."""
        is_other = place.name[-1].partition("-")[0] == self._sentences.other_language
        ending = f" {self._sentences.in_other_language}" if is_other else ""
        return f"{place.asked}{ending}: "

    def _try(self, place: OpenPlace, text: str) -> tuple[Fault, ...] | None:
        """Fill a place in; with new faults put it back, and return them."""
        path = self._folder / place.place.file
        before = path.read_bytes()
        old = self._faults()
        fill_in(self._folder, place, text)
        new = tuple(fault for fault in self._faults() if fault not in old)
        if not new:
            return None
        path.write_bytes(before)
        return new

    def _faults(self) -> frozenset[Fault]:
        """Return what makes the folder unreadable, wherever it stands."""
        try:
            read_folder(self._folder)
        except LineFolderError as error:
            return frozenset(f for f in error.faults if not f.stops_only_publishing)
        return frozenset()
