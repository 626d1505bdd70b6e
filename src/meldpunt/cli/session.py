"""One command's time with a host: a connection, and patience with it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, Self, TypeVar

from meldpunt.cli.output import Output
from meldpunt.cli.plain import safe_line
from meldpunt.cli.terminal import Terminal, terminal
from meldpunt.client import Sent, Transport, UnreachableError

_Result = TypeVar("_Result")

_ROUNDS: Final = 4
"""Rounds of attempts for a message where nobody sits at a terminal: about half a minute."""


class Session:
    """Runs the SDK's coroutines one after the other, on one connection.

    Args:
        output: Where progress is shown.
        origin: The host's.
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
        if self.transport.origin != self._origin:
            self._output.warn(
                f"The line has moved, as its office signed: to {safe_line(self.transport.origin)}"
            )
        self._runner.run(self.transport.aclose())
        self._runner.close()

    def run(self, doing: str, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do slow work while saying what it is."""
        with self._output.progress(doing):
            return self._runner.run(work)

    def run_openly(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Do slow work that shows itself how far it is."""
        return self._runner.run(work)

    def deliver(self, send: Callable[[], Coroutine[Any, Any, Sent]]) -> Sent:
        """Send a message until the host has answered: the same bytes every time.

        Raises:
            UnreachableError: The person gave up, or nobody was there to ask.
            ClientError: As the SDK.
        """
        rounds = 1
        while True:
            try:
                return self.run("Sending", send())
            except UnreachableError:
                if not _goes_on(rounds):
                    self._output.warn(
                        "It is not known whether this arrived. Look before writing it again."
                    )
                    raise
                rounds += 1


def _goes_on(rounds: int) -> bool:
    with terminal() as found:
        return rounds < _ROUNDS if found is None else _wants_more(found)


def _wants_more(found: Terminal) -> bool:
    found.say("The host did not answer. What you wrote is still here, sealed and unchanged.")
    return not found.ask("Try again? [Y/n] ").strip().lower().startswith("n")
