"""Measured figures and their targets."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
"""Marks of a page between which figures are written."""


class Place(NamedTuple):
    """The row and column of a figure in the table of paths."""

    row: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the results."""

    name: str
    value: float | None
    """The measured value; None if the measurement failed."""
    unit: str = ""
    must: float | None = None
    """The value that it must reach; None for a figure that only explains another figure."""
    aim: float | None = None
    lower_is_better: bool = False
    place: Place | None = None

    @property
    def verdict(self) -> str:
        """Say which targets the figure reaches."""
        if self.value is None:
            return "FAILED"
        if self.must is None:
            return ""
        if self.aim is not None and self._reaches(self.value, self.aim):
            return "aim reached"
        return "must reached" if self.met else "MISSED"

    @property
    def met(self) -> bool | None:
        """Say whether the figure reaches what it must; None if it has no target."""
        if self.must is None:
            return None
        return self.value is not None and self._reaches(self.value, self.must)

    def _reaches(self, value: float, target: float) -> bool:
        return value <= target if self.lower_is_better else value >= target

    @property
    def text(self) -> str:
        """The value with its unit."""
        return amount(self.value, self.unit)

    def as_json(self) -> dict[str, Any]:
        """Return the figure for programs."""
        names = ("name", "value", "unit", "must", "aim", "met")
        return {name: getattr(self, name) for name in names}


def amount(value: float | None, unit: str) -> str:
    """Return a number for people to read: about three digits, then the unit."""
    if value is None:
        return ""
    size = abs(value)
    digits = 0 if value == int(value) or size >= 100 else 2 if size < 10 else 1  # noqa: PLR2004 (three digits)
    return f"{value:,.{digits}f} {unit}".strip()


def markdown(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as a Markdown table. The first row is its head."""
    head, *others = [list(row) for row in rows]
    lines = [head, ["---"] * len(head), *others]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def table(figures: Iterable[Figure]) -> str:
    """Return a table of the figures with targets, and a table of every path on every database."""
    figures = list(figures)
    listed = [f for f in figures if f.place is None or f.must is not None]
    rows = [["", "measured", "must", "aim", ""]]
    rows += [
        [f.name, f.text, amount(f.must, f.unit), amount(f.aim, f.unit), f.verdict] for f in listed
    ]
    return f"{markdown(rows)}\n\n{paths_table([f for f in figures if f.place is not None])}".strip()


def paths_table(figures: Iterable[Figure]) -> str:
    """Return a table of the figures that have a place: a row for each path and database."""
    cells = {f.place: f.text for f in figures if f.place is not None}
    if not cells:
        return ""
    columns = list(dict.fromkeys(place.column for place in cells))
    names = dict.fromkeys(place.row for place in cells)
    rows = [["", *columns]]
    rows += [[name, *(cells.get(Place(name, column), "") for column in columns)] for name in names]
    return markdown(rows)


def between_marks(text: str, content: str) -> str:
    """Return a page with new content between its marks. The text around the marks stays."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no marks")
    return f"{before}{BEGIN}\n\n{content}\n\n{END}{after}"
