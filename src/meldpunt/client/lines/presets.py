"""Clocks for a line that a program plans by itself, without the folder of an office.

The presets with all their texts, and the clocks of every kind of line with their sources, are
folders in `presets/` beside this module (client/line_folder).
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


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        # Directive (EU) 2019/1937, article 9: acknowledged within 7 days; feedback within 3 months
        # from then, or from day 7 where nobody acknowledged.
        "wbk-internal": Preset(
            (
                Clock(
                    name="acknowledgement",
                    starts_at=Moment.RECEIVED,
                    term=Term(7, "D"),
                    met_by=MetBy.ACKNOWLEDGEMENT,
                ),
                Clock(
                    name="feedback",
                    starts_at=Moment.ACKNOWLEDGED,
                    term=Term(3, "M"),
                    met_by=MetBy.FEEDBACK,
                    starts_no_later_than=Term(7, "D"),
                ),
            )
        ),
    }
)
