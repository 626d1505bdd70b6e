"""Who answers a report, where its reporter has handed it to another line (section 9.7).

A handover is three things: the reporter's consent, an answer of the line that is asked, and what
follows from both. Host and clients read it from the same headers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from meldpunt.protocol.verify import causality, ids
from meldpunt.protocol.verify.fields import REPORTER
from meldpunt.protocol.verify.header import Handover, Header, Tag

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
    """Consents that a line took up, in causal order; under the last one the report is answered."""
    acceptance: ids.MessageId | None = None
    """The message that took up the last one."""
    excluded: frozenset[ids.HandlerId] = _NOBODY
    """Who reads on no more: of a line that handed over, or that did not take it."""
    void: frozenset[ids.MessageId] = frozenset()
    """Messages that their authors could not send as things stood: they count for nothing."""
    crossed: frozenset[ids.MessageId] = frozenset()
    """Messages of those who handed over, written before they knew: they change nothing any more."""
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

    def invited(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the handlers who may answer the consent that waits, if its term is not over."""
        waits = self.asked is not None and today <= self.asked.until
        return frozenset(self.asked.readers) if self.asked and waits else _NOBODY

    def lapsed(self, today: date) -> frozenset[ids.HandlerId]:
        """Return the handlers who did not answer in time: they read on no more."""
        over = self.asked is not None and today > self.asked.until
        return frozenset(self.asked.readers) if self.asked and over else _NOBODY


NONE: Final = Handovers()
"""Of a report that nobody ever asked another line to take."""


def handovers(headers: causality.Headers) -> Handovers:
    """Work out what the consents of a report, and the answers to them, come to.

    An answer counts as its author saw the report: the consent was the reporter's newest, not
    answered and not taken back. So it stands where it crossed a word of the reporter; but nobody
    reads on whom that word does not name.

    Args:
        headers: Every header of a report, or what somebody had seen of it; verified.
    """
    answers = frozenset(m for m, header in headers.items() if header.consent is not None)
    if all(header.handover is None for header in headers.values()):
        return replace(NONE, void=answers) if answers else NONE
    ordered, _ = causality.causal_order(headers)
    counting: set[ids.MessageId] = set()
    void: set[ids.MessageId] = set(answers.difference(ordered))
    asked = {r for h in headers.values() if h.handover is not None for r in h.handover.readers}
    for message in ordered:
        header = headers[message]
        if header.tag is Tag.MESSAGE or header.author not in asked:
            void.update({message} & answers)
        elif _is_in_place(header, headers, ordered, counting):
            counting.add(message)
        else:
            void.add(message)
    found = _replay(ordered, headers, counting)
    return replace(
        found,
        void=frozenset(void),
        crossed=_crossed(found, headers),
        opened=_opened(found, headers),
    )


def _is_in_place(
    header: Header,
    headers: causality.Headers,
    ordered: Iterable[ids.MessageId],
    counting: Collection[ids.MessageId],
) -> bool:
    """Say whether a handler could send this, by what they had seen."""
    known = causality.ancestors(header.seen, headers)
    before = _replay([m for m in ordered if m in known], headers, counting)
    invited = header.day is not None and header.author in before.invited(header.day)
    if header.consent is not None:
        return invited and header.consent == before.pending
    return not invited or header.tag in _TAGS_OF_INVITED


def _replay(
    ordered: Iterable[ids.MessageId],
    headers: causality.Headers,
    counting: Collection[ids.MessageId],
) -> Handovers:
    """Go through messages in causal order; answers outside `counting` change nothing."""
    found = NONE
    for message in ordered:
        header = headers[message]
        if header.author == REPORTER:
            found = _after_reporter(found, message, header)
        elif header.consent in found.consents and message in counting:
            found = _after_answer(found, message, header, headers)
    return found


def _after_reporter(found: Handovers, message: ids.MessageId, header: Header) -> Handovers:
    """A consent asks; a later word that is not for those who were asked takes it back."""
    if header.handover is not None:
        asked = frozenset(header.handover.readers)
        found = _decline(found)
        consents = {**found.consents, message: header.handover}
        excluded = found.excluded - asked
        return replace(found, consents=consents, pending=message, excluded=excluded)
    waiting = () if found.asked is None else found.asked.readers
    if header.tag is Tag.WITHDRAWAL or set(waiting).isdisjoint(header.readers):
        return _decline(found)
    return found


def _decline(found: Handovers) -> Handovers:
    """Nobody waits for those who were asked any more."""
    if found.asked is None:
        return found
    excluded = found.excluded.union(found.asked.readers)
    return replace(found, pending=None, excluded=excluded)


def _after_answer(
    found: Handovers, message: ids.MessageId, header: Header, headers: causality.Headers
) -> Handovers:
    consent = header.consent
    if consent is None or consent in found.accepted:
        return found
    if header.tag is Tag.REFUSAL:
        return _decline(found) if consent == found.pending else found
    before = causality.ancestors(header.seen, headers)
    named = (r for m in before if m in headers for r in headers[m].readers)
    handlers = frozenset(reader for reader in named if not isinstance(reader, str))
    return replace(
        found,
        pending=None if found.pending == consent else found.pending,
        accepted=(*found.accepted, consent),
        acceptance=message,
        excluded=(found.excluded | handlers).difference(found.consents[consent].readers),
    )


def _opened(
    found: Handovers, headers: causality.Headers
) -> Mapping[ids.HandlerId, frozenset[ids.MessageId]]:
    """Return what the consents that wait or were taken up open; notes among handlers never."""
    opened: dict[ids.HandlerId, frozenset[ids.MessageId]] = {}
    waiting = () if found.pending is None else (found.pending,)
    for consent in (*found.accepted, *waiting):
        handover = found.consents[consent]
        known = causality.ancestors(headers[consent].seen, headers)
        scope = frozenset(m for m in handover.messages if m in known and _is_reporters(m, headers))
        for reader in handover.readers:
            opened[reader] = opened.get(reader, frozenset()) | scope
    return opened


def _is_reporters(message: ids.MessageId, headers: causality.Headers) -> bool:
    """Say whether the reporter wrote a message or may read it: it is theirs to pass on."""
    header = headers.get(message)
    return header is not None and (header.author == REPORTER or REPORTER in header.readers)


def _crossed(found: Handovers, headers: causality.Headers) -> frozenset[ids.MessageId]:
    if found.acceptance is None:
        return frozenset()
    before = causality.ancestors((found.acceptance,), headers)
    late = (m for m, header in headers.items() if header.author in found.excluded)
    return frozenset(late).difference(before)
