"""Writes the results: a table between two marks of docs/performance.md, a plot, and JSON."""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, between_marks, table
from benchmarks.plot import draw

_PAGE: Final = Path("docs", "performance.md")
_PLOT: Final = Path("docs", "performance.svg")
_RESULTS: Final = Path("benchmarks", "results.json")


def write_results(figures: Sequence[Figure], root: Path) -> None:
    """Write the three files of a run into a checkout."""
    page = root / _PAGE
    text = page.read_text(encoding="utf-8")
    page.write_text(between_marks(text, f"{machine()}\n\n{table(figures)}"), encoding="utf-8")
    (root / _PLOT).write_text(draw(figures), encoding="utf-8")
    written = json.dumps([figure.as_json() for figure in figures], indent=2, ensure_ascii=False)
    (root / _RESULTS).write_text(f"{written}\n", encoding="utf-8")


def machine() -> str:
    """Describe the machine, without its name, and how busy it was."""
    python, cores = platform.python_version(), os.cpu_count()
    load = os.getloadavg()[2]
    return f"Python {python}, {cores} cores; load of the quarter of an hour: {load:.1f}."
