"""How much is measured."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of one run."""

    rounds: int
    """How often the servers take turns; the table shows medians."""
    at_once: int
    """Reports that 64 connections submit in a round."""
    alone: int
    """Requests of each kind over one connection."""
    slow: int
    """Submissions on a disk that is slow."""
    upload_bytes: int
    """Of one large attachment."""
    polled: int
    """Polls on each size of database."""
    sizes: tuple[int, ...]
    """Reports in a database, the smallest first."""
    inbox: int
    """Reports of one handler."""
    ordered: int
    """Rows whose order in the file is looked at."""
    kills: int
    """On SQLite, and as many on PostgreSQL."""
    submitted: int
    """Reports on their way when a host is killed, at most."""


QUICK: Final = Plan(
    rounds=3,
    at_once=640,
    alone=60,
    slow=500,
    upload_bytes=64_000_000,
    polled=800,
    sizes=(10_000, 100_000),
    inbox=20_000,
    ordered=1600,
    kills=5,
    submitted=500,
)
FULL: Final = Plan(
    rounds=5,
    at_once=1600,
    alone=200,
    slow=1000,
    upload_bytes=256_000_000,
    polled=2000,
    sizes=(10_000, 100_000, 1_000_000),
    inbox=20_000,
    ordered=1600,
    kills=20,
    submitted=600,
)
