"""Where a report stands, worked out from its signed headers and compared with what the host says.

The host is not trusted with a deadline: whoever holds the headers can do the same sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from meldpunt.client.notices import Notice, NoticeKind
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.clocks import (
    ClockStatus,
    Progress,
    State,
    advance,
    clock_statuses,
    erased_on,
    is_allowed,
)
from meldpunt.protocol.verify.days import TOLERANCE
from meldpunt.protocol.verify.header import VerifiedHeader
from meldpunt.protocol.verify.line_document import LineDocument
from meldpunt.wire.reports import ReportStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """State and terms of a report on one day."""

    progress: Progress
    clocks: tuple[ClockStatus, ...]
    erased_on: date
    """When the report is to be erased, as things stand."""

    @property
    def state(self) -> State:
        """The state a person is shown."""
        return self.progress.state


Arrivals = Sequence[tuple[VerifiedHeader, date]]
"""Headers in the host's order, the report itself first, each with the host's day of arrival."""


def standing(
    arrivals: Arrivals,
    *,
    ignored: frozenset[ids.MessageId],
    birth: LineDocument,
    today: date,
) -> Standing:
    """Derive the standing of a report from what its authors signed.

    Days are the handlers' signed ones; a reporter's messages carry none, so theirs are the host's.

    Args:
        arrivals: Every message.
        ignored: Messages that count for nothing.
        birth: The document the report was made with.
        today: The device's day.
    """
    counted = [(h, h.header.day or day) for h, day in arrivals if h.message_id not in ignored]
    progress = _progress(counted or arrivals)
    return Standing(
        progress=progress,
        clocks=clock_statuses(progress, birth, today),
        erased_on=erased_on(progress, birth),
    )


def check_claims(
    claim: ReportStatus, arrivals: Arrivals, *, birth: LineDocument, today: date
) -> tuple[Notice, ...]:
    """Do the host's sum again on the host's own days, and compare those days with signed ones.

    Args:
        claim: What the host says.
        arrivals: Every message.
        birth: The document the report was made with.
        today: The device's day.
    """
    progress = _progress(arrivals)
    found = [
        Notice(NoticeKind.HOST_DAY, message=h.message_id)
        for h, day in arrivals
        if h.header.day is not None and abs(h.header.day - day) > TOLERANCE
    ]
    if any(day > today + TOLERANCE for _, day in arrivals):
        found.append(Notice(NoticeKind.HOST_DAY))
    if claim.received_on != progress.received_on:
        found.append(Notice(NoticeKind.HOST_DAY))
    if claim.state is not progress.state or claim.consultation != progress.consultation:
        found.append(Notice(NoticeKind.HOST_STATE))
    if _terms(claim.clocks) != _terms(clock_statuses(progress, birth, today)):
        found.append(Notice(NoticeKind.HOST_CLOCKS))
    if claim.erased_on != erased_on(progress, birth):
        found.append(Notice(NoticeKind.HOST_CLOCKS))
    return tuple(found)


def _terms(clocks: Iterable[ClockStatus]) -> list[tuple[str, date, date | None]]:
    """Leave out `overdue`: the host's today may be another."""
    return [(clock.name, clock.due_on, clock.met_on) for clock in clocks]


def _progress(messages: Arrivals) -> Progress:
    """Go through messages in order; one that the state did not allow changes nothing."""
    first, received_on = messages[0]
    consultation = first.header.origin == "consultation"
    progress = Progress(received_on=received_on, consultation=consultation)
    for verified, day in messages[1:]:
        header = verified.header
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
