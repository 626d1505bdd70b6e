"""Prints what happens, and three views of one message side by side."""

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from meldpunt.client import VerifiedStatus

_PREVIEW: Final = 420


class DemoError(Exception):
    """A step of the demonstration failed."""


class StepPrinter:
    """Prints steps in order; a step that fails stops the demonstration."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._number = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Print a step after it has succeeded."""
        self._number += 1
        with self._console.status(f"{title}…"):
            yield
        self._console.print(f"[green]✓[/] {self._number:2} {title}")

    def say(self, text: str) -> None:
        """Print a remark under the last step."""
        self._console.print(f"     [dim]{text}[/]", highlight=False)

    def heading(self, text: str) -> None:
        """Print the heading of a chapter."""
        self._console.print(f"\n[bold]{text}[/]")

    def clocks(self, status: VerifiedStatus) -> None:
        """Print what is due on which day, as a reporter sees it."""
        for clock in status.clocks:
            met = f"done on {clock.met_on}" if clock.met_on else f"due on {clock.due_on}"
            self.say(f"{clock.name}: {met}{', overdue' if clock.overdue else ''}")

    def side_by_side(self, views: Sequence[tuple[str, str]]) -> None:
        """Print several views of one thing next to each other."""
        table = Table.grid(expand=True, padding=(0, 1))
        for _ in views:
            table.add_column(ratio=1, overflow="fold")
        panels = (Panel(text, title=title, title_align="left") for title, text in views)
        table.add_row(*panels)
        self._console.print(table, highlight=False)

    def box(self, title: str, text: str) -> None:
        """Print a text in a box, for the person to keep."""
        self._console.print(Panel(text, title=title, title_align="left"), highlight=False)


def require(held: bool, claim: str) -> None:  # noqa: FBT001 (reads as: require this)
    """Stop the demonstration if a claim is not true.

    Raises:
        DemoError: The claim is not true; the message is the claim.
    """
    if not held:
        raise DemoError(f"this should hold, and does not: {claim}")


def preview(text: str) -> str:
    """Shorten a text for a narrow column."""
    return textwrap.shorten(text, _PREVIEW, placeholder=" […]")
