"""A participant's part in a report: which line's document applies, and whether the part has ended.

When another line takes a report up, that line's document applies from that day on. On that day the
part of the handlers who handed it over ends (section 9.7).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from meldpunt.protocol.log import Log
from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER, Participant
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.header import Handover, Tag, VerifiedHeader

Days = Mapping[ids.MessageId, date]
"""The host's day of arrival of each message."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why and when a handler's part in a report ended."""

    on: date
    """The day that the answering handler signed.

    If the reporter took a consent back, it is the host's day. If nobody answered in time, it is
    the last day of the consent."""
    message: ids.MessageId | None
    """The message that ended the part; None if nobody answered in time."""


@dataclass(frozen=True, slots=True)
class Participation:
    """Which of a report's handovers apply to one participant."""

    acceptances: tuple[ids.MessageId, ...] = ()
    """The messages by which lines took the report up, in order, before this part ended."""
    handover: Handover | None = None
    """The handover that applies to this participant; None if no line took the report up."""
    ending: Ending | None = None


def participation_of(me: Participant, log: Log, arrived: Days, today: date) -> Participation:
    """Return how a participant takes part in a report.

    Args:
        me: The participant.
        log: The log of the report.
        arrived: The host's days of arrival.
        today: The device's day. By it a consent lapses that nobody answered in time.
    """
    taken = acceptances(log)
    ended = log.handovers.excluded | log.handovers.lapsed(today)
    if me == REPORTER or me not in ended:
        return Participation(tuple(a.message_id for a in taken), log.handovers.terms)
    closing = _closing(me, log, taken)
    before = taken if closing is None else taken[: taken.index(closing)]
    consents = log.handovers.consents
    handover = None if not before else consents[log.handovers.accepted[len(before) - 1]]
    ending = _not_taken(me, log, arrived) if closing is None else _by(closing)
    return Participation(tuple(a.message_id for a in before), handover, ending)


def acceptances(log: Log) -> tuple[VerifiedHeader, ...]:
    """Return the messages by which lines took the report up: the first one for each consent."""
    found: dict[ids.MessageId | None, VerifiedHeader] = {}
    for verified in log.headers:
        if verified.message_id in log.handovers.acceptances:
            found.setdefault(verified.header.consent, verified)
    return tuple(found[consent] for consent in log.handovers.accepted)


def answer_to(consent: ids.MessageId, log: Log) -> VerifiedHeader | None:
    """Return the valid answer to a consent, or None. An acceptance comes before other answers."""
    answers = (
        v
        for v in log.headers
        if v.header.consent == consent and v.message_id not in log.handovers.void
    )
    return min(answers, key=lambda v: v.header.tag is not Tag.ACCEPTANCE, default=None)


def taken_back_by(consent: ids.MessageId, log: Log) -> VerifiedHeader | None:
    """Return the reporter's first later message that takes a consent back, or None.

    Such a message is a withdrawal, gives another consent, or names none of the handlers asked.
    """
    headers = {v.message_id: v.header for v in log.headers}
    asked = frozenset(log.handovers.consents[consent].readers)
    for verified in log.headers:
        header = verified.header
        drops = header.handover is not None or header.tag is Tag.WITHDRAWAL
        drops = drops or asked.isdisjoint(header.readers)
        later = header.author == REPORTER and consent in causality.ancestors(header.seen, headers)
        if later and drops:
            return verified
    return None


def _by(message: VerifiedHeader) -> Ending:
    return Ending(message.header.day or date.min, message.message_id)


def _closing(me: Participant, log: Log, taken: tuple[VerifiedHeader, ...]) -> VerifiedHeader | None:
    """Return the acceptance that ended a handler's part, or None."""
    closing = None
    for verified, consent in zip(taken, log.handovers.accepted, strict=True):
        if me in log.handovers.consents[consent].readers:
            closing = None
        elif closing is None and _took_part(me, consent, log):
            closing = verified
    return closing


def _took_part(me: Participant, consent: ids.MessageId, log: Log) -> bool:
    """Say whether a message that does not follow the consent's acceptance names a handler.

    Such a message may be from the same moment as the acceptance: a colleague let the handler in.
    """
    following: set[ids.MessageId] = set()
    for verified in log.headers:
        message, header = verified.message_id, verified.header
        accepts = header.consent == consent and message in log.handovers.acceptances
        if accepts or not following.isdisjoint(header.seen):
            following.add(message)
        elif me in header.readers:
            return True
    return False


def _not_taken(me: Participant, log: Log, arrived: Days) -> Ending | None:
    """Return how the last consent that asked a handler ended without an acceptance."""
    consents = log.handovers.consents
    asking = [v.message_id for v in log.headers if v.message_id in consents]
    asking = [consent for consent in asking if me in consents[consent].readers]
    if not asking:
        return None
    consent = asking[-1]
    answer = answer_to(consent, log)
    if answer is not None:
        return _by(answer)
    taken_back = taken_back_by(consent, log)
    until = consents[consent].until
    if taken_back is None or arrived[taken_back.message_id] > until:
        return Ending(until, None)
    return Ending(arrived[taken_back.message_id], taken_back.message_id)
