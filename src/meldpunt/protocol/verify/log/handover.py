"""Which line answers a report after its reporter handed it over (section 9.7).

A handover is three things: the reporter's consent, an answer of the line that is asked, and what
follows from both. Host and clients read it from the same headers. The order of their arrival does
not matter.
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
"""What the handlers of a line may send that was asked and has not answered yet."""
_NOBODY: Final[frozenset[ids.HandlerId]] = frozenset()


@dataclass(frozen=True, slots=True)
class Handovers:
    """The consents of a report, and the result of the answers to them."""

    consents: Mapping[ids.MessageId, Handover] = field(default_factory=dict)
    """Every consent of the reporter, by the id of its message."""
    pending: ids.MessageId | None = None
    """The consent that waits for an answer, even if its last day is over."""
    accepted: tuple[ids.MessageId, ...] = ()
    """Consents that a line accepted, each after the one before. The last one is in force."""
    acceptance: ids.MessageId | None = None
    """The message that accepted the last one."""
    acceptances: frozenset[ids.MessageId] = frozenset()
    """The messages that accepted them."""
    excluded: frozenset[ids.HandlerId] = _NOBODY
    """Handlers who may not read later messages: of a line that handed over or did not accept."""
    void: frozenset[ids.MessageId] = frozenset()
    """Messages that their authors could not send at that point. They have no effect."""
    crossed: frozenset[ids.MessageId] = frozenset()
    """Ignored: the author's view of the answering line was out of date."""
    opened: Mapping[ids.HandlerId, frozenset[ids.MessageId]] = field(default_factory=dict)
    """The earlier messages that consents open to each of their readers."""

    @property
    def line(self) -> ids.LineId | None:
        """The line that answers the report; None for the one it was made on."""
        return None if self.terms is None else self.terms.line_id

    @property
    def terms(self) -> Handover | None:
        """The accepted consent in force; None while the report is with its first line."""
        return self.consents[self.accepted[-1]] if self.accepted else None

    @property
    def asked(self) -> Handover | None:
        """The consent that waits for an answer."""
        return None if self.pending is None else self.consents[self.pending]

    @property
    def asked_readers(self) -> frozenset[ids.HandlerId]:
        """The handlers who were asked and have not answered."""
        return _NOBODY if self.asked is None else frozenset(self.asked.readers)

    def invited(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the handlers who may still answer the waiting consent."""
        waits = self.asked is not None and today <= self.asked.until
        return self.asked_readers if waits else _NOBODY

    def lapsed(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the handlers who did not answer in time. They may not read later messages."""
        return self.asked_readers - self.invited(today)


NONE: Final = Handovers()
"""Of a report without any consent."""


def handovers(headers: causality.Headers) -> Handovers:
    """Evaluate the consents of a report and the answers to them.

    The reporter decides: an acceptance cannot override a later word of the reporter.

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
    """Return void consents, and messages that asked handlers may not send.

    A consent to the line that answers already is void. Handlers of a line that has not accepted
    may only write and answer, also after the last day.
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
    """Return the named handlers who may not read later messages."""
    unaware = (m for m in history.headers if not history.follows(m, in_force))
    named = frozenset(r for m in unaware for r in handlers(history.headers[m]))
    return history.ended(named, history.seen_by_all)


def _crossed(
    history: ConsentHistory, in_force: tuple[ids.MessageId, ...]
) -> frozenset[ids.MessageId]:
    """Return messages whose author did not know which line answers."""
    last = history.accepted(history.seen_by_all)[-1:]
    before = causality.ancestors(in_force[:1], history.headers)
    late = (m for m in history.headers if m not in before and history.headers[m].author != REPORTER)
    return frozenset(m for m in late if history.accepted(history.before.get(m, 0))[-1:] != last)


def _opened(
    history: ConsentHistory, pending: ids.MessageId | None
) -> Mapping[ids.HandlerId, frozenset[ids.MessageId]]:
    """Return what waiting and accepted consents open. Notes among handlers stay closed."""
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
    """Say whether the reporter wrote a message or may read it, and so may pass it on."""
    header = headers.get(message)
    return header is not None and (header.author == REPORTER or REPORTER in header.readers)
