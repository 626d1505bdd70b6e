"""The status of each handover that a reporter consented to (section 9.7)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from meldpunt.client.thread.participation import answer_to, taken_back_by
from meldpunt.client.thread.thread import Thread
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.log.header import Handover


class HandoverState(StrEnum):
    """The state of a consent."""

    ASKED = "asked"
    """The consent waits for an answer; the line that has the report stays responsible."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_ANSWERED = "not-answered"
    """Nobody answered in time. The line that has the report stays responsible."""
    TAKEN_BACK = "taken-back"
    """The reporter took the consent back, or asked another line."""


@dataclass(frozen=True, slots=True)
class HandoverStatus:
    """A consent, and the answer of the line that it asks."""

    consent: ids.MessageId
    handover: Handover
    """What the reporter consented to."""
    state: HandoverState
    asked_on: date
    """The host's day of arrival of the consent."""
    answer: ids.MessageId | None = None
    answered_on: date | None = None
    """The day that the answering handler signed."""


def handover_statuses(thread: Thread, today: date) -> tuple[HandoverStatus, ...]:
    """Return the status of every consent to another line, in causal order."""
    arrived = {message.message_id: message.received_on for message in thread.messages}
    found = []
    for verified in thread.log.headers:
        consent = verified.message_id
        handover = thread.log.handovers.consents.get(consent)
        if handover is None:  # not a consent, or a consent to the line that has the report
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
