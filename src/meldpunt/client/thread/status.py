"""The status of a report, worked out from its signed headers.

Clients do not trust the host's deadlines: they calculate the same days from the headers.
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
    """The day of erasure, by the messages so far.

    For a handler whose part has ended, it is the day on which the host stops showing the report."""
    arrived_on: date
    """The host's day of receipt of the report. After a handover the clocks start later."""
    ended_on: date | None = None
    """The day on which this handler's part in the report ended."""
    unopened: bool = False
    """Erasure waits for messages that no handler has opened: until `erased_on`."""

    @property
    def state(self) -> State:
        """The state that a program shows to a person."""
        return self.milestones.state if self.ended_on is None else State.HANDED_OVER


Arrivals = Sequence[tuple[VerifiedHeader, date]]
"""Headers in the host's order, the report itself first, each with the host's day of arrival."""


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """The rules by which a report's days are counted, for one participant."""

    participation: Participation
    document: LineDocument
    """The document whose clocks and terms apply."""
    document_hash: ids.Hash
    own: LineDocument
    """The newest document of the participant's own line."""
    arrived: Arrived
    """Every message with the host's day: erasure waits for messages that no handler has opened."""

    def erased_on(self, milestones: Milestones) -> date:
        """Return the day on which the host erases a report, or stops showing it to this handler."""
        return self._end(erased_on(milestones, self.document, self.arrived))

    def erased_once_opened(self, milestones: Milestones) -> date:
        """Return what `erased_on` would be if handlers had opened every message in time."""
        return self._end(erased_on(milestones, self.document, {}))

    def is_unopened(self, milestones: Milestones) -> bool:
        """Say whether erasure waits for messages that no handler has opened."""
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

    A handler's message counts on its signed day. A reporter's message carries no day, so it counts
    on the host's day.

    Args:
        arrivals: Every message.
        ignored: Messages that count for nothing.
        terms: The rules by which days are counted.
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
    """Apply the messages in order. A message that the state does not allow changes nothing."""
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
