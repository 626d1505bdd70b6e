"""What people ask of a host in a week: reports, visits, answers, office hours, a day in the news.

Every number is a parameter with its source. Requests of independent people are Poisson draws
around a rate that follows the hour and the day.
"""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from benchmarks.scale.queueing import poisson
from benchmarks.sending.hot_paths import INBOX, POLL, REPLY, SUBMIT, UPLOAD

READ, CHALLENGE, LOOK = "READ", "CHALLENGE", "LOOK"
SIGNED: Final = (SUBMIT, POLL, REPLY, INBOX, READ, UPLOAD)
KINDS: Final = (*SIGNED, CHALLENGE)
"""Requests that the host's processes answer. A look asks caches for files, and counts apart."""
_DAY: Final = 24 * 60
MINUTES: Final = 7 * _DAY
_WORKDAYS: Final = 5


class Parameter(NamedTuple):
    """A number of the model, and where it comes from."""

    value: float
    meaning: str
    source: str


PARAMETERS: Final = {
    "life": Parameter(
        150, "days from receipt to erasure", "feedback within 3 months, erased 2 months later"
    ),
    "reporter messages": Parameter(3, "messages by the reporter, the report included", "assumed"),
    "handler messages": Parameter(5, "messages by handlers", "assumed"),
    "readers": Parameter(3, "handlers who read each message", "assumed"),
    "reports per handler": Parameter(40, "live reports of one handler", "assumed"),
    "pages": Parameter(18, "pages of an inbox that a handler reads in a working day", "assumed"),
    "looks": Parameter(1 / 7, "quiet looks of each reporter a day", "assumed: once a week"),
    "polls": Parameter(
        0.1,
        "signed polls of each reporter a day",
        "assumed: one in ten asks daily, and never looks",
    ),
    "files": Parameter(0.1, "reports that come with files", "assumed"),
    "file": Parameter(20, "MB of files of such a report, in parts of 1 MB", "assumed"),
    "weekend": Parameter(0.1, "handlers' work on a day of the weekend", "assumed"),
    "flood": Parameter(100, "times as many reports, polls, files and looks on the news", "assumed"),
    "halving": Parameter(3, "hours in which the flood halves", "assumed"),
}
"""What is assumed of people. Legal terms are those of the presets for internal reports."""

_OF_REPORTERS: Final = frozenset({SUBMIT, POLL, UPLOAD, LOOK})
"""The rest is counted in office hours, where it makes the higher peak."""
_OFFICE: Final = (*[0.0] * 7, 2, 8, 13, 12, 11, 7, 11, 12, 11, 8, 3, 1, 0.5, 0.5, 0, 0, 0)
"""Share of a handler's day in each hour, in percent: two peaks in office hours."""
_HOME: Final = (2, 1, 0.5, 0.5, 0.5, 1, 2, 4, 5, 5, 5, 5, 6, 5, 5, 5, 5, 6, 7, 8, 8.5, 8, 3, 2)
"""Share of a reporter's day: it ends in the evening, at home."""


def value(name: str) -> float:
    """Return a parameter."""
    return PARAMETERS[name].value


@dataclass(frozen=True, slots=True)
class Flood:
    """A day in the news: people come in numbers from a minute on, and fewer with every hour."""

    begins: int
    """Minute of the week."""

    def factor(self, minute: int) -> float:
        """Return how many times as many reporters come as in an ordinary week."""
        if minute < self.begins:
            return 1.0
        hours = (minute - self.begins) / 60
        return 1 + (value("flood") - 1) * math.pow(0.5, hours / value("halving"))


@dataclass(frozen=True)
class Week:
    """A week of a host that holds so many reports."""

    live: int
    flood: Flood | None = None

    @cached_property
    def day(self) -> Mapping[str, float]:
        """How many requests of each kind an average day has, without a flood."""
        new = self.live / value("life")
        by_reporters, by_handlers = value("reporter messages"), value("handler messages")
        handlers = self.live / value("reports per handler")
        asked = {
            SUBMIT: new,
            POLL: self.live * value("polls"),
            REPLY: new * (by_reporters - 1 + by_handlers),
            INBOX: handlers * value("pages") * (_WORKDAYS + 2 * value("weekend")) / 7,
            READ: new * (by_handlers + (by_reporters + by_handlers) * value("readers")),
            UPLOAD: new * value("files") * value("file"),
        }
        return {**asked, CHALLENGE: sum(asked.values()), LOOK: self.live * value("looks")}

    def rate(self, kind: str, minute: int) -> float:
        """Return how many requests of a kind are expected in a minute of the week."""
        if kind == CHALLENGE:  # at most one for each signed request
            return sum(self.rate(signed, minute) for signed in SIGNED)
        day, hour = minute // _DAY, minute % _DAY // 60
        if kind in _OF_REPORTERS:
            times = self.flood.factor(minute) if self.flood else 1.0
            return self.day[kind] * times * _HOME[hour] / sum(_HOME) / 60
        work = 1 if day < _WORKDAYS else value("weekend")
        work *= 7 / (_WORKDAYS + 2 * value("weekend"))
        return self.day[kind] * work * _OFFICE[hour] / sum(_OFFICE) / 60

    def draw(self, chance: random.Random) -> Iterator[dict[str, int]]:
        """Draw how many requests of each kind come in each minute."""
        for minute in range(MINUTES):
            drawn = {kind: poisson(self.rate(kind, minute), chance) for kind in (*SIGNED, LOOK)}
            yield {**drawn, CHALLENGE: sum(drawn[kind] for kind in SIGNED)}
