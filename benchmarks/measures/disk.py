"""Imitates a slower disk: every fsync of a server takes a set time, and is counted."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).with_name("fsync.c")


@dataclass(frozen=True, slots=True)
class SlowDisk:
    """A library for LD_PRELOAD, and the file in which it counts."""

    library: Path
    counted: Path

    def variables(self, milliseconds: float) -> dict[str, str]:
        """Return the environment of a server whose every fsync takes at least this long."""
        self.counted.write_bytes(bytes(8))
        return {
            "LD_PRELOAD": str(self.library),
            "COUNT_FILE": str(self.counted),
            "DELAY_US": str(round(milliseconds * 1000)),
        }

    @property
    def fsyncs(self) -> int:
        """Return how many fsyncs the server has made since its start."""
        return int.from_bytes(self.counted.read_bytes(), "little")


def make_slow_disk(folder: Path) -> SlowDisk | None:
    """Compile the library; None if the system has no C compiler or no LD_PRELOAD."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "fsync.so"
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(_SOURCE), "-ldl"]
    made = subprocess.run(command, check=False, capture_output=True)
    return SlowDisk(library, folder / "fsyncs") if made.returncode == 0 else None
