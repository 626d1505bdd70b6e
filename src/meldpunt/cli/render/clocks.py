"""Show a clock of a report: the day on which it is due, and whether it is overdue."""

from typing import Any

from meldpunt.cli.speech.report_words import report_words
from meldpunt.protocol.verify.log.clocks import ClockStatus


def clock_json(clock: ClockStatus) -> dict[str, Any]:
    """Return a clock for programs."""
    found: dict[str, Any] = {"name": clock.name, "dueOn": clock.due_on.isoformat()}
    if clock.met_on is not None:
        found["metOn"] = clock.met_on.isoformat()
    return {**found, "overdue": clock.overdue}


def clock_text(clock: ClockStatus) -> str:
    """Show when a clock is due, or when it was met."""
    told = report_words()
    if clock.met_on is not None:
        late = told.late if clock.overdue else ""
        return told.met.format(met=clock.met_on, due=clock.due_on, late=late)
    return told.due.format(due=clock.due_on, overdue=told.overdue if clock.overdue else "")
