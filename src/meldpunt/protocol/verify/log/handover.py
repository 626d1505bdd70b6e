"""Who answers a report, where its reporter has handed it to another line (section 9.7).

A handover is three things: the reporter's consent, an answer of the line that is asked, and what
follows from both. Host and clients read it from the same headers; the order in which these arrive
makes no difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from meldpunt.protocol.verify import ids
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.log import causality
from meldpunt.protocol.verify.log.consents import ConsentHistory, handlers
from meldpunt.protocol.verify.log.header import Handover, Tag

_TAGS_OF_INVITED: Final = frozenset({Tag.MESSAGE, Tag.ACCEPTANCE, Tag.REFUSAL})
"""What handlers may send who were asked and have not answered: the sender is still responsible."""
_NOBODY: Final[frozenset[ids.HandlerId]] = frozenset()


@dataclass(frozen=True, slots=True)
class Handovers:
    """What the consents of a report, and the answers to them, come to."""

    consents: Mapping[ids.MessageId, Handover] = field(default_factory=dict)
    """Everything that the reporter ever consented to."""
    pending: ids.MessageId | None = None
    """The consent that waits for an answer; whether its term is over depends on the day."""
    accepted: tuple[ids.MessageId, ...] = ()
    """Consents that a line took up, each after the one before; the last one is in force."""
    acceptance: ids.MessageId | None = None
    """The message that took up the last one."""
    acceptances: frozenset[ids.MessageId] = frozenset()
    """The messages that took them up."""
    excluded: frozenset[ids.HandlerId] = _NOBODY
    """Who reads on no more: of a line that handed over, or that did not take it."""
    void: frozenset[ids.MessageId] = frozenset()
    """Messages that their authors could not send as things stood: they count for nothing."""
    crossed: frozenset[ids.MessageId] = frozenset()
    """Messages of handlers who saw another line answer, or none: they change nothing any more."""
    opened: Mapping[ids.HandlerId, frozenset[ids.MessageId]] = field(default_factory=dict)
    """What consents let their readers read of what came before."""

    @property
    def line(self) -> ids.LineId | None:
        """The line that answers the report; None for the one it was made on."""
        return None if self.terms is None else self.terms.line_id

    @property
    def terms(self) -> Handover | None:
        """Under what the report is answered; None for the document that it was made with."""
        return self.consents[self.accepted[-1]] if self.accepted else None

    @property
    def asked(self) -> Handover | None:
        """What the consent that waits for an answer says."""
        return None if self.pending is None else self.consents[self.pending]

    @property
    def asked_readers(self) -> frozenset[ids.HandlerId]:
        """The handlers who were asked and have not answered, in time or not."""
        return _NOBODY if self.asked is None else frozenset(self.asked.readers)

    def invited(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the handlers who may answer the consent that waits, if its term is not over."""
        waits = self.asked is not None and today <= self.asked.until
        return self.asked_readers if waits else _NOBODY

    def lapsed(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the handlers who did not answer in time: they read on no more."""
        return self.asked_readers - self.invited(today)


NONE: Final = Handovers()
"""Of a report that nobody ever asked another line to take."""


def handovers(headers: causality.Headers) -> Handovers:
    """Work out what the consents of a report, and the answers to them, come to.

    The reporter's word rules: an acceptance undoes nothing that the reporter said without having
    seen it.

    Args:
        headers: Every header of a report, or what somebody had seen of it; verified.
    """
    answers = frozenset(m for m, header in headers.items() if header.consent is not None)
    if all(header.handover is None for header in headers.values()):
        return Handovers(void=answers) if answers else NONE
    history = ConsentHistory(headers)
    now = history.seen_by_all
    accepted, pending = history.accepted(now), history.pending(now)
    in_force = history.acceptances(accepted[-1], now) if accepted else ()
    return Handovers(
        consents=history.consents,
        pending=pending,
        accepted=accepted,
        acceptance=in_force[0] if in_force else None,
        acceptances=frozenset(m for consent in accepted for m in history.acceptances(consent, now)),
        excluded=_excluded(history, in_force),
        void=(answers - history.answers.keys()) | history.undone(now) | _out_of_place(history),
        crossed=_crossed(history, in_force),
        opened=_opened(history, pending),
    )


def _out_of_place(history: ConsentHistory) -> frozenset[ids.MessageId]:
    """Return consents to the line that answers already, and what those who were asked may not send.

    These would act for a line that has not taken the report up; after the consent's term too.
    """
    asked = history.readers(history.consents)
    found = set(history.in_vain)
    for message in history.ordered:
        header = history.headers[message]
        if header.author in asked and header.tag not in _TAGS_OF_INVITED:
            pending = history.pending(history.before[message])
            if pending is not None and header.author in history.consents[pending].readers:
                found.add(message)
    return frozenset(found)


def _excluded(
    history: ConsentHistory, in_force: tuple[ids.MessageId, ...]
) -> frozenset[ids.HandlerId]:
    """Return who reads on no more, of everybody whom a message names."""
    unaware = (m for m in history.headers if not history.follows(m, in_force))
    named = frozenset(r for m in unaware for r in handlers(history.headers[m]))
    return history.ended(named, history.seen_by_all)


def _crossed(
    history: ConsentHistory, in_force: tuple[ids.MessageId, ...]
) -> frozenset[ids.MessageId]:
    """Return what handlers wrote who did not know which line answers, or were told another one."""
    last = history.accepted(history.seen_by_all)[-1:]
    before = causality.ancestors(in_force[:1], history.headers)
    late = (m for m in history.headers if m not in before and history.headers[m].author != REPORTER)
    return frozenset(m for m in late if history.accepted(history.before.get(m, 0))[-1:] != last)


def _opened(
    history: ConsentHistory, pending: ids.MessageId | None
) -> Mapping[ids.HandlerId, frozenset[ids.MessageId]]:
    """Return what the consents that wait or were taken up open; notes among handlers never."""
    opened: dict[ids.HandlerId, frozenset[ids.MessageId]] = {}
    waiting = () if pending is None else (pending,)
    for consent in (*history.accepted(history.seen_by_all), *waiting):
        handover = history.consents[consent]
        known = causality.ancestors(history.headers[consent].seen, history.headers)
        theirs = (m for m in handover.messages if m in known and _is_reporters(m, history.headers))
        scope = frozenset(theirs)
        for reader in handover.readers:
            opened[reader] = opened.get(reader, frozenset()) | scope
    return opened


def _is_reporters(message: ids.MessageId, headers: causality.Headers) -> bool:
    """Say whether the reporter wrote a message or may read it: it is theirs to pass on."""
    header = headers.get(message)
    return header is not None and (header.author == REPORTER or REPORTER in header.readers)
