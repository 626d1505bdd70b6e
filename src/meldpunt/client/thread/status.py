"""Where a report stands, worked out from its signed headers and compared with what the host says.

The host is not trusted with a deadline: whoever holds the headers can do the same sum.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from meldpunt.client.thread.notices import Notice, NoticeKind
from meldpunt.client.thread.participation import Ending, Participation
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.protocol.verify.log.clocks import (
    ClockStatus,
    Milestones,
    State,
    advance,
    clock_statuses,
    erased_on,
    is_allowed,
)
from meldpunt.protocol.verify.log.header import Tag, VerifiedHeader
from meldpunt.wire.reports import ReportStatus


@dataclass(frozen=True, slots=True)
class VerifiedStatus:
    """State and terms of a report on one day."""

    progress: Milestones
    clocks: tuple[ClockStatus, ...]
    erased_on: date
    """When the report is to be erased, as things stand; for a handler whose part in it has ended,
    when they are not shown it any more."""
    arrived_on: date
    """The host's day of the report itself; after a handover the clocks start later."""
    ended_on: date | None = None
    """For a handler who reads on no more after a handover: since when."""

    @property
    def state(self) -> State:
        """The state a person is shown."""
        return self.progress.state if self.ended_on is None else State.HANDED_OVER


Arrivals = Sequence[tuple[VerifiedHeader, date]]
"""Headers in the host's order, the report itself first, each with the host's day of arrival."""


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """What a report's days are counted by, for one participant."""

    part: Participation
    document: LineDocument
    """Whose clocks and terms apply."""
    own: LineDocument
    """The newest document of the participant's own line."""

    def erased_on(self, progress: Milestones) -> date:
        """Return when a report is to be erased, or is not shown to this participant any more."""
        days = [erased_on(progress, self.document)]
        if self.part.ending is not None:
            ended_on = self.part.ending.on
            days += [document.retention.after(ended_on) for document in (self.document, self.own)]
        return min(days)


def verified_status(
    arrivals: Arrivals, *, ignored: frozenset[ids.MessageId], terms: ClockTerms, today: date
) -> VerifiedStatus:
    """Derive the status of a report from what its authors signed.

    Days are the handlers' signed ones; a reporter's messages carry none, so theirs are the host's.

    Args:
        arrivals: Every message.
        ignored: Messages that count for nothing.
        terms: What days are counted by.
        today: The device's day.
    """
    taken, ending = terms.part.acceptances, terms.part.ending
    counted = [
        (h, h.header.day or day)
        for h, day in arrivals
        if h.message_id not in ignored or h.message_id in taken
    ]
    progress = _progress(counted or arrivals, taken)
    return VerifiedStatus(
        progress=progress,
        clocks=() if ending else clock_statuses(progress, terms.document, today),
        erased_on=terms.erased_on(progress),
        arrived_on=arrivals[0][1],
        ended_on=None if ending is None else ending.on,
    )


def check_claims(
    claim: ReportStatus, arrivals: Arrivals, *, terms: ClockTerms, today: date
) -> tuple[Notice, ...]:
    """Do the host's sum again on the host's own days, and compare those days with signed ones.

    Args:
        claim: What the host says.
        arrivals: Every message.
        terms: What days are counted by.
        today: The device's day.
    """
    found = [
        Notice(NoticeKind.HOST_DAY, message=h.message_id)
        for h, day in arrivals
        if h.header.day is not None and abs(h.header.day - day) > TOLERANCE
    ]
    if any(day > today + TOLERANCE for _, day in arrivals):
        found.append(Notice(NoticeKind.HOST_DAY))
    if terms.part.ending is not None:
        return (*found, *_check_ended(claim, arrivals, terms.part.ending, terms.own))
    progress = _progress(arrivals, terms.part.acceptances)
    if claim.received_on != progress.received_on:
        found.append(Notice(NoticeKind.HOST_DAY))
    if claim.state is not progress.state or claim.consultation != progress.consultation:
        found.append(Notice(NoticeKind.HOST_STATE))
    if _terms(claim.clocks) != _terms(clock_statuses(progress, terms.document, today)):
        found.append(Notice(NoticeKind.HOST_CLOCKS))
    if claim.erased_on != erased_on(progress, terms.document):
        found.append(Notice(NoticeKind.HOST_CLOCKS))
    return tuple(found)


def _check_ended(
    claim: ReportStatus, arrivals: Arrivals, ending: Ending, own: LineDocument
) -> Iterable[Notice]:
    """Check what the host says to a handler whose part in a report has ended."""
    if claim.received_on != arrivals[0][1]:
        yield Notice(NoticeKind.HOST_DAY)
    if claim.state is not State.HANDED_OVER:
        yield Notice(NoticeKind.HOST_STATE)
    days = [day for h, day in arrivals if h.message_id == ending.message]
    # Where nobody answered in time there is no message: the host ends it a day later, or so.
    known = not days or claim.erased_on == own.retention.after(days[0])
    if claim.clocks or not known:
        yield Notice(NoticeKind.HOST_CLOCKS)


def _terms(clocks: Iterable[ClockStatus]) -> list[tuple[str, date, date | None]]:
    """Leave out `overdue`: the host's today may be another."""
    return [(clock.name, clock.due_on, clock.met_on) for clock in clocks]


def _progress(messages: Arrivals, taken: Collection[ids.MessageId]) -> Milestones:
    """Go through messages in order; one that the state did not allow changes nothing."""
    first, received_on = messages[0]
    consultation = first.header.origin == "consultation"
    progress = Milestones(received_on=received_on, consultation=consultation)
    for verified, day in messages[1:]:
        header = verified.header
        if header.tag is Tag.ACCEPTANCE and verified.message_id not in taken:
            continue
        if is_allowed(progress, header.tag):
            progress = advance(
                progress,
                author=header.author,
                tag=header.tag,
                day=day,
                until=header.until,
                immediate=header.immediate,
            )
    return progress
