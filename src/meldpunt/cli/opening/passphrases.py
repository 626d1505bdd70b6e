"""Passphrases of an opening: asked once for each role, or one for all."""

from meldpunt.cli.opening.asking import Asking
from meldpunt.cli.opening.sentences import Sentences
from meldpunt.cli.terminal.prompts import (
    ask_hidden,
    ask_new_passphrase,
    ask_passphrase,
    read_line,
)


class Passphrases:
    """Remembers passphrases while the command runs, and asks for none twice."""

    def __init__(self, source: str | None, asking: Asking, sentences: Sentences) -> None:
        self._source = source
        self._asking = asking
        self._sentences = sentences
        self._line: str | None = None
        self._for_all: str | None = None
        self._handlers: dict[str, str] = {}

    def of_line(self, *, is_new: bool) -> str:
        """Return the passphrase of the line's key file."""
        if self._line is None:
            self._line = self._first(is_new=is_new)
        return self._line

    def _first(self, *, is_new: bool) -> str:
        """Ask for the first passphrase, and whether it is the only one."""
        if self._source is not None:
            ask = ask_new_passphrase if is_new else ask_passphrase
            self._for_all = ask(self._source)
            return self._for_all
        is_one = self._asking.agrees(self._sentences.one_for_all, "--passphrase-fd", default=True)
        given = self._ask(self._sentences.line_key, is_new=is_new)
        self._for_all = given if is_one else None
        return given

    def of_handler(self, name: str, *, is_new: bool) -> str:
        """Return the passphrase of a handler's key file."""
        if self._for_all is not None:
            return self._for_all
        if name not in self._handlers:
            self._handlers[name] = self._ask(name, is_new=is_new)
        return self._handlers[name]

    def _ask(self, what: str, *, is_new: bool) -> str:
        return self._asking.new_passphrase(what) if is_new else self._asking.passphrase(what)

    @staticmethod
    def secret(source: str | None, question: str, option: str) -> str:
        """Return another secret, such as an invite."""
        return ask_hidden(question, option) if source is None else read_line(source)
