"""The key files of handlers and offices, opened: what their commands read and keep."""

from collections.abc import Callable
from pathlib import Path
from typing import Self

from meldpunt.cli.keyfile.contents import HandlerContent, LineContent, read_content, update_content
from meldpunt.cli.keyfile.keystore import KeyFile, KeyFileError
from meldpunt.cli.terminal.options import KeyFileOptions
from meldpunt.cli.terminal.prompts import ask_passphrase
from meldpunt.client import Handler, HandlerKeys, LineAddress, LineKeys, LineOwner, Transport
from meldpunt.protocol.line import VerifiedLine


class HandlerFile:
    """A handler's key file, opened; keeps what the handler learns."""

    def __init__(self, path: Path, source: str | None, *, of: str = "the key file") -> None:
        self._file = KeyFile.open(path, ask_passphrase(source, of=of))
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
        """Where the handler works."""
        return LineAddress(self.content.origin, self.content.line_id)

    def handler(self, transport: Transport) -> Handler:
        """Return the handler on a connection."""
        content = self.content
        return Handler(transport, content.keys, history=content.history, memory=content.memory)

    def save_keys(self, keys: HandlerKeys) -> None:
        """Keep new box keys.

        Raises:
            KeyFileError: Another command changed them meanwhile: one of the two would get lost.
        """
        before = (self.content.chains, self.content.statements)

        def change(content: HandlerContent) -> HandlerContent:
            _check_unchanged((content.chains, content.statements), before)
            return content.with_keys(keys)

        self.change(change)

    def save_history(self, handler: Handler) -> None:
        """Keep what the handler has come to know: the line, each report, and where it lives."""
        origin = handler.transport.origin
        memory = handler.memory.without_past(handler.today())
        known = (self.content.history, self.content.memory, self.content.origin)
        if known != (handler.history, memory, origin):
            self.change(
                lambda content: content.with_history(handler.history).with_memory(memory).at(origin)
            )

    def save_sheet(self) -> None:
        """Keep how far the newest recovery sheet goes; nothing of the sheet itself."""
        last = self.content.keys.published()[-1].number
        self.change(lambda content: content.model_copy(update={"sheet": last}))

    def change(self, change: Callable[[HandlerContent], HandlerContent]) -> None:
        """Change what the file holds, as it is by now: another command may have changed it."""
        self.content = update_content(self._file, HandlerContent, change)


class LineFile:
    """An office's key file, opened."""

    def __init__(self, path: Path, source: str | None) -> None:
        self._file = KeyFile.open(path, ask_passphrase(source))
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
        """Keep the newest document published."""

        def change(content: LineContent) -> LineContent:
            if content.number >= line.document.number:
                return content
            pin = {"number": line.pin.number, "document": line.pin.document}
            return content.model_copy(update=pin)

        self.content = update_content(self._file, LineContent, change)

    def save_keys(self, keys: LineKeys, successor: LineKeys | None) -> None:
        """Keep the line key, and the one that is about to replace it.

        Raises:
            KeyFileError: Another command changed them meanwhile: one of the two would get lost.
        """
        before = (self.content.seed, self.content.next_seed)

        def change(content: LineContent) -> LineContent:
            _check_unchanged((content.seed, content.next_seed), before)
            return content.with_keys(keys, successor)

        self.content = update_content(self._file, LineContent, change)

    def save_move(self, origin: str, line: VerifiedLine) -> None:
        """Keep where the line lives from now on."""
        content = LineContent.of(origin, self.content.keys, line.pin)
        self.content = update_content(self._file, LineContent, lambda _: content)


def _check_unchanged(keys: object, before: object) -> None:
    if keys != before:
        raise KeyFileError("Another command changed the keys meanwhile. Run this again.")
