"""Clocks that begin with what a reporter says, so no host can count them (openapi/texts.md 9).

Somebody is worse off because they reported, or takes the consent to tell their story on back.
Handlers read that. The reporter's device cannot read back what the reporter wrote, because a found
code must not be a confession. So it shows the day for each message that may have said it
(`if_told`). Both sides count from the same day of arrival, with the same term.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from meldpunt.client.thread.message import ThreadMessage
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.texts.content import CheckInAnswer, KnownContent, StoryConsent, read_content
from meldpunt.protocol.texts.desk import Desk
from meldpunt.protocol.verify.clock import Clock, MetBy, Moment
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.clocks import due_day
from meldpunt.protocol.verify.log.header import Tag


class ToldKind(StrEnum):
    """What a reporter said."""

    WORSE_OFF = "worseOff"
    """They are worse off because they reported; feedback meets it."""
    STORY_TAKEN_BACK = "storyTakenBack"
    """Their story may no longer be told on; met once a handler says that it is taken down."""


@dataclass(frozen=True, slots=True)
class ToldClock:
    """One clock of that kind, on one day."""

    kind: ToldKind
    since: date
    due_on: date
    met_on: date | None
    overdue: bool

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits."""
        return self.met_on is None


_Starts = Callable[[ThreadMessage], bool | None]
"""Whether a message begins a clock (True), takes it back (False), or neither (None)."""


def told_clocks(thread: Thread, desk: Desk | None, today: date) -> tuple[ToldClock, ...]:
    """Return the clocks that the reporter's words began, as a handler reads them.

    Of each kind the newest that is met counts, or the oldest for which somebody still waits.

    Args:
        thread: The report, as read by a handler.
        desk: Of the document that applies: it has the term of a story.
        today: The device's day.
    """
    if _is_withdrawn(thread):
        return ()
    found = []
    for kind, clock in _terms(thread, desk):
        since, met_on = None, None
        for message in thread.messages:
            starts = _said(kind, message)
            if starts is False or _is_taken_up(message):
                since, met_on = None, None
            elif starts and (since is None or met_on is not None):
                since, met_on = message.received_on, None
            elif since is not None and met_on is None and _meets(kind, message):
                met_on = message.header.day
        if since is not None:
            found.append(_told(thread, kind, clock, since, met_on, today))
    return tuple(found)


def if_told(thread: Thread, desk: Desk | None, today: date) -> tuple[ToldClock, ...]:
    """Return the clocks that run if the reporter's messages said so, for their own device.

    One for each kind and day on which the reporter wrote, as long as nothing met it. Most messages
    take no story back: once handlers have answered, and the day is past, that one is not shown.

    Args:
        thread: The report, as its reporter's device reads it.
        desk: As `told_clocks`.
        today: The device's day.
    """
    if _is_withdrawn(thread):
        return ()
    found = []
    for kind, clock in _terms(thread, desk):
        days: dict[date, bool] = {}
        tags = (Tag.MESSAGE, *([Tag.REOPENING] if kind is ToldKind.STORY_TAKEN_BACK else []))
        for message in thread.messages:
            if message.header.author == REPORTER and message.header.tag in tags:
                days[message.received_on] = False
            elif _meets(kind, message) or _is_taken_up(message):
                days.clear()
            elif _answers(message):
                days = dict.fromkeys(days, True)
        told = {day: _told(thread, kind, clock, day, None, today) for day in days}
        is_story = kind is ToldKind.STORY_TAKEN_BACK
        found += [
            told[day]
            for day, is_answered in days.items()
            if not (is_story and is_answered and told[day].overdue)
        ]
    return tuple(found)


def begun_clock(thread: Thread, desk: Desk | None, kind: ToldKind, day: date) -> ToldClock | None:
    """Return the clock that a message of the reporter begins, for whoever just sent it.

    A message ends a calm withdrawal, so it begins a clock after one too.

    Args:
        thread: The report, as it was read before.
        desk: As `told_clocks`.
        kind: What the message says.
        day: When it arrived.
    """
    terms = (clock for named, clock in _terms(thread, desk) if named is kind)
    return next((_told(thread, kind, clock, day, None, day) for clock in terms), None)


def _is_withdrawn(thread: Thread) -> bool:
    return thread.status.milestones.withdrawn_on is not None


def _terms(thread: Thread, desk: Desk | None) -> Iterator[tuple[ToldKind, Clock]]:
    """Yield each kind for which the line has a term, as a clock that counts it."""
    milestones, document = thread.status.milestones, thread.report.terms.document
    has_ended = thread.erased or thread.status.ended_on is not None
    if has_ended or milestones.consultation:
        return
    reopened = reopening_clock(document)
    if reopened is not None:
        yield ToldKind.WORSE_OFF, reopened
    if desk is not None and desk.story_term is not None:
        yield (
            ToldKind.STORY_TAKEN_BACK,
            Clock(
                name="story",
                starts_at=Moment.RECEIVED,
                term=desk.story_term.term,
                met_by=MetBy.FEEDBACK,
                roll=desk.story_term.roll,
            ),
        )


def reopening_clock(document: LineDocument) -> Clock | None:
    """Return the clock that a reopening starts: somebody who is worse off has its term too."""
    clocks = (clock for clock in document.clocks if clock.starts_at is Moment.REOPENED)
    return next(clocks, None)


def _told(
    thread: Thread, kind: ToldKind, clock: Clock, since: date, met_on: date | None, today: date
) -> ToldClock:
    pauses = thread.status.milestones.pauses if kind is ToldKind.WORSE_OFF else ()
    due_on = due_day(clock, since, met_on, pauses)
    return ToldClock(kind, since, due_on, met_on, (met_on or today) > due_on)


def _said(kind: ToldKind, message: ThreadMessage) -> bool | None:
    """Say whether the reporter's message begins a clock, or takes it back.

    A reopening of somebody who is worse off starts the clock of the document itself, which the host
    counts too.
    """
    if message.header.author != REPORTER:
        return None
    known = _known(message)
    if kind is ToldKind.WORSE_OFF:
        is_reopening = message.header.tag is Tag.REOPENING
        worse_off = known.check_in is CheckInAnswer.RETALIATION
        return True if worse_off and not is_reopening else None
    return _STORY.get(known.story) if known.story is not None else None


_STORY: Final = {StoryConsent.WITHDRAWN: True, StoryConsent.GIVEN: False}


def _meets(kind: ToldKind, message: ThreadMessage) -> bool:
    """Say whether a handler's message meets a clock. The reporter can read each of these."""
    if not _answers(message):
        return False
    if kind is ToldKind.WORSE_OFF:
        return message.header.tag is Tag.FEEDBACK
    return _known(message).story is StoryConsent.TAKEN_DOWN


def _answers(message: ThreadMessage) -> bool:
    """Say whether a handler wrote to the reporter."""
    header = message.header
    return header.author != REPORTER and message.confirmed and REPORTER in header.readers


def _is_taken_up(message: ThreadMessage) -> bool:
    """Say whether another line takes the report up: what went before counts no more."""
    return message.header.tag is Tag.ACCEPTANCE and message.confirmed


def _known(message: ThreadMessage) -> KnownContent:
    return read_content({} if message.payload is None else message.payload.content).known
