"""Measures how long a person waits for `meldpunt --help`."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.figures import Figure

_ASKED: Final = 5
_HELP: Final = (str(Path(sys.executable).with_name("meldpunt")), "--help")
_NOTHING: Final = (sys.executable, "-c", "")


def measure(rounds: int) -> list[Figure]:
    """Return the seconds of the command, and of an interpreter that does nothing."""
    taken: dict[tuple[str, ...], list[float]] = {_HELP: [], _NOTHING: []}
    _run(_HELP)  # the first start reads the files from the disk
    for _ in range(_ASKED * rounds):
        for command, found in taken.items():
            found.append(_run(command))
    wait, least = (median(found) for found in taken.values())
    return [
        Figure(
            name="`meldpunt --help`", value=wait, unit="s", must=0.3, aim=0.1, lower_is_better=True
        ),
        Figure(name="start of an interpreter that does nothing", value=least, unit="s"),
    ]


def _run(command: tuple[str, ...]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started
