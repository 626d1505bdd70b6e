"""Reads how much processor time and memory a server's processes use."""

import contextlib
from pathlib import Path

import psutil


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all processes that it started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    return []


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and its children since their start."""
    used = 0.0
    for process in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            used += times.user + times.system
    return used


def memory(pid: int) -> int:
    """Return the bytes that a process and its children hold in memory now."""
    held = 0
    for process in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            held += process.memory_info().rss
    return held


def forget_peak(pid: int) -> bool:
    """Reset the system's peak of a process's memory; says whether the system can (Linux)."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")  # proc(5)
    except OSError:
        return False
    return True


def peak_memory(pid: int) -> int:
    """Return the most bytes that a process held in memory since `forget_peak` (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
