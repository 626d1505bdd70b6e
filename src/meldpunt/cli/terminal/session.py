"""The session of one command with a host: one connection, with retries."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, Self, TypeVar

import click

from meldpunt.cli.speech.dutch_errors import PROBLEM, PROBLEMS
from meldpunt.cli.speech.said import said
from meldpunt.cli.speech.spoken import is_dutch
from meldpunt.cli.terminal.explanation import explain
from meldpunt.cli.terminal.output import Output
from meldpunt.cli.terminal.plain_text import safe_line
from meldpunt.cli.terminal.prompts import Terminal, terminal
from meldpunt.cli.terminal.refusal import Refusal, note_sent
from meldpunt.cli.terminal.unsent import Unsent
from meldpunt.client import (
    AnswerError,
    CertificateError,
    MessageNumberTakenError,
    ProblemError,
    Sent,
    Transport,
    UnreachableError,
)
from meldpunt.wire.problems import ProblemType

_Result = TypeVar("_Result")

LOOK: Final = "meldpunt report status"
"""The command that shows a reporter whether a message arrived."""
_SERVER_ERRORS: Final = 500
_SILENCE: Final = 6.0
"""Seconds without an answer after which a person is told."""
_ROUNDS: Final = 4
"""Rounds of attempts to send a message without a terminal: about half a minute."""


class Session:
    """Runs the SDK's coroutines one after the other, on one connection.

    Args:
        output: Shows progress.
        origin: The host's origin.
        proxy: URL of a proxy, if any.
    """

    def __init__(self, output: Output, origin: str, proxy: str | None = None) -> None:
        self._output = output
        self._runner = asyncio.Runner()
        self.transport = Transport(origin, proxy=proxy)
        self._origin = self.transport.origin

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.transport.has_sent:
            note_sent()
        if self.transport.origin != self._origin:
            self._output.warn(said().moved.format(origin=safe_line(self.transport.origin)))
        self._runner.run(self.transport.aclose())
        self._runner.close()

    def run(self, doing: str, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do slow work, and show what it is."""
        doing = said().doing.get(doing, doing)
        with self._output.progress(doing):
            return self._runner.run(self._watched(doing, work))

    async def _watched(self, doing: str, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do work, and tell a person who watches when the host does not answer."""
        watch = asyncio.create_task(self._watch(doing))
        try:
            return await work
        finally:
            watch.cancel()

    async def _watch(self, doing: str) -> None:
        is_told = False
        while True:
            await asyncio.sleep(1)
            since = self.transport.silent_since
            is_silent = since is not None and self.transport.monotonic() - since > _SILENCE
            if is_silent != is_told:
                self._output.tell(f"{doing}. {said().silent if is_silent else ''}".rstrip(". "))
                is_told = is_silent

    def run_openly(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do slow work that shows its own progress."""
        return self._runner.run(work)

    def insist(self, work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        """Do work until the host answers. The work may be repeated and shows its own progress.

        Raises:
            ClientError: As the SDK; UnreachableError if the person gave up, or if there was nobody
                to ask.
        """
        return self._again(lambda: self.run_openly(work()))

    def deliver(
        self,
        send: Callable[[], Coroutine[Any, Any, Sent]],
        *,
        look: str,
        unsent: Unsent | None = None,
    ) -> Sent:
        """Send a message until the host has answered: the same bytes every time.

        Args:
            send: Sends the message.
            look: The command that shows whether the message arrived.
            unsent: The message; None for what a new code, shown already, opens.

        Raises:
            Refusal: The person gave up, or there was nobody to ask. The message may have arrived.
            ClientError: As the SDK.
        """
        if unsent is not None and not unsent.is_kept:
            unsent.keep()
        try:
            sent = self._deliver(send)
        except (KeyboardInterrupt, click.Abort):
            text = said().interrupted.format(told=_unknown(look, unsent))
            raise Refusal("interrupted", text) from None
        except CertificateError as error:
            text = said().no_arrival.format(error=explain(error)[1], look=look)
            raise Refusal("unreachable", text) from None
        except UnreachableError as error:
            _offer(unsent)
            raise Refusal("unreachable", f"{explain(error)[1]} {_unknown(look, unsent)}") from None
        except AnswerError as error:
            raise Refusal("answer", f"{explain(error)[1]} {_unknown(look, unsent)}") from None
        except ProblemError as error:
            if error.kind is ProblemType.LINE_LIMITED and unsent is not None and unsent.is_kept:
                raise Refusal("line-limited", f"{_plain(error)} {unsent.kept()}") from None
            if error.kind.status >= _SERVER_ERRORS:
                told = f"{_plain(error)} {_unknown(look, unsent)}"
                raise Refusal(error.kind.uri.rpartition(":")[2], told) from None
            _remove(unsent)  # the host has refused it, and will again
            raise
        except MessageNumberTakenError:
            _remove(unsent)
            raise
        _remove(unsent)
        return sent

    def _deliver(self, send: Callable[[], Coroutine[Any, Any, Sent]]) -> Sent:
        return self._again(lambda: self.run("Sending", send()))

    def _again(self, work: Callable[[], _Result]) -> _Result:
        rounds = 1
        while True:
            try:
                return work()
            except UnreachableError as error:
                with self._output.paused():
                    goes_on = _goes_on(rounds, error)
                if not goes_on:
                    raise
                rounds += 1


def _unknown(look: str, unsent: Unsent | None) -> str:
    if unsent is not None:
        return unsent.told(look)
    return said().unknown.format(look=look)


def _plain(error: ProblemError) -> str:
    """Return what a host's problem means, without what a second attempt would need."""
    if is_dutch():
        return PROBLEMS.get(error.kind, PROBLEM)
    return str(error) if error.kind is ProblemType.LINE_LIMITED else error.kind.title


def _offer(unsent: Unsent | None) -> None:
    with terminal() as found:
        if unsent is not None and found is not None:
            unsent.offer(found)


def _remove(unsent: Unsent | None) -> None:
    if unsent is not None:
        unsent.remove()


def _goes_on(rounds: int, error: UnreachableError) -> bool:
    with terminal() as found:
        if found is None:
            return error.passes and rounds < _ROUNDS
        return _wants_more(found, error)


def _wants_more(found: Terminal, error: UnreachableError) -> bool:
    told = explain(error)[1] if is_dutch() else error.what
    found.say(said().still_here.format(error=told))
    return not found.ask(said().try_again).strip().lower().startswith("n")
