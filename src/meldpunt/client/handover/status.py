"""How it stands with the lines that a reporter asked to take a report up (section 9.7)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meldpunt.client.thread.participation import answer_to, taken_back_by
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.header import Handover


class HandoverState(StrEnum):
    """How a consent stands."""

    ASKED = "asked"
    """It waits for an answer; the line that has the report stays responsible."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_ANSWERED = "not-answered"
    """Nobody answered in time; nothing has changed."""
    TAKEN_BACK = "taken-back"
    """The reporter thought better of it, or asked another line."""


@dataclass(frozen=True, slots=True)
class HandoverStatus:
    """A line that a reporter asked to take the report up, and what it said."""

    consent: ids.MessageId
    handover: Handover
    """What the reporter consented to."""
    state: HandoverState
    asked_on: date
    """The host's day."""
    answer: ids.MessageId | None = None
    answered_on: date | None = None
    """Signed by the handler who answered."""


def handover_statuses(thread: Thread, today: date) -> tuple[HandoverStatus, ...]:
    """Return every line that the reporter asked, in causal order, and how that stands."""
    arrived = {message.message_id: message.received_on for message in thread.messages}
    found = []
    for verified in thread.log.headers:
        consent = verified.message_id
        handover = thread.log.handovers.consents.get(consent)
        if handover is None:  # no consent, or one to the line that has the report
            continue
        state = _state(thread, consent, today)
        answered = state in {HandoverState.ACCEPTED, HandoverState.REFUSED}
        answer = answer_to(consent, thread.log) if answered else None
        found.append(
            HandoverStatus(
                consent=consent,
                handover=handover,
                state=state,
                asked_on=arrived[consent],
                answer=None if answer is None else answer.message_id,
                answered_on=None if answer is None else answer.header.day,
            )
        )
    return tuple(found)


def _state(thread: Thread, consent: ids.MessageId, today: date) -> HandoverState:
    handovers = thread.log.handovers
    if consent in handovers.accepted:
        return HandoverState.ACCEPTED
    until = handovers.consents[consent].until
    if consent == handovers.pending:
        return HandoverState.ASKED if today <= until else HandoverState.NOT_ANSWERED
    if answer_to(consent, thread.log) is not None:
        return HandoverState.REFUSED
    word = taken_back_by(consent, thread.log)
    arrived = {message.message_id: message.received_on for message in thread.messages}
    late = word is not None and arrived[word.message_id] > until
    return HandoverState.NOT_ANSWERED if late else HandoverState.TAKEN_BACK
