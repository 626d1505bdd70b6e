"""What only one test process of this machine may do at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(doing: str) -> Iterator[None]:
    """Wait until no other test process is at the same.

    Args:
        doing: A word for it.
    """
    lock = Path(tempfile.gettempdir()) / f"meldpunt-tests-{doing}-{os.geteuid()}.lock"
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
