"""Compares the host of this checkout with the host of another one, in turns: old, new, old, new.

Both run with the benchmark of this checkout. The other checkout runs in its own `.venv` if it has
one, else with this interpreter.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.figures import amount, markdown
from benchmarks.plan import Plan
from benchmarks.turn import LABELS, Measured

_ROOT: Final = Path(__file__).parents[1]
_SHOWN: Final = ("rate", "cpu", "p50", "p99")
Turns = list[tuple[Measured, Measured]]
"""What the old and the new host took, round by round."""


def compare(other: Path, kinds: Sequence[str], plan: Plan, tell: Callable[[str], None]) -> str:
    """Return a table of ratios, new divided by old, as medians of the rounds.

    Args:
        other: The other checkout, whose host is the old one.
        kinds: The databases: `sqlite`, `postgresql`.
        plan: How much to send, and in how many rounds.
        tell: Gets a text about each step.
    """
    rows = [["new / old", *(name.replace("cpu", "CPU") for name in _SHOWN), "CPU, old and new"]]
    for kind in kinds:
        turns: Turns = []
        for number in range(plan.rounds):
            tell(f"{LABELS[kind]}, round {number + 1} of {plan.rounds}")
            turns.append((_take_turn(other, kind, plan), _take_turn(_ROOT, kind, plan)))
        rows += ratios(turns, LABELS[kind])
    return markdown(rows)


def ratios(turns: Turns, label: str) -> list[list[str]]:
    """Return a row for each path and number of connections that both hosts served."""
    common = [name for name in turns[0][0] if all(name in new for _, new in turns)]
    return [[f"{label}, {name}", *_row(turns, name)] for name in common]


def _row(turns: Turns, name: str) -> list[str]:
    cells = []
    for what in _SHOWN:
        pairs = [(old[name][what], new[name][what]) for old, new in turns]
        found = [new / old for old, new in pairs if old]
        cells.append(amount(median(found), "×") if found else "")
    times = (median(turn[side][name]["cpu"] for turn in turns) for side in (0, 1))
    return [*cells, " → ".join(amount(1000 * time, "ms") for time in times)]


def _take_turn(checkout: Path, kind: str, plan: Plan) -> Measured:
    python = checkout / ".venv" / "bin" / "python"
    command = [str(python) if python.exists() else sys.executable, "-m", "benchmarks.turn"]
    path = os.pathsep.join((str(_ROOT), str(checkout / "src")))
    done = subprocess.run(
        [*command, kind, str(plan.at_once), str(plan.alone)],
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: Measured = json.loads(done.stdout)
    return found
