"""What is measured, with what is asked of it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str = ""
    must: float | None = None
    """What it has to reach; None for a figure that only explains another."""
    aim: float | None = None
    lower_is_better: bool = False

    @property
    def verdict(self) -> str:
        """Say how far the figure gets."""
        if self.must is None:
            return ""
        if self.aim is not None and self._reaches(self.aim):
            return "aim reached"
        return "must reached" if self._reaches(self.must) else "MISSED"

    def _reaches(self, target: float) -> bool:
        return self.value <= target if self.lower_is_better else self.value >= target

    def as_json(self) -> dict[str, Any]:
        """Return the figure for programs."""
        return {**asdict(self), "verdict": self.verdict}


def table(figures: list[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [("", "measured", "must", "aim", "")]
    rows += [
        (f.name, _text(f.value, f.unit), _text(f.must, f.unit), _text(f.aim, f.unit), f.verdict)
        for f in figures
    ]
    rows.insert(1, ("---",) * 5)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _text(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value == int(value) else 2 if abs(value) < 10 else 1  # noqa: PLR2004
    return f"{value:.{digits}f}{unit}"
