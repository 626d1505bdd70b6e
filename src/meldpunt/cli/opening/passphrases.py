"""Passphrases of an opening: asked once for each role, or one for all."""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from meldpunt.cli.keyfile.keystore import WrongPassphraseError
from meldpunt.cli.opening.asking import Asking
from meldpunt.cli.opening.sentences import Sentences
from meldpunt.cli.terminal.prompts import (
    ask_hidden,
    ask_new_passphrase,
    ask_passphrase,
    read_line,
)

_Opened = TypeVar("_Opened")

_TRIES: Final = 3
_LINE: Final = ""
"""Stands for the line among the names of handlers."""


class Passphrases:
    """Remembers passphrases while the command runs, and asks for none twice that was right."""

    def __init__(self, source: str | None, asking: Asking, sentences: Sentences) -> None:
        self._source = source
        self._asking = asking
        self._sentences = sentences
        self._is_one: bool | None = None
        """Whether one passphrase protects all; None until somebody has said so."""
        self._known: dict[str, str] = {}

    def new_of_line(self) -> str:
        """Return the passphrase of a line's new key file."""
        return self._of(_LINE, is_new=True)

    def new_of_handler(self, name: str) -> str:
        """Return the passphrase of a handler's new key file."""
        return self._of(name, is_new=True)

    def open_line(self, opening: Callable[[str], _Opened]) -> _Opened:
        """Open the line's key file; a person may mistype.

        Raises:
            KeyFileError: As `opening`, after three tries.
        """
        return self._open(_LINE, opening)

    def open_handler(self, name: str, opening: Callable[[str], _Opened]) -> _Opened:
        """Open a handler's key file; a person may mistype.

        Raises:
            KeyFileError: As `opening`, after three tries.
        """
        return self._open(name, opening)

    def _open(self, name: str, opening: Callable[[str], _Opened]) -> _Opened:
        for _ in range(_TRIES - 1):
            try:
                return opening(self._of(name, is_new=False))
            except WrongPassphraseError:
                if self._source is not None or not self._asking.is_possible():
                    raise
                told = self._sentences.wrong_phrase.format(what=self._what(name))
                self._asking.say(told, "--passphrase-fd")
                self._known[name] = self._asking.passphrase(self._what(name))
        return opening(self._of(name, is_new=False))

    def _of(self, name: str, *, is_new: bool) -> str:
        """Return a passphrase that is known, or ask for it. The line's is asked for first."""
        if self._is_one is None:
            question = self._sentences.one_for_all
            self._is_one = self._source is not None or self._asking.agrees(
                question, "--passphrase-fd", default=True
            )
        known = self._known.get(name, self._known.get(_LINE) if self._is_one else None)
        if known is None:
            known = self._known[name] = self._ask(name, is_new=is_new)
        return known

    def _ask(self, name: str, *, is_new: bool) -> str:
        if self._source is not None:
            return (ask_new_passphrase if is_new else ask_passphrase)(self._source)
        what = self._what(name)
        return self._asking.new_passphrase(what) if is_new else self._asking.passphrase(what)

    def _what(self, name: str) -> str:
        return name or self._sentences.line_key

    def invites(self, source: str | None) -> Iterator[str]:
        """Yield the operator's invite; a person gives another one after one that was refused."""
        if source is not None:
            yield read_line(source)
            return
        yield ask_hidden(self._sentences.invite, "--invite-fd")
        while True:
            self._asking.say(self._sentences.wrong_invite, "--invite-fd")
            yield ask_hidden(self._sentences.invite, "--invite-fd")
