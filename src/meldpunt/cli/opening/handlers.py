"""Step 4: who reads reports. Keys are made here, or come as an entry from elsewhere."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from meldpunt.cli.keyfile import private_files
from meldpunt.cli.keyfile.contents import HandlerContent
from meldpunt.cli.keyfile.keystore import KeyFile
from meldpunt.cli.line.entries import read_entry
from meldpunt.cli.opening.asking import Asking
from meldpunt.cli.opening.passphrases import Passphrases
from meldpunt.cli.opening.sentences import Sentences, sentences_in
from meldpunt.cli.terminal.key_files import HandlerFile
from meldpunt.client import HandlerEntry, HandlerKeys, LineAddress
from meldpunt.client.line_folder.filling import add_handler
from meldpunt.client.line_folder.folder import LineFolder, read_folder
from meldpunt.client.line_folder.line_settings import PlannedHandler
from meldpunt.client.lines.names import plain_name
from meldpunt.protocol.verify.line_document import Function

ENTRIES = "handlers"
"""The folder of public entries, in the line's folder."""
_LINE = "line"
_OTHERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A handler to add."""

    function: Function
    name: str = ""
    """For keys that are made here."""
    entry: Path | None = None
    """For keys that are elsewhere."""


def file_stem(name: str) -> str:
    """Return a name as part of a file name: the same however the name is typed.

    Names in other scripts have few or no letters that every file system takes, and "line" is the
    line's own: these get a part that only this name has.
    """
    same = plain_name(name)
    letters = unicodedata.normalize("NFKD", same)
    plain = letters.encode("ascii", "ignore").decode()
    stem = _OTHERS.sub("-", plain).strip("-")
    is_whole = all(unicodedata.combining(each) or each.isascii() for each in letters)
    if stem and is_whole and stem != _LINE:
        return stem
    own = hashlib.sha256(same.encode()).hexdigest()[:8]
    return f"{stem or 'handler'}-{own}"


def wanted_of(handlers: tuple[str, ...], entries: tuple[str, ...]) -> list[Wanted]:
    """Read `NAME=FUNCTION` and `FILE=FUNCTION`.

    Raises:
        click.UsageError: One is something else.
    """
    found = []
    for given, is_entry in (*((h, False) for h in handlers), *((e, True) for e in entries)):
        what, _, function = given.rpartition("=")
        if not what or function not in tuple(Function):
            known = ", ".join(Function)
            raise click.UsageError(f"Write {given!r} as NAME=FUNCTION, with one of: {known}.")
        entry = Path(what) if is_entry else None
        found.append(Wanted(Function(function), "" if is_entry else what, entry))
    return found


class Handlers:
    """Adds handlers to the folder. Whoever is in it stays."""

    def __init__(
        self,
        folder: Path,
        keys: Path,
        address: LineAddress,
        asking: Asking,
        sentences: Sentences,
        passphrases: Passphrases,
    ) -> None:
        self._folder = folder
        self._keys = keys
        self._address = address
        self._asking = asking
        self._sentences = sentences
        self._passphrases = passphrases

    def key_path(self, name: str) -> Path:
        """Return where the key file of a handler is, if it is here."""
        return self._keys / f"{file_stem(name)}.key"

    def add(self, wanted: list[Wanted]) -> None:
        """Add the handlers that options name, or ask for them if there are none yet.

        Raises:
            LineFolderError: The folder cannot be read.
            click.UsageError: An entry is none, or was made for another line.
        """
        for each in wanted:
            self._add(each)
        folder = read_folder(self._folder)
        self._tell_kept(folder)
        if wanted or not self._asking.is_possible() or not _missing(folder):
            return
        told = self._sentences.people.format(
            functions=", ".join(folder.settings.functions) or "-",
            readers=folder.settings.reader_count,
        )
        self._asking.say(told, "--handler")
        while name := self._asking.line(self._sentences.name, "--handler"):
            self._ask_to_add(name)
        missing = _missing(read_folder(self._folder))
        if missing:
            told = self._sentences.needs.format(functions=", ".join(missing))
            self._asking.say(told, "--handler")

    def _tell_kept(self, folder: LineFolder) -> None:
        """List who is in the folder."""
        if self._asking.is_possible():
            for each in folder.settings.handlers:
                self._asking.say(self._sentences.kept.format(name=each.name), "--handler")

    def _ask_to_add(self, name: str) -> None:
        """Add whom a person names. What cannot be is told, and the next name is asked."""
        wanted = self._ask(name, read_folder(self._folder))
        if wanted is None:
            return
        try:
            self._add(wanted)
        except click.UsageError as error:
            self._asking.say(error.message, "--handler")

    def _ask(self, name: str, folder: LineFolder) -> Wanted | None:
        """Return whom a person wants; None for somebody who brings a file later."""
        known = tuple(folder.settings.functions) or tuple(Function)
        default = next(iter(_missing(folder)), known[0])
        question = self._sentences.function.format(functions=", ".join(known), default=default)
        choices = self._sentences.choose.format(choices=", ".join(Function))
        typed = self._asking.until(
            question,
            "--handler",
            lambda text: None if not text or text in tuple(Function) else choices,
        )
        function = Function(typed or default)
        if self._asking.agrees(self._sentences.where, "--handler", default=True):
            return Wanted(function, name)
        path = self._asking.until(self._sentences.entry, "--entry", self._wrong_entry)
        if path:
            return Wanted(function, name, Path(path))
        told = self._sentences.comes_later
        self._asking.say(
            told.format(name=name, folder=self._folder, function=function), "--handler"
        )
        return None

    def _wrong_entry(self, path: str) -> str | None:
        """Say what keeps a typed name of a file from being an entry for this line."""
        try:
            is_other = bool(path) and read_entry(Path(path)).line_id != self._address.line_id
        except click.UsageError:
            return self._sentences.no_entry
        return self._sentences.other_entry if is_other else None

    def _add(self, wanted: Wanted) -> None:
        path = wanted.entry
        entry = None if path is None else self._of_this_line(read_entry(path))
        name = plain_name(wanted.name if entry is None else entry.name)
        planned = read_folder(self._folder).settings.handlers
        known = next((h for h in planned if plain_name(h.name) == name), None)
        if known is not None:
            self._check_same(known, wanted)
            return
        entry = self._of_this_line(self._made(wanted)) if entry is None else entry
        target = self._folder / ENTRIES / f"{file_stem(entry.name)}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(entry.to_json() + b"\n")
        add_handler(
            self._folder,
            name=entry.name,
            function=wanted.function.value,
            entry=f"{ENTRIES}/{target.name}",
        )

    def _of_this_line(self, entry: HandlerEntry) -> HandlerEntry:
        """Return an entry.

        Raises:
            click.UsageError: It was made for another line.
        """
        if entry.line_id != self._address.line_id:
            raise click.UsageError(self._sentences.other_entry)
        return entry

    def _check_same(self, known: PlannedHandler, wanted: Wanted) -> None:
        """Refuse another function for somebody who is in the folder.

        Raises:
            click.UsageError: One person has one function.
        """
        if known.function is not wanted.function:
            raise click.UsageError(
                self._sentences.has_function.format(name=known.name, function=known.function)
            )

    def _made(self, wanted: Wanted) -> HandlerEntry:
        """Make keys here, or take those that an earlier run made."""
        path = self.key_path(wanted.name)
        if path.exists():
            opened = self._passphrases.open_handler(wanted.name, partial(handler_file, path))
            content = opened.content
            if plain_name(content.name) != plain_name(wanted.name):
                raise click.UsageError(f"{path} is the key file of {content.name}.")
            return content.keys.entry(name=content.name, role=content.role)
        keys = HandlerKeys.create(self._address.line_id)
        spoken = read_folder(self._folder).settings.languages[0]
        role = sentences_in(spoken).roles[wanted.function]
        content = HandlerContent.of(self._address, keys, name=wanted.name, role=role)
        KeyFile.create(path, content.to_json(), self._passphrases.new_of_handler(wanted.name))
        return keys.entry(name=wanted.name, role=role)


def handler_file(path: Path, passphrase: str) -> HandlerFile:
    """Open a handler's key file."""
    return HandlerFile(path, None, passphrase=passphrase)


def _missing(folder: LineFolder) -> list[Function]:
    """Return the functions that the line needs and nobody has; any, if there is nobody at all."""
    held = {handler.function for handler in folder.settings.handlers}
    needed = [function for function in folder.settings.functions if function not in held]
    nobody = not folder.settings.handlers and not folder.settings.functions
    return [Function.CONTACT] if nobody else needed


def make_keys_folder(keys: Path) -> None:
    """Make the folder for key files, which others cannot look into.

    Raises:
        PrivateFileError: It cannot be made.
    """
    try:
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise private_files.PrivateFileError(f"Cannot make {keys}: {error.strerror}.") from None
