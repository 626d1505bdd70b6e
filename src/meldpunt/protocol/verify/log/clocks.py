"""State and clocks of a report, derived from the tags of its messages and nothing else (section 8).

The host and every client run the same pure functions, so a reporter can check what the host says.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from meldpunt.protocol.verify.clock import Clock, MetBy, Moment, Roll
from meldpunt.protocol.verify.fields import REPORTER, Answer, Day, Participant
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.header import Tag
from meldpunt.protocol.verify.log.opening import Arrived, is_unopened
from meldpunt.protocol.verify.working_days import extended


class State(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    FEEDBACK_GIVEN = "feedback-given"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed-over"
    """For handlers of a line that no longer has the report, or did not take it: 9.7."""


class Pause(NamedTuple):
    """The clocks stand still from a day on, up to and including another."""

    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """The days on which a report reached what its clocks count."""

    received_on: date
    acknowledged_on: date | None = None
    feedback_on: date | None = None
    closed_on: date | None = None
    withdrawn_on: date | None = None
    immediate: bool = False
    """The withdrawal asked for no cooling-off."""
    pauses: tuple[Pause, ...] = ()
    """In order of arrival."""
    reopened_on: date | None = None
    """The last time that it was opened again."""
    new_feedback_on: date | None = None
    """The first feedback since then."""
    consultation: bool = False
    """A handler of another line asks for advice: nobody is promised a term (section 9.8)."""

    @property
    def has_feedback(self) -> bool:
        """Whether feedback was given since the report was last opened."""
        newest = self.feedback_on if self.reopened_on is None else self.new_feedback_on
        return newest is not None

    @property
    def state(self) -> State:
        """The state a person is shown."""
        if self.withdrawn_on is not None:
            return State.WITHDRAWN
        if self.closed_on is not None:
            return State.CLOSED
        if self.feedback_on is not None:
            return State.FEEDBACK_GIVEN
        return State.RECEIVED if self.acknowledged_on is None else State.ACKNOWLEDGED


class ClockStatus(Answer):
    """One clock of one report on one day."""

    name: str
    due_on: Day
    met_on: Day | None = None
    overdue: bool


def is_allowed(milestones: Milestones, tag: Tag) -> bool:
    """Say whether a message with this tag may follow.

    Nobody closes a report without feedback, nor again without feedback since it was reopened.
    """
    if tag is Tag.CLOSING:
        return milestones.has_feedback and milestones.closed_on is None
    if tag is Tag.REOPENING:
        return milestones.closed_on is not None
    if tag is Tag.PAUSE:
        return milestones.closed_on is None
    if tag in (Tag.SUCCESSION, Tag.PROPOSAL, Tag.CONSENT):
        return not milestones.consultation  # it stays with who asks, and with whom they ask
    return tag is not Tag.REPORT


def advance(
    milestones: Milestones,
    *,
    author: Participant,
    tag: Tag,
    day: date,
    until: date | None = None,
    immediate: bool | None = None,
) -> Milestones:
    """Return the milestones after one more message, which `is_allowed`.

    Args:
        milestones: What was reached before.
        author: A later message of the reporter cancels a withdrawal.
        tag: What the message does.
        day: The day it counts from: the host's day on the host, a handler's signed day elsewhere.
        until: Last day of a pause.
        immediate: Whether a withdrawal asks for no cooling-off.
    """
    if author == REPORTER:
        milestones = replace(milestones, withdrawn_on=None, immediate=False)
    match tag:
        case Tag.ACKNOWLEDGEMENT:
            changes: dict[str, Any] = {"acknowledged_on": milestones.acknowledged_on or day}
        case Tag.FEEDBACK:
            again = milestones.reopened_on and (milestones.new_feedback_on or day)
            changes = {"feedback_on": milestones.feedback_on or day, "new_feedback_on": again}
        case Tag.CLOSING:
            changes = {"closed_on": day}
        case Tag.REOPENING:
            changes = {"closed_on": None, "reopened_on": day, "new_feedback_on": None}
        case Tag.PAUSE if until is not None:
            changes = {"pauses": (*milestones.pauses, Pause(day, until))}
        case Tag.ACCEPTANCE:
            # under the other line's clocks, from now
            return Milestones(received_on=day, consultation=milestones.consultation)
        case Tag.WITHDRAWAL:
            changes = {"withdrawn_on": day, "immediate": bool(immediate)}
        case _:
            return milestones
    return replace(milestones, **changes)


def clock_statuses(
    milestones: Milestones, document: LineDocument, today: date
) -> tuple[ClockStatus, ...]:
    """Return every clock that runs or has run, under the document the report was made with.

    None runs for a consultation.
    """
    if milestones.consultation:
        return ()
    statuses = (_status(milestones, clock, today) for clock in document.clocks)
    return tuple(status for status in statuses if status is not None)


def _status(milestones: Milestones, clock: Clock, today: date) -> ClockStatus | None:
    start = _start(milestones, clock)
    if start is None:
        return None
    met_on = _met_on(milestones, clock)
    due_on = due_day(clock, start, met_on, milestones.pauses)
    overdue = (met_on or today) > due_on
    return ClockStatus(name=clock.name, due_on=due_on, met_on=met_on, overdue=overdue)


def _met_on(milestones: Milestones, clock: Clock) -> date | None:
    if clock.starts_at is Moment.REOPENED:
        return milestones.new_feedback_on
    return {
        MetBy.RECEIPT: milestones.received_on,
        MetBy.ACKNOWLEDGEMENT: milestones.acknowledged_on,
        MetBy.FEEDBACK: milestones.feedback_on,
        MetBy.CLOSING: milestones.closed_on,
    }[clock.met_by]


def _start(milestones: Milestones, clock: Clock) -> date | None:
    start = {
        Moment.RECEIVED: milestones.received_on,
        Moment.ACKNOWLEDGED: milestones.acknowledged_on,
        Moment.CLOSED: milestones.closed_on,
        Moment.REOPENED: milestones.reopened_on,
    }[clock.starts_at]
    if clock.starts_no_later_than is None:
        return start
    latest = clock.starts_no_later_than.after(milestones.received_on)
    if start is None:
        # Shown before it runs, so that the reporter always sees when an answer is due.
        return latest
    return min(start, latest)


def due_day(clock: Clock, start: date, met_on: date | None, pauses: tuple[Pause, ...]) -> date:
    """Return the day on which a clock is due: its term, moved by the pauses that it lived through.

    A pause counts once, from the clock's start; not for a clock that was met before it, and not for
    one that was overdue already: nobody is late and then not.
    """
    end = clock.term.after(start)
    counted_to = start
    for pause in pauses:
        is_late = pause.since > _rolled(clock, start, end)
        if is_late or (met_on is not None and pause.since > met_on):
            continue
        days = (pause.until - max(pause.since, counted_to)).days
        end = _later(end, max(days, 0))
        counted_to = max(counted_to, pause.until)
    return _rolled(clock, start, end)


def _rolled(clock: Clock, start: date, end: date) -> date:
    return extended(start, end, clock.term) if clock.roll is Roll.TERMIJNENWET else end


def _later(day: date, days: int) -> date:
    return date.max if days > (date.max - day).days else day + timedelta(days=days)


def check_in_days(milestones: Milestones, document: LineDocument) -> tuple[date, ...]:
    """Return the days on which the reporter is asked how they are, in order, each once.

    Those that count from the closing hold while the report is closed, all others while it is open.
    A withdrawn report and a consultation have none. Pauses move none.
    """
    if milestones.withdrawn_on is not None or milestones.consultation:
        return ()
    start = {
        Moment.RECEIVED: milestones.received_on if milestones.closed_on is None else None,
        Moment.ACKNOWLEDGED: milestones.acknowledged_on if milestones.closed_on is None else None,
        Moment.CLOSED: milestones.closed_on,
    }
    days = ((start[each.starts_at], each.term) for each in document.check_ins or ())
    return tuple(sorted({term.after(day) for day, term in days if day is not None}))


def erased_on(milestones: Milestones, document: LineDocument, arrived: Arrived) -> date:
    """Return the day on which a report is to be erased, as things stand.

    At the end of its term, or `unopened_term` later if no handler has opened a message of the
    reporter by then. A withdrawal never waits: it erases at the end of its cooling-off, or earlier.

    Args:
        milestones: The days that count.
        document: The document that applies.
        arrived: Every message of the report. With none, nothing waits to be opened.
    """
    end = _term_end(milestones, document)
    if milestones.withdrawn_on is not None:
        cooling_off = document.withdrawal_term.after(milestones.withdrawn_on)
        return min(end, milestones.withdrawn_on if milestones.immediate else cooling_off)
    return document.unopened_term.after(end) if is_unopened(arrived, end) else end


def is_waiting(milestones: Milestones, document: LineDocument, arrived: Arrived) -> bool:
    """Say whether a report is kept past its term for what no handler has opened."""
    return erased_on(milestones, document, arrived) > erased_on(milestones, document, {})


def _term_end(milestones: Milestones, document: LineDocument) -> date:
    """Return the earlier of retention after closing, and the longest term after receipt."""
    longest = document.maximum_term.after(milestones.received_on)
    if milestones.closed_on is None:
        return longest
    return min(longest, document.retention.after(milestones.closed_on))
