"""How much each run measures."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of one run."""

    rounds: int
    """How often the servers take turns; the table shows medians."""
    seldom: int
    """How many rounds PostgreSQL, the slow disk and the ORM server have."""
    shared: int
    """How often they take turns with two workers; these figures have no targets. 0: not at all."""
    at_once: int
    """How many reports 64 connections submit in a round."""
    alone: int
    """How many requests of each kind go over one connection."""
    slow: int
    """How many reports are submitted on a slow disk."""
    upload_bytes: int
    """Bytes of one large attachment."""
    polled: int
    """How many requests of each kind each size of database gets."""
    timed: int
    """How often polls with and without a report take turns."""
    sizes: tuple[int, ...]
    """How many reports the databases hold, the smallest first."""
    ordered: int
    """How many rows of bodies the measurement of their order takes for each size class."""
    kills: int
    """How often a host is killed on SQLite, and again on PostgreSQL."""
    submitted: int
    """How many reports clients send at most in a round in which a host is killed."""
    cuts: int
    """At how many moments the power fails."""
    recorded: int
    """How many reports clients send to the host that is recorded for power cuts."""


QUICK: Final = Plan(
    rounds=2,
    seldom=1,
    shared=0,
    at_once=320,
    alone=30,
    slow=300,
    upload_bytes=64_000_000,
    polled=200,
    timed=11,
    sizes=(10_000, 100_000),
    ordered=1600,
    kills=1,
    submitted=300,
    cuts=2,
    recorded=60,
)
FULL: Final = Plan(
    rounds=5,
    seldom=5,
    shared=5,
    at_once=1600,
    alone=200,
    slow=1000,
    upload_bytes=256_000_000,
    polled=1000,
    timed=41,
    sizes=(10_000, 100_000, 1_000_000),
    ordered=6400,
    kills=20,
    submitted=600,
    cuts=20,
    recorded=300,
)
