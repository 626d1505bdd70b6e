"""Where a report stands, worked out from its signed headers and compared with what the host says.

The host is not trusted with a deadline: whoever holds the headers can do the same sum.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from meldpunt.client.thread.participation import Participation
from meldpunt.protocol.verify import ids
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
from meldpunt.protocol.verify.log.opening import Arrived


@dataclass(frozen=True, slots=True)
class VerifiedStatus:
    """State and terms of a report on one day."""

    milestones: Milestones
    clocks: tuple[ClockStatus, ...]
    erased_on: date
    """When the report is to be erased, as things stand; for a handler whose part in it has ended,
    when they are not shown it any more."""
    arrived_on: date
    """The host's day of the report itself; after a handover the clocks start later."""
    ended_on: date | None = None
    """For a handler who reads on no more after a handover: since when."""
    unopened: bool = False
    """Erasure waits for what no handler has opened; `erased_on` is the end of that grace."""

    @property
    def state(self) -> State:
        """The state a person is shown."""
        return self.milestones.state if self.ended_on is None else State.HANDED_OVER


Arrivals = Sequence[tuple[VerifiedHeader, date]]
"""Headers in the host's order, the report itself first, each with the host's day of arrival."""


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """What a report's days are counted by, for one participant."""

    participation: Participation
    document: LineDocument
    """Whose clocks and terms apply."""
    own: LineDocument
    """The newest document of the participant's own line."""
    arrived: Arrived
    """Every message with the host's day: what no handler has opened puts erasure off."""

    def erased_on(self, milestones: Milestones) -> date:
        """Return when a report is to be erased, or is not shown to this participant any more."""
        return self._end(erased_on(milestones, self.document, self.arrived))

    def erased_once_opened(self, milestones: Milestones) -> date:
        """As `erased_on`, if handlers had opened every message in time."""
        return self._end(erased_on(milestones, self.document, {}))

    def is_unopened(self, milestones: Milestones) -> bool:
        """Say whether erasure waits for what no handler has opened."""
        return self.erased_on(milestones) > self.erased_once_opened(milestones)

    def _end(self, erased: date) -> date:
        days = [erased]
        if self.participation.ending is not None:
            ended_on = self.participation.ending.on
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
    taken, ending = terms.participation.acceptances, terms.participation.ending
    counted = [
        (h, h.header.day or day)
        for h, day in arrivals
        if h.message_id not in ignored or h.message_id in taken
    ]
    milestones = milestones_of(counted or arrivals, taken)
    return VerifiedStatus(
        milestones=milestones,
        clocks=() if ending else clock_statuses(milestones, terms.document, today),
        erased_on=terms.erased_on(milestones),
        arrived_on=arrivals[0][1],
        ended_on=None if ending is None else ending.on,
        unopened=terms.is_unopened(milestones),
    )


def milestones_of(messages: Arrivals, taken: Collection[ids.MessageId]) -> Milestones:
    """Go through messages in order; one that the state did not allow changes nothing."""
    first, received_on = messages[0]
    consultation = first.header.origin == "consultation"
    milestones = Milestones(received_on=received_on, consultation=consultation)
    for verified, day in messages[1:]:
        header = verified.header
        if header.tag is Tag.ACCEPTANCE and verified.message_id not in taken:
            continue
        if is_allowed(milestones, header.tag):
            milestones = advance(
                milestones,
                author=header.author,
                tag=header.tag,
                day=day,
                until=header.until,
                immediate=header.immediate,
            )
    return milestones
