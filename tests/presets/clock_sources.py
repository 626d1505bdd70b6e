"""Which clocks of the presets somebody should look up again: a year after they were checked.

`python -m tests.presets.clock_sources` names them. It warns and never fails: a law that nobody
looked up lately is no defect of today's change.
"""

from collections.abc import Iterator
from datetime import date

from meldpunt.protocol.verify.days import Term
from tests.presets.contents import NAMES, filled_in

_YEAR = Term(1, "Y")


def due(today: date) -> Iterator[str]:
    """Yield a line for each clock that was checked more than a year ago."""
    for name in NAMES:
        for clock in filled_in(name, "je").settings.clocks:
            if _YEAR.after(clock.checked) < today:
                yield f"{name}, {clock.name}: {clock.source} (checked {clock.checked})"


if __name__ == "__main__":
    from datetime import UTC, datetime

    for line in due(datetime.now(UTC).date()):
        print("WARNING: look up again:", line)  # noqa: T201 (what it is for)
