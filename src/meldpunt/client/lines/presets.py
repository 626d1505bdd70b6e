"""Presets: clocks for Dutch practice, ready to use. Each names the rule that it comes from.

The clocks of a line are data, not constants: an office may take a preset, or set its own clocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from meldpunt.protocol.verify.clock import Clock, MetBy, Moment
from meldpunt.protocol.verify.days import Term

_DEFAULT_RETENTION: Final = Term(2, "M")
_DEFAULT_MAXIMUM: Final = Term(2, "Y")


@dataclass(frozen=True, slots=True)
class Preset:
    """The clocks of one kind of line, and how long it keeps a report."""

    clocks: tuple[Clock, ...]
    retention: Term = _DEFAULT_RETENTION
    """How long a report is kept after its closing."""
    maximum_term: Term = _DEFAULT_MAXIMUM
    """How long a report is kept after its receipt, even if it is not closed."""


def _acknowledge(number: int, unit: str) -> Clock:
    return Clock(
        name="acknowledgement",
        starts_at=Moment.RECEIVED,
        term=Term(number, unit),
        met_by=MetBy.ACKNOWLEDGEMENT,
    )


def _feedback(number: int, unit: str) -> Clock:
    """The term of feedback starts at the acknowledgement, or on day 7 without one (art. 9)."""
    return Clock(
        name="feedback",
        starts_at=Moment.ACKNOWLEDGED,
        term=Term(number, unit),
        met_by=MetBy.FEEDBACK,
        starts_no_later_than=Term(7, "D"),
    )


def _decide(number: int, unit: str) -> Clock:
    return Clock(
        name="decision",
        starts_at=Moment.RECEIVED,
        term=Term(number, unit),
        met_by=MetBy.FEEDBACK,
    )


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        # Directive (EU) 2019/1937, article 9: within 7 days, then within 3 months.
        "wbk-internal": Preset((_acknowledge(7, "D"), _feedback(3, "M"))),
        # Articles 11 and 12, for authorities: 3 months, or 6 in justified cases.
        "wbk-external": Preset((_acknowledge(7, "D"), _feedback(6, "M"))),
        # Algemene wet bestuursrecht 9:11: 6 weeks; 10 with a committee.
        "awb-complaint": Preset((_acknowledge(7, "D"), _decide(6, "W"))),
        "awb-complaint-committee": Preset((_acknowledge(7, "D"), _decide(10, "W"))),
        # Wet kwaliteit, klachten en geschillen zorg, article 17: 6 weeks.
        "wkkgz-complaint": Preset((_acknowledge(7, "D"), _decide(6, "W"))),
        # Arbowet, psychosocial workload: the law sets no term; these terms are a suggestion.
        "unwanted-behaviour": Preset((_acknowledge(5, "D"), _decide(6, "W"))),
        # International Ombuds Association: informal, no register, nothing kept for long.
        "ombuds-informal": Preset((_acknowledge(3, "D"),), Term(2, "W"), Term(6, "M")),
        "contact-point": Preset((_acknowledge(2, "D"),), Term(1, "M"), Term(6, "M")),
    }
)
