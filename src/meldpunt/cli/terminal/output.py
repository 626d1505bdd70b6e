"""Answers of commands: for people by default, one JSON object a line for programs."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from meldpunt.cli.terminal.refusal import Refusal

if TYPE_CHECKING:
    from rich.status import Status


class Output:
    """Where a command says what it has to say; progress and warnings go to standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._reminders: list[str] = []
        self._status: Status | None = None

    def result(self, value: dict[str, Any], *lines: str) -> None:
        """Give the result: `value` for programs, `lines` for people."""
        if self.as_json:
            due = {"reminders": self._reminders} if self._reminders else {}
            self.line(json.dumps({**value, **due}))
        else:
            for line in lines:
                self.line(line)

    def line(self, text: str) -> None:
        """Write a line to standard output, or know that it did not get there.

        Raises:
            Refusal: There is nowhere to write.
        """
        _write(text, error=False)

    def warn(self, *lines: str) -> None:
        """Tell a person something; JSON carries it in the result."""
        if not self.as_json:
            for line in lines:
                _write(f"Note: {line}", error=True)

    def alarm(self, *lines: str) -> None:
        """Tell a person that something does not hold; JSON carries it in the result."""
        if not self.as_json:
            for line in lines:
                _write(f"ALARM: {line}", error=True)

    def remind(self, kind: str, text: str) -> None:
        """Tell what is due: a person at once, a program by its kind in the result."""
        if kind not in self._reminders:
            self._reminders.append(kind)
            self.warn(text)

    def tell(self, doing: str) -> None:
        """Say how far slow work is, if a person is watching."""
        if self._status is not None:
            self._status.update(f"{doing}…")

    @contextlib.contextmanager
    def progress(self, doing: str) -> Iterator[None]:
        """Show that slow work goes on, if a person is watching."""
        if not self._is_watched:
            yield
            return
        from rich.console import Console  # only for somebody who watches

        with Console(stderr=True).status(f"{doing}…", spinner="line") as self._status:
            yield
        self._status = None

    @contextlib.contextmanager
    def counting(
        self, doing: str, *, in_bytes: bool = False
    ) -> Iterator[Callable[[int, int | None], None]]:
        """Show how much of slow work is done, if a person is watching.

        Gives what to tell it to: how much is done, and of how much, None while nobody knows.
        """
        if not self._is_watched:
            yield lambda _done, _of: None
            return
        from rich import progress
        from rich.console import Console

        columns = (
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.DownloadColumn() if in_bytes else progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(elapsed_when_finished=True),
        )
        with progress.Progress(
            *columns, console=Console(stderr=True), redirect_stdout=False
        ) as bar:
            task = bar.add_task(doing, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)

    @property
    def _is_watched(self) -> bool:
        return not self.as_json and sys.stderr.isatty()


def _write(text: str, *, error: bool) -> None:
    """Write a line and flush it.

    Raises:
        Refusal: Standard output is closed, or takes nothing: a full disk.
    """
    if sys.stdout is None and not error:
        raise Refusal("output", "Standard output is closed, so there is nowhere to answer.")
    try:
        click.echo(text, err=error)
    except OSError as problem:
        if not error:  # what is left in its buffer must not fail again at the end
            sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open to the end
        raise Refusal("output", f"The answer cannot be written: {problem.strerror}.") from None
