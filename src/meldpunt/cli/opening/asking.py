"""Ask a person at the terminal, or take what an option says."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Final

import click

from meldpunt.cli.keyfile.keystore import plain_passphrase
from meldpunt.cli.opening.sentences import Sentences
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import MIN_PASSPHRASE, Terminal, terminal

_ANSWERS: Final = {
    **dict.fromkeys(("j", "ja", "y", "yes"), True),
    **dict.fromkeys(("n", "nee", "no"), False),
}


class Asking:
    """Asks in the language of the office."""

    def __init__(self, sentences: Sentences) -> None:
        self._sentences = sentences

    @contextlib.contextmanager
    def at(self, option: str) -> Iterator[Terminal]:
        """Give the terminal.

        Raises:
            click.UsageError: There is none; the message names the option that says the same.
        """
        with terminal() as found:
            if found is None:
                raise click.UsageError(self._sentences.no_terminal.format(option=option))
            yield found

    def is_possible(self) -> bool:
        """Say whether somebody can be asked."""
        with terminal() as found:
            return found is not None

    def line(self, question: str, option: str, *, default: str = "") -> str:
        """Return what a person types, or the default."""
        with self.at(option) as found:
            return found.ask(question).strip() or default

    def agrees(self, question: str, option: str, *, default: bool) -> bool:
        """Return whether a person says yes or no; Enter is the default."""
        known = {**_ANSWERS, "": default}
        answer = self.until(
            question,
            option,
            lambda text: None if text.lower() in known else self._sentences.yes_or_no,
        )
        return known[answer.lower()]

    def until(self, question: str, option: str, check: Callable[[str], str | None]) -> str:
        """Ask until `check` has nothing to say about the answer."""
        while True:
            answer = self.line(question, option)
            wrong = check(answer)
            if wrong is None:
                return answer
            self.say(wrong, option)

    def say(self, text: str, option: str) -> None:
        """Say something to whoever answers."""
        with self.at(option) as found:
            found.say(safe_line(text))

    def new_passphrase(self, what: str) -> str:
        """Return a new passphrase, typed twice."""
        question = self._sentences.phrase_of.format(what=what)
        while True:
            with self.at("--passphrase-fd") as found:
                first = plain_passphrase(found.ask_hidden(question))
                if len(first) < MIN_PASSPHRASE:
                    found.say(self._sentences.short.format(least=MIN_PASSPHRASE))
                elif plain_passphrase(found.ask_hidden(self._sentences.again)) == first:
                    return first
                else:
                    found.say(self._sentences.differ)

    def passphrase(self, what: str) -> str:
        """Return a passphrase that a person knows."""
        with self.at("--passphrase-fd") as found:
            return found.ask_hidden(self._sentences.phrase_of.format(what=what))
