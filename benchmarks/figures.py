"""What is measured, with what is asked of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Where a figure stands in the table of paths."""

    row: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the results."""

    name: str
    value: float | None
    """None where measuring failed."""
    unit: str = ""
    must: float | None = None
    """What it has to reach; None for a figure that only explains another."""
    aim: float | None = None
    lower_is_better: bool = False
    place: Place | None = None

    @property
    def verdict(self) -> str:
        """Say how far the figure gets."""
        if self.value is None:
            return "FAILED"
        if self.must is None:
            return ""
        if self.aim is not None and self._reaches(self.value, self.aim):
            return "aim reached"
        return "must reached" if self._reaches(self.value, self.must) else "MISSED"

    def _reaches(self, value: float, target: float) -> bool:
        return value <= target if self.lower_is_better else value >= target

    @property
    def text(self) -> str:
        """The value with its unit."""
        return amount(self.value, self.unit)

    def as_json(self) -> dict[str, Any]:
        """Return the figure for programs."""
        names = ("name", "value", "unit", "must", "aim")
        return {name: getattr(self, name) for name in names}


def amount(value: float | None, unit: str) -> str:
    """Return a number as people read it: three digits or so, then the unit."""
    if value is None:
        return ""
    size = abs(value)
    digits = 0 if value == int(value) or size >= 100 else 2 if size < 10 else 1  # noqa: PLR2004 (three digits)
    return f"{value:,.{digits}f} {unit}".strip()


def markdown(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as a Markdown table; the first is its head."""
    head, *others = [list(row) for row in rows]
    lines = [head, ["---"] * len(head), *others]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def table(figures: Iterable[Figure]) -> str:
    """Return the figures with their targets, and then every path on every database."""
    figures = list(figures)
    listed = [f for f in figures if f.place is None or f.must is not None]
    rows = [["", "measured", "must", "aim", ""]]
    rows += [
        [f.name, f.text, amount(f.must, f.unit), amount(f.aim, f.unit), f.verdict] for f in listed
    ]
    return f"{markdown(rows)}\n\n{paths_table([f for f in figures if f.place is not None])}".strip()


def paths_table(figures: Iterable[Figure]) -> str:
    """Return the figures that have a place: a row for each path and database."""
    cells = {f.place: f.text for f in figures if f.place is not None}
    if not cells:
        return ""
    columns = list(dict.fromkeys(place.column for place in cells))
    names = dict.fromkeys(place.row for place in cells)
    rows = [["", *columns]]
    rows += [[name, *(cells.get(Place(name, column), "") for column in columns)] for name in names]
    return markdown(rows)
