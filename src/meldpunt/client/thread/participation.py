"""A participant's part in a report: under whose document it is answered, and whether it has ended.

A report that another line takes up is answered under that line's document, from the day on which it
was taken up. For those who handed it over that day is its end (section 9.7).
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
    """Why a handler has no part in a report any more, and since when."""

    on: date
    """Signed by whoever answered; the host's day where the reporter took a consent back."""
    message: ids.MessageId | None
    """The message that ended it; None where nobody answered in time."""


@dataclass(frozen=True, slots=True)
class Participation:
    """Which of a report's handovers apply to one participant."""

    acceptances: tuple[ids.MessageId, ...] = ()
    """The messages by which one line after another took the report up, as far as this
    participant has a part in that."""
    handover: Handover | None = None
    """By which it is answered for them; None where no line took it up."""
    ending: Ending | None = None


def participation_of(me: Participant, log: Log, arrived: Days, today: date) -> Participation:
    """Return how a participant takes part in a report.

    Args:
        me: The participant.
        log: Of the report.
        arrived: The host's days.
        today: The device's day: a consent that nobody answered in time has ended.
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
    """Return the messages by which lines took the report up: of several for one consent, one."""
    found: dict[ids.MessageId | None, VerifiedHeader] = {}
    for verified in log.headers:
        if verified.message_id in log.handovers.acceptances:
            found.setdefault(verified.header.consent, verified)
    return tuple(found[consent] for consent in log.handovers.accepted)


def answer_to(consent: ids.MessageId, log: Log) -> VerifiedHeader | None:
    """Return the answer to a consent that counts, None where there is none."""
    answers = (
        v
        for v in log.headers
        if v.header.consent == consent and v.message_id not in log.handovers.void
    )
    return min(answers, key=lambda v: v.header.tag is not Tag.ACCEPTANCE, default=None)


def taken_back_by(consent: ids.MessageId, log: Log) -> VerifiedHeader | None:
    """Return the reporter's first later word that is not for those whom a consent asks."""
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
    """Return the acceptance by which a handler's line handed the report over."""
    closing = None
    for verified, consent in zip(taken, log.handovers.accepted, strict=True):
        if me in log.handovers.consents[consent].readers:
            closing = None
        elif closing is None and _took_part(me, consent, log):
            closing = verified
    return closing


def _took_part(me: Participant, consent: ids.MessageId, log: Log) -> bool:
    """Say whether a message lets somebody read that follows no acceptance of a consent.

    It may have crossed it: a colleague let them in at that moment.
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
    """Return how the last consent that asked a handler came to nothing."""
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
