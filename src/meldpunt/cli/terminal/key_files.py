"""The opened key files of handlers and offices: what their commands read and save."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from meldpunt.cli.keyfile.contents import HandlerContent, LineContent, read_content, update_content
from meldpunt.cli.keyfile.keystore import KeyFile, KeyFileError, WrongPassphraseError
from meldpunt.cli.terminal.options import KeyFileOptions
from meldpunt.cli.terminal.prompts import ask_passphrase, say
from meldpunt.client import Handler, HandlerKeys, LineAddress, LineKeys, LineOwner, Transport
from meldpunt.protocol.line import VerifiedLine

_TRIES: Final = 3


def open_key_file(path: Path, source: str | None, *, of: str = "the key file") -> KeyFile:
    """Open a key file. A person at a terminal may type the passphrase three times.

    Raises:
        KeyFileError: One of its kinds.
        click.UsageError: As `ask_passphrase`.
    """
    for _ in range(_TRIES - 1):
        try:
            return KeyFile.open(path, ask_passphrase(source, of=of))
        except WrongPassphraseError as error:
            if source is not None:
                raise
            say(f"{error} Once more (Ctrl-D to stop).")
    return KeyFile.open(path, ask_passphrase(source, of=of))


def _opened(
    path: Path, source: str | None, passphrase: str | None, *, of: str = "the key file"
) -> KeyFile:
    """Open a key file with a passphrase that was asked for already, or ask for it."""
    if passphrase is not None:
        return KeyFile.open(path, passphrase)
    return open_key_file(path, source, of=of)


class HandlerFile:
    """A handler's opened key file. It saves what the handler learns."""

    def __init__(
        self,
        path: Path,
        source: str | None,
        *,
        of: str = "the key file",
        passphrase: str | None = None,
    ) -> None:
        self._file = _opened(path, source, passphrase, of=of)
        self.content = read_content(HandlerContent, self._file.content, path)

    @classmethod
    def open(cls, options: KeyFileOptions) -> Self:
        """Open the key file that options name.

        Raises:
            KeyFileError: One of its kinds.
        """
        return cls(options.path, options.passphrase_source)

    @property
    def address(self) -> LineAddress:
        """The address of the handler's line."""
        return LineAddress(self.content.origin, self.content.line_id)

    def handler(self, transport: Transport) -> Handler:
        """Return the handler on a connection."""
        content = self.content
        return Handler(transport, content.keys, history=content.history, memory=content.memory)

    def save_keys(self, keys: HandlerKeys) -> None:
        """Save new box keys.

        Raises:
            KeyFileError: Another command changed the keys meanwhile. Saving would lose one change.
        """
        before = (self.content.chains, self.content.statements)

        def change(content: HandlerContent) -> HandlerContent:
            _check_unchanged((content.chains, content.statements), before)
            return content.with_keys(keys)

        self.change(change)

    def save_history(self, handler: Handler) -> None:
        """Save what the handler knows now of the line, its host and each report."""
        origin = handler.transport.origin
        memory = handler.memory.without_past(handler.today())
        known = (self.content.history, self.content.memory, self.content.origin)
        if known != (handler.history, memory, origin):
            self.change(
                lambda content: content.with_history(handler.history).with_memory(memory).at(origin)
            )

    def save_sheet(self) -> None:
        """Save which keys the newest recovery sheet brings back, but no part of the sheet."""
        last = self.content.keys.published()[-1].number
        self.change(lambda content: content.model_copy(update={"sheet": last}))

    def change(self, change: Callable[[HandlerContent], HandlerContent]) -> None:
        """Change the file's present content, which another command may have changed."""
        self.content = update_content(self._file, HandlerContent, change)


class LineFile:
    """An office's opened key file."""

    def __init__(self, path: Path, source: str | None, *, passphrase: str | None = None) -> None:
        self._file = _opened(path, source, passphrase)
        self.content = read_content(LineContent, self._file.content, path)

    @classmethod
    def open(cls, options: KeyFileOptions) -> Self:
        """Open the key file that options name.

        Raises:
            KeyFileError: One of its kinds.
        """
        return cls(options.path, options.passphrase_source)

    def owner(self, transport: Transport) -> LineOwner:
        """Return the office on a connection."""
        return LineOwner(transport, self.content.keys, pin=self.content.pin)

    def save_pin(self, line: VerifiedLine) -> None:
        """Save the pin of the newest published document."""

        def change(content: LineContent) -> LineContent:
            if content.number >= line.document.number:
                return content
            pin = {"number": line.pin.number, "document": line.pin.document}
            return content.model_copy(update=pin)

        self.content = update_content(self._file, LineContent, change)

    def save_keys(self, keys: LineKeys, successor: LineKeys | None) -> None:
        """Save the line key, and the key that will replace it.

        Raises:
            KeyFileError: Another command changed the keys meanwhile. Saving would lose one change.
        """
        before = (self.content.seed, self.content.next_seed)

        def change(content: LineContent) -> LineContent:
            _check_unchanged((content.seed, content.next_seed), before)
            return content.with_keys(keys, successor)

        self.content = update_content(self._file, LineContent, change)

    def save_move(self, origin: str, line: VerifiedLine) -> None:
        """Save the host on which the line lives from now on."""
        content = LineContent.of(origin, self.content.keys, line.pin)
        self.content = update_content(self._file, LineContent, lambda _: content)


def _check_unchanged(keys: object, before: object) -> None:
    if keys != before:
        raise KeyFileError("Another command changed the keys meanwhile. Run this again.")
